// How fast objects that are safe in the spool are imported (claim, parse, extract, rows, durable commit), by one worker
// and by two, into an empty database and into one with a million events; beside DCMTK's plain load of the same files.

#include <SQLiteCpp/SQLiteCpp.h>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

#include "harvester/core/log.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/intake/prepare.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/importing.hpp"
#include "results.hpp"
#include "support/process.hpp"
#include "support/random_report.hpp"
#include "support/temp_dir.hpp"

namespace {

namespace fs = std::filesystem;
using namespace harvester;
using namespace harvester::bench;

/// Files of one size, each of a study of its own.
struct Files {
  std::string name;
  int count;
  std::function<void(int number, const fs::path& file)> write;
};

tests::MadeUp report_of(std::size_t bytes) {
  tests::ReportMaker maker(1);
  auto made = maker.projection(false);
  const tests::TempDir folder;
  for (;;) {
    tests::sr::write(made.report, folder / "report.dcm");
    if (fs::file_size(folder / "report.dcm") >= bytes) return made;
    made.report.add(maker.projection_event());
  }
}

void name_apart(tests::sr::Report& report, int number) {
  report.set(DCM_StudyInstanceUID, fmt::format("2.999.30.{}", number));
  report.set(DCM_SOPInstanceUID, fmt::format("2.999.31.{}", number));
}

Files reports(std::size_t kilobytes, int count) {
  return {fmt::format("RDSR {} kB", kilobytes), count,
          [made = report_of(kilobytes * 1000)](int number, const fs::path& file) {
            auto report = made.report;
            name_apart(report, number);
            tests::sr::write(report, file);
          }};
}

void write_image(int number, const fs::path& file) {
  DcmFileFormat image;
  auto& data = *image.getDataset();
  const std::pair<DcmTagKey, std::string> texts[] = {{DCM_SOPClassUID, UID_DigitalXRayImageStorageForPresentation},
                                                     {DCM_SOPInstanceUID, fmt::format("2.999.32.{}", number)},
                                                     {DCM_StudyInstanceUID, fmt::format("2.999.33.{}", number)},
                                                     {DCM_Modality, "DX"},
                                                     {DCM_StudyDate, "20260305"},
                                                     {DCM_AcquisitionDate, "20260305"},
                                                     {DCM_AcquisitionTime, "101500"},
                                                     {DCM_KVP, "80"},
                                                     {DCM_ExposureInuAs, "12000"},
                                                     {DCM_ImageAndFluoroscopyAreaDoseProduct, "1.5"}};
  for (const auto& [tag, text] : texts) tests::sr::must(data.putAndInsertString(tag, text.c_str()));
  const std::vector<Uint16> pixels(4'000'000, 7);
  tests::sr::must(data.putAndInsertUint16(DCM_Rows, 2000));
  tests::sr::must(data.putAndInsertUint16(DCM_Columns, 2000));
  tests::sr::must(data.putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size()));
  tests::sr::must(image.saveFile(file.c_str(), EXS_LittleEndianExplicit));
}

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void load_with_dcmtk(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    DcmFileFormat file;
    tests::sr::must(file.loadFile(entry.path().c_str()));
  }
}

/// A data directory whose inbox holds the files, and nothing is imported yet.
class Waiting {
 public:
  Waiting(const fs::path& files, const fs::path& grown) {
    if (!grown.empty()) {
      fs::create_directories(folder_ / "data");
      fs::copy_file(grown, folder_ / "data/harvester.db");
    }
    serve::EngineOptions options;
    options.site.data_directory = folder_ / "data";
    options.command = "bench";
    options.workers = 0;
    auto engine = serve::Engine::open(std::move(options));
    if (!engine) throw std::runtime_error(engine.error().message);
    engine_ = *std::move(engine);
    for (const auto& entry : fs::directory_iterator(files)) {
      std::ifstream file(entry.path(), std::ios::binary);
      if (!serve::take(*engine_, file)) throw std::runtime_error("a file was not taken");
    }
  }

  /// Imports all, by so many workers at once.
  void import(int workers) {
    std::vector<std::jthread> threads;
    for (int n = 1; n <= workers; ++n) threads.emplace_back([this, n] { work(n); });
  }

  [[nodiscard]] int imported() {
    auto connection = database::Connection::open(engine_->paths().database(), database::Access::read_only);
    return connection->raw().execAndGet("SELECT count(*) FROM received_object WHERE state = 'imported'").getInt();
  }

  /// A copy of the database, alone in its file.
  void save(const fs::path& file) {
    auto connection = database::Connection::open(engine_->paths().database(), database::Access::read_write);
    connection->run(fmt::format("VACUUM INTO '{}'", file.string()));
  }

 private:
  void work(int serial) {
    intake::WorkerOptions options;
    options.paths = engine_->paths();
    options.token = {engine_->owner(), serial};
    auto connection = database::Connection::open(options.paths.database(), database::Access::read_write);
    const SystemClock clock;
    const intake::Settings settings;
    const auto prepare = intake::make_prepare(settings, clock);
    for (;;) {
      const auto done = intake::import_batch(*connection, options, prepare, clock);
      if (!done) throw std::runtime_error(done.error().message);
      if (*done == 0) break;
    }
    // The last commit of an import need not be flushed, as its file is there; here all is to be on the disk.
    connection->flush_commits(true);
    database::Transaction transaction(*connection);
    connection->run("UPDATE import_attempt SET id = id WHERE id = (SELECT max(id) FROM import_attempt)");
    transaction.commit();
  }

  tests::TempDir folder_;
  std::unique_ptr<serve::Engine> engine_;
};

/// A database with so many events, grown from made-up reports.
fs::path grown_database(const fs::path& folder, int events) {
  const auto files = folder / "seeds";
  fs::create_directories(files);
  for (unsigned seed = 1; seed <= 20; ++seed) {
    tests::ReportMaker maker(seed);
    auto made = seed % 2 == 0 ? maker.ct() : maker.projection(false);
    name_apart(made.report, 900000 + static_cast<int>(seed));
    tests::sr::write(made.report, files / std::to_string(seed));
  }
  const auto database = folder / "grown.db";
  {
    Waiting site(files, {});
    site.import(1);
    site.save(database);
  }
  tests::Process grow({BENCH_FOLDER "/grow", database.string(), std::to_string(events)});
  if (grow.wait() != 0) throw std::runtime_error(grow.output());
  return database;
}

/// One kind of files: DCMTK, then us.
void run(const Files& kind, const std::vector<std::pair<std::string, fs::path>>& databases, const Arguments& arguments,
         std::vector<Row>& rows) {
  const tests::TempDir folder;
  for (int n = 0; n < kind.count; ++n) kind.write(n, folder / std::to_string(n));
  double megabytes = 0;
  for (const auto& entry : fs::directory_iterator(folder / ""))
    megabytes += static_cast<double>(entry.file_size()) / 1e6;
  const auto note = [&](const std::string& what, const std::string& who, Role role, double time) {
    add(rows, {what, who, role, static_cast<double>(kind.count), megabytes, time, 0});
  };
  for (int turn = 0; turn < (arguments.quick ? 1 : arguments.turns); ++turn)
    for (const auto& [name, database] : databases) {
      const auto what = kind.name + name;
      note(what, "DCMTK, load alone", Role::bare, seconds([&] { load_with_dcmtk(folder / ""); }));
      for (const int workers : {1, 2}) {
        Waiting site(folder / "", database);
        const auto time = seconds([&] { site.import(workers); });
        if (site.imported() < kind.count) throw std::runtime_error("not everything was imported: " + what);
        note(what, fmt::format("harvester, {} worker{}", workers, workers == 1 ? "" : "s"),
             workers == 1 ? Role::ours : Role::also_ours, time);
      }
    }
}

}  // namespace

int main(int count, char** values) {
  const auto arguments = parse_arguments(count, values);
  start_logging({.level = "error", .json = false, .file = ""});
  if (const auto started = dicom::start_toolkit(); !started)
    return fmt::print(stderr, "{}\n", started.error().message), 1;
  try {
    const tests::TempDir folder;
    std::vector<std::pair<std::string, fs::path>> databases{{", empty", {}}};
    databases.emplace_back(arguments.quick ? ", 10,000 events" : ", 1,000,000 events",
                           grown_database(folder / "", arguments.quick ? 10'000 : 1'000'000));
    const int times = arguments.quick ? 1 : 8;
    std::vector<Row> rows;
    for (const auto& kind : {reports(20, 100 * times), reports(60, 40 * times), reports(300, 10 * times),
                             Files{"DX image 8 MB", 8 * times, write_image}})
      run(kind, databases, arguments, rows);
    print(rows, "Import of objects that are in the spool", "objects", arguments.json);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_import: {}\n", failure.what());
    return 1;
  }
  return 0;
}

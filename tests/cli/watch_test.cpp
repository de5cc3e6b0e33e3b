// Folder watch as a process: alone, under the daemon, and killed in the middle.

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "support/site.hpp"

namespace harvester {
namespace {

using tests::eventually;
using tests::Site;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// One value of the site's database; empty while there is none.
std::string value(const Site& site, const std::string& sql) {
  try {
    SQLite::Database database((site.data() / "harvester.db").string(), SQLite::OPEN_READONLY, 10000);
    SQLite::Statement select(database, sql);
    return select.executeStep() ? select.getColumn(0).getString() : std::string();
  } catch (const SQLite::Exception&) {
    return {};
  }
}

const char* const kEnded =
    "SELECT count(DISTINCT sop_instance_uid) FROM received_object WHERE state IN ('imported', 'ignored')";

/// A CT study with a dose report and some images. Returns its number of files: some may be gone again by then.
int write_study(const std::filesystem::path& folder, int seed) {
  simulation::StudyOptions options;
  options.seed = static_cast<std::uint64_t>(seed);
  options.index = seed;
  options.date = {std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};
  std::filesystem::create_directories(folder);
  const auto study = simulation::make_study(simulation::Scenario::ct_rdsr, options);
  REQUIRE(simulation::write_study(study, folder));
  std::size_t files = 0;
  for (const auto& series : study.series) files += series.instances.size();
  return static_cast<int>(files);
}

int files_in(const std::filesystem::path& folder) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    files += entry.is_regular_file() ? 1 : 0;
  return files;
}

}  // namespace

TEST_CASE("watch: imports what comes until Ctrl-C, tells what became of it, and takes nothing twice", "[watch]") {
  const Site site;
  const int files = write_study(site.path("in/MARKER^PATIENT"), 41);
  tests::write_text(site.path("in/letter.txt"), "no DICOM");
  const auto watch_until = [&](const std::string& sql, const std::string& count) {
    tests::Process process(site.command({"watch", site.path("in").string(), "--settle", "1s"}));
    CHECK(eventually([&] { return value(site, sql) == count; }));
    process.signal(SIGINT);
    const int code = process.wait();
    INFO(process.output());
    CHECK(code == 0);
    return process.output();
  };
  const auto first = watch_until(kEnded, std::to_string(files));
  CHECK(holds(first, "imported "));
  CHECK(holds(first, "failed 0, no DICOM 1\n"));
  CHECK(site.exported()["studies"].size() == 1);
  const int more = write_study(site.path("in/second"), 42);
  (void)watch_until(kEnded, std::to_string(files + more));
  CHECK(value(site, "SELECT count(*) FROM received_object") == std::to_string(files + more));
  CHECK(value(site, "SELECT count(*) FROM received_object WHERE way_in <> 'watch'") == "0");
}

TEST_CASE("watch: what cannot be done is refused with what would be right", "[watch]") {
  const Site site;
  const auto missing = site.run({"watch", site.path("nowhere").string()});
  CHECK(missing.code == 2);
  CHECK(holds(missing.errors, "there is no such folder"));
  std::filesystem::create_directories(site.path("in"));
  const auto in = site.path("in").string();
  CHECK(holds(site.run({"watch", in, "--after-import", "move"}).errors, "needs --move-to"));
  CHECK(holds(site.run({"watch", in, "--move-to", in + "/done"}).errors, "lies inside the watched folder"));
  std::filesystem::create_directories(site.data() / "in");
  CHECK(holds(site.run({"watch", (site.data() / "in").string()}).errors, "inside data_directory"));
}

TEST_CASE("watch: the daemon watches the folders of the site file, and one that is missing stops none", "[watch]") {
  const Site site(
      "watch:\n"
      "  - {folder: PRIVATE-there, after_import: delete}\n"
      "  - {folder: PRIVATE-missing, after_import: move, move_to: done}\n"
      "  - {folder: PRIVATE-polled, mode: poll, settle: 100ms}\n");
  for (const char* name : {"PRIVATE-there", "PRIVATE-polled"}) std::filesystem::create_directories(site.path(name));
  tests::Process daemon(site.command({"serve"}));
  REQUIRE(eventually([&] { return std::filesystem::exists(site.data() / "control.sock"); }));
  const int here = write_study(site.path("PRIVATE-there/a"), 1) + write_study(site.path("PRIVATE-polled/b"), 2);
  CHECK(eventually([&] { return value(site, kEnded) == std::to_string(here); }));
  CHECK(eventually([&] { return files_in(site.path("PRIVATE-there")) == 0; }));
  const int files = write_study(site.path("PRIVATE-missing/c"), 3);
  CHECK(eventually([&] { return std::filesystem::exists(site.path("done")) && files_in(site.path("done")) == files; }));
  CHECK(value(site, kEnded) == std::to_string(here + files));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  INFO(daemon.output());
  CHECK(holds(daemon.output(), "watch#2: the folder is not there"));
  CHECK(holds(daemon.output(), "watch#2: the folder is there again"));
  CHECK_FALSE(holds(daemon.output(), "PRIVATE"));  // folders are often named after patients
  CHECK(site.exported()["studies"].size() == 3);
}

TEST_CASE("watch: killed again and again it takes each file once and loses none", "[watch]") {
  const std::string after = GENERATE("keep", "delete");
  const Site site;
  constexpr int kStudies = 30;
  int files = 0;
  for (int n = 1; n <= kStudies; ++n) files += write_study(site.path("in/" + std::to_string(n)), n);
  const auto command = site.command({"watch", site.path("in").string(), "--after-import", after});
  for (int kill = 1; kill <= 4; ++kill) {
    tests::Process process(command);
    REQUIRE(eventually([&] {
      const auto rows = value(site, "SELECT count(*) FROM received_object");
      return !rows.empty() && std::stoi(rows) >= kill * files / 6;
    }));
    process.signal(SIGKILL);
    (void)process.wait();
  }
  tests::Process process(command);
  CHECK(eventually([&] { return value(site, kEnded) == std::to_string(files); }));
  if (after == "delete") CHECK(eventually([&] { return files_in(site.path("in")) == 0; }));
  process.signal(SIGINT);
  CHECK(process.wait() == 0);
  CHECK(value(site, "SELECT count(*) FROM received_object") == std::to_string(files));  // no second copy of any
  CHECK(value(site, "SELECT count(DISTINCT sop_instance_uid) FROM received_object") == std::to_string(files));
  CHECK(site.exported()["studies"].size() == kStudies);
  if (after == "keep") CHECK(files_in(site.path("in")) == files);
}

}  // namespace harvester

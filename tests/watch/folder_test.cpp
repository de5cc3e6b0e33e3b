// Watching real folders: what is heard of, what sweeps find, what is taken and when.

#include "harvester/watch/folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>

#include "support/faulty_files.hpp"
#include "watched_site.hpp"

namespace harvester {
namespace {

using namespace std::chrono_literals;
using config::Watch;
using tests::dicom_file;
using tests::eventually;
using tests::put_file;
using tests::WatchedSite;

/// inotify that loses what it is told to lose.
class Forgetful final : public watch::Changes {
 public:
  struct Switches {
    std::atomic<bool> deaf{false};      ///< changes are lost, and nobody says so
    std::atomic<bool> overflow{false};  ///< once: it is said
    std::atomic<int> folders{1 << 20};  ///< it can listen in so many
  };
  explicit Forgetful(Switches& switches) : switches_(switches), real_(std::move(*watch::inotify_changes())) {}

  Status listen(int fd, const std::string& path) override {
    if (switches_.folders-- <= 0) return Error{ErrorKind::storage, "no more watches", ENOSPC};
    return real_->listen(fd, path);
  }
  std::vector<watch::Change> read() override {
    auto changes = real_->read();
    if (switches_.deaf) changes.clear();
    if (switches_.overflow.exchange(false)) changes.push_back({watch::Change::Kind::lost, ""});
    return changes;
  }
  [[nodiscard]] int descriptor() const override { return real_->descriptor(); }

 private:
  Switches& switches_;
  std::unique_ptr<watch::Changes> real_;
};

void use(WatchedSite& site, Forgetful::Switches& switches) {
  site.options.changes = [&]() -> Result<std::unique_ptr<watch::Changes>> {
    return std::unique_ptr<watch::Changes>(std::make_unique<Forgetful>(switches));
  };
}

}  // namespace

TEST_CASE("watch: a file is taken when it is closed, byte for byte, whatever `settle` says", "[watch]") {
  WatchedSite site;
  site.options.watch.settle = 1h;
  site.start();
  REQUIRE(site.swept());
  put_file(site.in / "a.dcm", dicom_file(1, 'x', 300'000));
  REQUIRE(site.takes(1));
  const auto row = site.site.rows().at(0);
  CHECK(row.way_in == "watch");
  CHECK(row.state == "received");
  CHECK(row.instance == "2.999.7.1");
  tests::ObjectPlan plan;
  plan.instance = row.instance;
  plan.pixels = 300'000;
  CHECK(site.site.data_set_of(row.spool_path) == tests::object(plan));
  CHECK(std::filesystem::exists(site.in / "a.dcm"));
}

TEST_CASE("watch: a file that is still being written is not taken before it is closed", "[watch]") {
  WatchedSite site;
  site.options.watch.settle = 1h;
  site.options.sweep_every = 20ms;
  site.start();
  const auto whole = dicom_file(1, 'x', 200'000);
  std::ofstream slow(site.in / "slow.dcm", std::ios::binary);
  slow << whole.substr(0, 100'000) << std::flush;
  REQUIRE(site.sweeps());
  slow << whole.substr(100'000, 50'000) << std::flush;
  put_file(site.in / "other.dcm", dicom_file(2));
  REQUIRE(site.takes(1));
  REQUIRE(site.sweeps());
  CHECK(site.site.rows().at(0).instance == "2.999.7.2");
  slow << whole.substr(150'000);
  slow.close();
  REQUIRE(site.takes(2));
  CHECK(site.site.rows().at(1).size == static_cast<std::int64_t>(tests::object([] {
                                                                   tests::ObjectPlan plan;
                                                                   plan.instance = "2.999.7.1";
                                                                   plan.pixels = 200'000;
                                                                   return plan;
                                                                 }())
                                                                     .size()));
}

TEST_CASE("watch: a file whose writer closes it between its pieces is not set aside before it has settled", "[watch]") {
  WatchedSite site;
  site.options.watch.settle = 1h;
  site.start();
  REQUIRE(site.swept());
  const auto whole = dicom_file(1, 'x', 200'000);
  put_file(site.in / "a.dcm", whole.substr(0, 100'000));
  put_file(site.in / "b.dcm", dicom_file(2));
  REQUIRE(site.takes(1));
  std::ofstream(site.in / "a.dcm", std::ios::binary | std::ios::app) << whole.substr(100'000);
  REQUIRE(site.takes(2));
  for (const auto& row : site.site.rows()) CHECK(row.state == "received");
}

TEST_CASE("watch: a file that was cut short for longer than `settle` is set aside, and taken when it is whole",
          "[watch]") {
  WatchedSite site;
  site.options.watch.mode = Watch::Mode::poll;
  const auto whole = dicom_file(1);
  put_file(site.in / "a.dcm", whole.substr(0, whole.size() - 20));
  site.start();
  REQUIRE(site.takes(1));
  CHECK(site.site.rows().at(0).reason == "truncated");
  put_file(site.in / "a.dcm", whole);
  REQUIRE(site.takes(2));
  CHECK(site.site.rows().at(1).state == "received");
  CHECK(site.remembered() == "1");
}

TEST_CASE("watch: hidden and unfinished names wait until they are renamed, in hidden folders too", "[watch]") {
  WatchedSite site;
  site.options.watch.settle = 0ms;
  site.options.sweep_every = 20ms;
  site.start();
  put_file(site.in / ".a.dcm", dicom_file(1));
  put_file(site.in / "b.dcm.part", dicom_file(2));
  put_file(site.in / "c.tmp" / "c.dcm", dicom_file(3));
  put_file(site.in / "d.dcm", dicom_file(4));
  REQUIRE(site.takes(1));
  REQUIRE(site.sweeps());
  CHECK(site.site.rows().size() == 1);
  site.options.watch.settle = 1h;
  std::filesystem::rename(site.in / ".a.dcm", site.in / "a.dcm");
  std::filesystem::rename(site.in / "b.dcm.part", site.in / "b.dcm");
  std::filesystem::rename(site.in / "c.tmp", site.in / "c");
  CHECK(site.takes(4));
}

TEST_CASE("watch: a file that is renamed into place is taken at once, from inside and from outside", "[watch]") {
  WatchedSite site;
  site.options.watch.settle = 1h;
  tests::TempDir outside;
  site.start();
  REQUIRE(site.swept());
  put_file(outside / "a.dcm", dicom_file(1));
  std::filesystem::rename(outside / "a.dcm", site.in / "a.dcm");
  put_file(site.in / "b.dcm.part", dicom_file(2));
  std::filesystem::rename(site.in / "b.dcm.part", site.in / "b.dcm");
  CHECK(site.takes(2));
}

TEST_CASE("watch: new folders, folders in them and folders that are moved in or renamed are watched", "[watch]") {
  WatchedSite site;
  tests::TempDir outside;
  site.start();
  REQUIRE(site.swept());
  put_file(site.in / "study" / "series" / "a.dcm", dicom_file(1));
  REQUIRE(site.takes(1));
  put_file(outside / "moved" / "deep" / "b.dcm", dicom_file(2));
  std::filesystem::rename(outside / "moved", site.in / "moved");
  REQUIRE(site.takes(2));
  std::filesystem::rename(site.in / "study", site.in / "renamed");
  put_file(site.in / "renamed" / "series" / "c.dcm", dicom_file(3));
  REQUIRE(eventually([&] {  // and what lay in it is another copy under another name
    const auto rows = site.site.rows();
    return std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.instance == "2.999.7.3"; });
  }));
  put_file(site.in / "renamed" / "series" / "d.dcm", dicom_file(4));
  REQUIRE(eventually(
      [&] { return site.site.value("SELECT count(*) FROM received_object WHERE state = 'received'") == "4"; }));
}

TEST_CASE("watch: the same object under two names is imported once", "[watch]") {
  WatchedSite site;
  put_file(site.in / "a.dcm", dicom_file(1));
  site.start();
  REQUIRE(site.takes(1));
  std::filesystem::rename(site.in / "a.dcm", site.in / "b.dcm");
  put_file(site.in / "c.dcm", dicom_file(1));
  REQUIRE(site.takes(3));
  CHECK(site.site.rows().at(1).reason == "duplicate");
  CHECK(site.site.rows().at(2).reason == "duplicate");
}

TEST_CASE("watch: a file that is replaced is taken again, and one that is touched is only seen", "[watch]") {
  WatchedSite site;
  site.options.sweep_every = 20ms;
  put_file(site.in / "a.dcm", dicom_file(1));
  site.start();
  REQUIRE(site.takes(1));
  put_file(site.in / "new.part", dicom_file(2));
  std::filesystem::rename(site.in / "new.part", site.in / "a.dcm");
  REQUIRE(site.takes(2));
  CHECK(site.site.rows().at(1).state == "received");
  REQUIRE(site.sweeps());
  CHECK(site.site.rows().size() == 2);
  CHECK(site.remembered() == "1");
}

TEST_CASE("watch: files that vanish before they are taken leave nothing behind", "[watch]") {
  WatchedSite site;
  site.options.watch.settle = 300ms;
  site.options.watch.mode = Watch::Mode::poll;
  for (int n = 0; n < 50; ++n) put_file(site.in / ("gone" + std::to_string(n)), dicom_file(n));
  site.start();
  REQUIRE(site.swept());
  for (int n = 0; n < 50; ++n) std::filesystem::remove(site.in / ("gone" + std::to_string(n)));
  put_file(site.in / "stays.dcm", dicom_file(99));
  REQUIRE(eventually([&] { return site.tally.counts().taken > 0; }));
  REQUIRE(site.sweeps());
  const auto rows = site.site.rows();
  CHECK(rows.back().instance == "2.999.7.99");
  for (const auto& row : rows) CHECK(row.state == "received");
  REQUIRE(eventually([&] { return site.remembered() == "1"; }));
}

TEST_CASE("watch: what is remembered of files is forgotten when they are gone, and of no others", "[watch]") {
  WatchedSite site;
  site.options.sweep_every = 20ms;
  for (int n = 0; n < 5; ++n) put_file(site.in / std::to_string(n), dicom_file(n));
  site.start();
  REQUIRE(site.takes(5));
  REQUIRE(eventually([&] { return site.remembered() == "5"; }));
  for (int n = 0; n < 3; ++n) std::filesystem::remove(site.in / std::to_string(n));
  REQUIRE(eventually([&] { return site.remembered() == "2"; }));
  REQUIRE(site.sweeps());
  CHECK(site.remembered() == "2");
  CHECK(site.site.rows().size() == 5);
}

TEST_CASE("watch: links to files and folders outside are not followed, and counted", "[watch]") {
  WatchedSite site;
  site.options.sweep_every = 20ms;
  tests::TempDir outside;
  put_file(outside / "secret.dcm", dicom_file(1));
  put_file(outside / "folder" / "more.dcm", dicom_file(2));
  std::filesystem::create_symlink(outside / "secret.dcm", site.in / "a.dcm");
  std::filesystem::create_directory_symlink(outside / "folder", site.in / "folder");
  std::filesystem::create_symlink("nowhere", site.in / "dangling");
  REQUIRE(::mkfifo((site.in / "pipe.dcm").c_str(), 0600) == 0);
  put_file(site.in / "z.dcm", dicom_file(3));
  site.start();
  REQUIRE(site.takes(1));
  REQUIRE(site.sweeps());
  CHECK(site.site.rows().size() == 1);
  CHECK(site.tally.counts().links == 3);
}

TEST_CASE("watch: what is no DICOM file is read once and stays", "[watch]") {
  WatchedSite site;
  site.options.sweep_every = 20ms;
  site.options.watch.after_import = Watch::AfterImport::remove;
  put_file(site.in / "letter.txt", "Dear reader");
  put_file(site.in / "empty", "");
  site.start();
  REQUIRE(eventually([&] { return site.tally.counts().not_dicom == 1; }));
  REQUIRE(site.sweeps(3));
  CHECK(site.tally.counts().not_dicom == 1);
  CHECK(site.site.rows().empty());
  CHECK(std::filesystem::exists(site.in / "letter.txt"));
}

TEST_CASE("watch: ten thousand files are found by sweeps alone, each is taken once, and none again after a restart",
          "[watch]") {
  constexpr int kFiles = 10'000;
  tests::UnflushedFiles files;
  WatchedSite site(files);
  site.options.watch.mode = Watch::Mode::poll;
  site.options.most_ahead = kFiles;
  for (int n = 0; n < kFiles; ++n)
    put_file(site.in / ("folder" + std::to_string(n % 100)) / (std::to_string(n) + ".dcm"), dicom_file(n));
  site.start();
  REQUIRE(eventually([&] { return site.tally.counts().taken >= kFiles; }, 250s));
  REQUIRE(site.sweeps());
  CHECK(site.site.value("SELECT count(DISTINCT sop_instance_uid) FROM received_object") == "10000");
  CHECK(site.site.value("SELECT count(*) FROM received_object") == "10000");
  site.stop();
  site.start();
  REQUIRE(site.sweeps());
  CHECK(site.tally.counts().taken == kFiles);
  CHECK(site.remembered() == "10000");
}

TEST_CASE("watch: where more changes than could be told, a sweep finds it", "[watch]") {
  WatchedSite site;
  Forgetful::Switches switches;
  switches.deaf = true;
  use(site, switches);
  site.start();
  REQUIRE(site.swept());
  for (int n = 0; n < 20; ++n) put_file(site.in / "new" / std::to_string(n), dicom_file(n));
  CHECK(site.site.rows().empty());
  switches.overflow = true;
  put_file(site.in / "last", "");  // it is read that more happened
  CHECK(site.takes(20));
}

TEST_CASE("watch: where the system has no more watches, sweeps do it, and that is told once", "[watch]") {
  WatchedSite site;
  Forgetful::Switches switches;
  switches.folders = 1;
  use(site, switches);
  put_file(site.in / "a" / "1", dicom_file(1));
  put_file(site.in / "b" / "2", dicom_file(2));
  site.start();
  REQUIRE(site.takes(2));
  put_file(site.in / "b" / "3", dicom_file(3));
  CHECK(site.takes(3));
  CHECK_FALSE(site.tally.is_new("listening"));
}

TEST_CASE("watch: changes that are silently lost are found by the sweeps between", "[watch]") {
  WatchedSite site;
  Forgetful::Switches switches;
  switches.deaf = true;
  use(site, switches);
  site.options.sweep_every = 20ms;
  site.start();
  REQUIRE(site.swept());
  put_file(site.in / "a", dicom_file(1));
  CHECK(site.takes(1));
}

TEST_CASE("watch: no more than so many objects are taken ahead of their import", "[watch]") {
  WatchedSite site;
  site.options.most_ahead = 10;
  site.options.sweep_every = 20ms;
  for (int n = 0; n < 35; ++n) put_file(site.in / std::to_string(n), dicom_file(n));
  site.start();
  REQUIRE(site.takes(10));
  REQUIRE(site.sweeps());
  CHECK(site.site.rows().size() == 10);
  for (const std::size_t next : {20U, 30U, 35U}) {
    site.import_all();
    REQUIRE(site.takes(next));
  }
  site.import_all();
  CHECK(eventually([&] { return site.tally.counts().ends["imported"][""] == 35; }));
}

TEST_CASE("watch: a full disk pauses it, nothing is lost, and it goes on by itself", "[watch]") {
  WatchedSite site;
  site.site.set_minimum_free(std::uint64_t{1} << 62);
  site.site.restart();
  put_file(site.in / "a", dicom_file(1));
  site.start();
  REQUIRE(eventually([&] { return !site.tally.is_new("pause"); }));
  CHECK(site.site.rows().empty());
  site.stop();
  site.site.set_minimum_free(0);
  site.site.restart();
  site.start();
  CHECK(site.takes(1));
}

TEST_CASE("watch: a file that the disk of the spool did not take is taken after a pause", "[watch]") {
  tests::FaultyFiles files;
  WatchedSite site(files);
  site.start();
  REQUIRE(site.swept());
  files.fail(tests::DiskCall::sync, 1, EIO);
  put_file(site.in / "a", dicom_file(1));
  CHECK(site.takes(1));
  CHECK(files.fired());
}

TEST_CASE("watch: a folder that goes or is replaced ends its watching, and nothing is forgotten", "[watch]") {
  WatchedSite site;
  site.options.watch.folder = site.in / "drive";
  put_file(site.in / "drive" / "a", dicom_file(1));
  site.start();
  REQUIRE(site.takes(1));
  std::filesystem::rename(site.in / "drive", site.in / "elsewhere");
  std::filesystem::create_directory(site.in / "drive");  // where a drive was mounted, an empty folder
  const auto ended = site.end();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().kind == ErrorKind::not_found);
  CHECK(ended.error().message.find("drive\"") == std::string::npos);
  site.start();
  REQUIRE(site.swept());
  site.stop();
  CHECK(site.remembered() == "1");  // an empty folder proves nothing
  std::filesystem::remove(site.in / "drive");
  std::filesystem::rename(site.in / "elsewhere", site.in / "drive");
  site.start();
  REQUIRE(site.swept());
  CHECK(site.site.rows().size() == 1);
}

TEST_CASE("watch: imported files are deleted after the end of their import, failed ones are set aside", "[watch]") {
  WatchedSite site;
  site.options.watch.after_import = Watch::AfterImport::remove;
  site.options.set_aside_after = 0ms;
  site.options.sweep_every = 20ms;
  put_file(site.in / "study" / "a", dicom_file(1));
  site.start();
  REQUIRE(site.takes(1));
  REQUIRE(site.sweeps());
  CHECK(std::filesystem::exists(site.in / "study" / "a"));  // safe, but not imported
  site.import_all();
  REQUIRE(eventually([&] { return !std::filesystem::exists(site.in / "study" / "a"); }));
  put_file(site.in / "study" / "b", dicom_file(2));
  REQUIRE(site.takes(2));
  site.import_all("failed");
  REQUIRE(eventually([&] { return std::filesystem::exists(site.in / ".failed" / "study" / "b"); }));
  CHECK_FALSE(std::filesystem::exists(site.in / "study" / "b"));
  CHECK(tests::content_of(site.in / ".failed" / "study" / "b") == dicom_file(2));
  REQUIRE(eventually([&] { return site.remembered() == "0"; }));
  REQUIRE(site.sweeps());
  CHECK(site.site.rows().size() == 2);
}

TEST_CASE("watch: a file whose import fails is set aside when it has settled, without waiting for a sweep", "[watch]") {
  WatchedSite site;
  site.options.watch.after_import = Watch::AfterImport::remove;
  site.options.set_aside_after = 0ms;
  site.start();
  put_file(site.in / "a", dicom_file(1));
  REQUIRE(site.takes(1));
  site.import_all("failed");
  CHECK(eventually([&] { return std::filesystem::exists(site.in / ".failed" / "a"); }));
}

TEST_CASE("watch: imported files are moved, names that are taken get a number", "[watch]") {
  WatchedSite site;
  tests::TempDir done;
  site.options.watch.after_import = Watch::AfterImport::move;
  site.options.watch.move_to = done / "imported";
  site.start();
  for (int n = 1; n <= 2; ++n) {
    put_file(site.in / "study" / "a", dicom_file(n));
    REQUIRE(site.takes(static_cast<std::size_t>(n)));
    site.import_all();
    const std::string name = n == 1 ? "a" : "a.1";
    REQUIRE(eventually([&] { return std::filesystem::exists(done / "imported" / "study" / name); }));
    CHECK_FALSE(std::filesystem::exists(site.in / "study" / "a"));
  }
  CHECK(tests::content_of(done / "imported" / "study" / "a") == dicom_file(1));
  CHECK(tests::content_of(done / "imported" / "study" / "a.1") == dicom_file(2));
}

TEST_CASE("watch: a restart between import and deletion deletes without reading again", "[watch]") {
  WatchedSite site;
  site.options.watch.after_import = Watch::AfterImport::remove;
  put_file(site.in / "a", dicom_file(1));
  site.start();
  REQUIRE(site.takes(1));
  site.stop();
  site.import_all();
  std::filesystem::rename(site.in / "a", site.in / ".harvester-a");  // as a crash in mid-deletion leaves it
  site.options.sweep_every = 20ms;
  site.start();
  REQUIRE(eventually([&] { return std::filesystem::is_empty(site.in.path()); }));
  CHECK(site.site.rows().size() == 1);
}

TEST_CASE("watch: a file that is replaced between its import and its deletion is not deleted unread", "[watch]") {
  WatchedSite site;
  site.options.watch.after_import = Watch::AfterImport::remove;
  site.start();
  put_file(site.in / "a", dicom_file(1));
  REQUIRE(site.takes(1));
  put_file(site.in / "a", dicom_file(2));
  site.import_all();
  REQUIRE(site.takes(2));
  CHECK(site.site.rows().at(1).instance == "2.999.7.2");
  site.import_all();
  CHECK(eventually([&] { return std::filesystem::is_empty(site.in.path()); }));
}

}  // namespace harvester

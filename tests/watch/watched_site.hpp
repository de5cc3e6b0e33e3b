#pragma once

#include <catch2/catch.hpp>
#include <thread>

#include "harvester/watch/folder.hpp"
#include "support/arrivals.hpp"
#include "support/process.hpp"

namespace harvester::tests {

/// A file system that flushes nothing, for tests of many files that ask nothing of stable storage.
class UnflushedFiles final : public spool::FileSystem {
 public:
  Status sync(int) override { return ok(); }
  Status sync_folder(const std::filesystem::path&) override { return ok(); }
};

/// A watched folder and the spool that its files go to. Nothing imports them but import_all().
class WatchedSite {
 public:
  explicit WatchedSite(spool::FileSystem& files = spool::real_file_system()) : site(files) {
    options.watch.folder = in.path();
    options.watch.settle = std::chrono::milliseconds(100);
    options.look_every = std::chrono::milliseconds(20);
  }

  /// Begins to watch, as the next process would.
  void start() {
    auto opened = watch::Folder::open(options, {site.spool(), site.writer(), clock, site.arrivals, tally});
    if (!opened) throw std::runtime_error(opened.error().message);
    folder_ = std::move(*opened);
    sweeps_before_ = tally.counts().sweeps;
    thread_ = std::jthread([this](const std::stop_token& stop) { ended_with_ = folder_->run(stop); });
  }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    folder_.reset();
  }
  /// How the watching ended, when it does by itself.
  Status end() {
    thread_.join();
    return ended_with_;
  }
  ~WatchedSite() { stop(); }

  /// Waits until so many files are safe; true if they are no more than that.
  bool takes(std::size_t count) {
    return eventually([&] { return site.rows().size() >= count; }, std::chrono::seconds(30)) &&
           site.rows().size() == count;
  }
  /// Waits until the folder has been looked through since start().
  bool swept() {
    return eventually([&] { return tally.counts().sweeps > sweeps_before_; });
  }
  /// Waits until the folder has been looked through so many times more.
  bool sweeps(int more = 2) {
    const auto from = tally.counts().sweeps;
    return eventually([&] { return tally.counts().sweeps >= from + more; });
  }
  /// All that is safe ends so.
  void import_all(const std::string& state = "imported") {
    const auto done = site.writer().run([&](database::Connection& connection) {
      connection.run("UPDATE received_object SET state = '" + state + "', reason = '" +
                     (state == "failed" ? "unreadable" : "") +
                     "', ended_at = '2026-03-05T00:00:00.000Z' WHERE state = 'received'");
    });
    REQUIRE(done);
    site.arrivals.notify();
  }

  [[nodiscard]] std::string remembered() const { return site.value("SELECT count(*) FROM watched_file"); }

  SpoolSite site;
  TempDir in;
  SystemClock clock;
  watch::Tally tally;
  watch::FolderOptions options;

 private:
  std::unique_ptr<watch::Folder> folder_;
  std::int64_t sweeps_before_ = 0;
  Status ended_with_ = ok();
  std::jthread thread_;
};

/// A DICOM file; each number is another object.
inline std::string dicom_file(int number, char pixel = 'x', std::size_t pixels = 64) {
  ObjectPlan plan;
  plan.instance = "2.999.7." + std::to_string(number);
  plan.pixel = pixel;
  plan.pixels = pixels;
  return foreign_file(plan, object(plan));
}

/// Writes and closes.
inline void put_file(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace harvester::tests

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "harvester/config/site.hpp"
#include "harvester/core/signal.hpp"
#include "harvester/spool/spool.hpp"
#include "harvester/watch/changes.hpp"
#include "harvester/watch/tally.hpp"

namespace harvester::watch {

struct FolderOptions {
  config::Watch watch;
  std::string name = "watch#1";                        ///< what the log calls it: never its path (G9)
  std::chrono::milliseconds sweep_every{600'000};      ///< beside what is heard of changes
  std::chrono::milliseconds look_every{2'000};         ///< sweeps where no changes are heard of
  std::chrono::milliseconds set_aside_after{600'000};  ///< for files whose import failed
  std::size_t most_ahead = 256;                        ///< objects that are safe and not imported yet
  std::size_t most_awaited = 4096;                     ///< files that are not complete yet; more are left to sweeps
  std::function<Result<std::unique_ptr<Changes>>()> changes = inotify_changes;
};

/// What a folder works with; all of it outlives the folder.
struct FolderTools {
  spool::Spool& spool;
  database::Writer& writer;
  const Clock& clock;
  Signal& activity;  ///< notified when imports end
  Tally& tally;
};

/// One watched folder: complete files go into the spool, each once, and away if that is wanted (after_import). What was
/// read is remembered in the database, over restarts. Runs on one thread of the caller's, with a few of its own for
/// files that come together.
class Folder {
 public:
  /// Fails with `not_found` if the folder is not there, with `storage`. Messages name no path.
  static Result<std::unique_ptr<Folder>> open(FolderOptions options, const FolderTools& tools);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// Works until a stop is asked for. Fails with `not_found` when the folder is no longer there, or another one is in
  /// its place, as when a drive goes or comes: open it anew.
  Status run(const std::stop_token& stop);

 private:
  class Work;
  explicit Folder(std::unique_ptr<Work> work);
  std::unique_ptr<Work> work_;
};

}  // namespace harvester::watch

#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/config/site.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/core/identity_policy.hpp"
#include "harvester/core/latest.hpp"
#include "harvester/core/signal.hpp"
#include "harvester/database/data_directory.hpp"
#include "harvester/database/writer.hpp"
#include "harvester/harvest/harvest.hpp"
#include "harvester/intake/pool.hpp"
#include "harvester/receive/store.hpp"
#include "harvester/serve/auditor.hpp"
#include "harvester/serve/running.hpp"
#include "harvester/serve/turns.hpp"
#include "harvester/spool/spool.hpp"
#include "harvester/watch/tally.hpp"

namespace harvester::serve {

struct EngineOptions {
  config::SiteConfig site;
  std::string command;              ///< what a second process is told of us, e.g. "serve"
  std::vector<std::string> worker;  ///< program and arguments of an intake worker; it finds the site file as
                                    ///< kWorkerSiteFile
  int workers = 2;
  std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
  spool::FileSystem* files = &spool::real_file_system();  ///< outlives the engine
};

/// Where an intake worker finds the configuration that its owner runs with, whatever became of the file since.
inline constexpr const char* kWorkerSiteFile = "/proc/self/fd/3";

/// What one process has open while it owns a data directory: the lock, the database, the spool, the intake workers, and
/// those stores that are needed. Thread-safe.
class Engine {
 public:
  /// Takes the lock and opens all but the stores; what an earlier process left is recovered. Fails with `refused` and
  /// code EWOULDBLOCK if another process holds the data directory, with `config` or `storage`.
  static Result<std::unique_ptr<Engine>> open(EngineOptions options);
  /// close().
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Valid as long as the engine, also when its stores are others by now.
  [[nodiscard]] const config::SiteConfig& site() const { return site_.get(); }
  void set_stores(std::vector<config::Store> stores);
  void set_audit(const config::Audit& audit);
  [[nodiscard]] const database::DataPaths& paths() const { return paths_; }
  [[nodiscard]] database::Writer& writer() { return *writer_; }
  [[nodiscard]] spool::Spool& spool() { return *spool_; }
  [[nodiscard]] intake::Pool& pool() { return *pool_; }
  [[nodiscard]] Auditor& auditor() { return *auditor_; }
  [[nodiscard]] Signal& activity() { return activity_; }
  [[nodiscard]] const Clock& clock() const { return *options_.clock; }
  [[nodiscard]] std::int64_t owner() const { return owner_; }

  /// Opens a store of the site file unless it is open. Fails with `config`: no such store, the port is in use or not
  /// allowed; the message says what to do.
  Status open_store(const std::string& name);

  /// Closes a store, if it is open, and opens it again; what it had counted begins anew. Fails as open_store(): then it
  /// is closed, but still one of stores().
  Status reopen_store(const std::string& name);

  /// Closes a store, if it is open: at once for new associations, for what is under way within its drain time.
  void close_store(const std::string& name);

  /// Opens those with `autostart`.
  Status open_autostart_stores();

  [[nodiscard]] std::vector<receive::StoreStatus> stores() const;

  /// One more watched folder, whose files are counted in what is returned; valid as long as the engine.
  watch::Tally& add_watched_folder();
  /// All of them, in the order in which they were added: watch#1 is the first.
  [[nodiscard]] std::vector<const watch::Tally*> watched_folders() const;

  /// What a harvest works with; valid as long as the engine.
  [[nodiscard]] harvest::Tools tools(std::function<void(const harvest::Progress&)> on_progress);

  /// One harvest of a node at a time: its name's turn.
  [[nodiscard]] Turns& node_turns() { return node_turns_; }

  /// Who hears of harvests that ended: set it before the first one begins. Called on the thread of the harvest.
  using HarvestEnded = std::function<void(const config::Profile&, const harvest::Outcome&, const std::string& line)>;
  void on_harvest_end(HarvestEnded listener) { harvest_ended_ = std::move(listener); }
  void tell_harvest_end(const config::Profile& profile, const harvest::Outcome& outcome,
                        const std::string& line) const {
    if (harvest_ended_) harvest_ended_(profile, outcome, line);
  }

  /// Who hears what is told of running harvests (events.hpp), whoever asked for them; empty: nobody any more. When it
  /// returns the one before is not called any more. The listener has to be quick.
  void on_job_event(std::function<void(const std::string&)> listener);
  void tell_job_event(const std::string& event) const;

  /// When the schedules were last looked at; the epoch if never.
  [[nodiscard]] Instant schedules_seen_at() const { return Instant(std::chrono::milliseconds(schedules_seen_.load())); }
  void note_schedules_seen() { schedules_seen_ = clock().now().time_since_epoch().count(); }

  [[nodiscard]] RunningHarvests& running_harvests() { return running_harvests_; }

  /// Stops the stores, lets objects under way end, ends the workers.
  void close();

 private:
  explicit Engine(EngineOptions options);
  Status take_directory();
  Status open_rooms();

  const EngineOptions options_;
  Latest<config::SiteConfig> site_;
  const database::DataPaths paths_;
  Signal activity_;  ///< arrivals and finished imports
  Signal arrivals_;  ///< arrivals: wakes the workers, then `activity_`
  IdentityPolicy identity_;
  std::int64_t owner_ = 0;
  std::optional<database::DirectoryLock> lock_;
  std::unique_ptr<database::Writer> writer_;
  std::unique_ptr<spool::Spool> spool_;
  std::unique_ptr<intake::Pool> pool_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<receive::Store>> stores_;  // guarded by mutex_
  std::map<std::string, std::string> closed_;  ///< stores that could not be opened again, and why; guarded by mutex_
  std::deque<watch::Tally> watched_;           // guarded by mutex_
  HarvestEnded harvest_ended_;
  mutable std::mutex listener_mutex_;
  std::function<void(const std::string&)> job_listener_;  // guarded by listener_mutex_
  std::atomic<std::int64_t> schedules_seen_ = 0;          ///< ms since the epoch
  Turns node_turns_;
  RunningHarvests running_harvests_;
  std::unique_ptr<Auditor> auditor_;  ///< ends first: what is told at the end is read from the database
};

}  // namespace harvester::serve

#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/database/inbox.hpp"

namespace harvester::spool {

/// What a test of a node asks it to send: one instance, or where the node lists none, a series. Objects of it that are
/// sent on request while the trial lives end as ignored(node_test), unless a harvest waits for them. Thread-safe.
class Trial {
 public:
  explicit Trial(SopInstanceUid instance) : instance_(std::move(instance)) {}
  explicit Trial(SeriesUid series) : series_(std::move(series)) {}

  /// Whether an object was sent because of it: it came to a store that is a destination of moves, or names the
  /// originator of a move.
  [[nodiscard]] bool covers(const database::inbox::NewObject& object) const {
    const bool requested = object.way_in == "harvest" || !object.move_originator_ae.empty();
    return requested && (instance_.empty() ? object.series == series_ : object.instance == instance_);
  }

  void arrived(const database::inbox::Inserted& object) {
    const std::lock_guard lock(mutex_);
    arrivals_.push_back(object);
  }

  [[nodiscard]] std::vector<database::inbox::Inserted> arrivals() const {
    const std::lock_guard lock(mutex_);
    return arrivals_;
  }

 private:
  const SopInstanceUid instance_;
  const SeriesUid series_;
  mutable std::mutex mutex_;
  std::vector<database::inbox::Inserted> arrivals_;  // guarded by mutex_
};

/// The trials that are under way. Thread-safe.
class Trials {
 public:
  /// Under way until its owner lets go of it.
  void add(const std::shared_ptr<Trial>& trial) {
    const std::lock_guard lock(mutex_);
    std::erase_if(all_, [](const auto& each) { return each.expired(); });
    all_.push_back(trial);
  }

  /// The one that an object belongs to, or null.
  [[nodiscard]] std::shared_ptr<Trial> trial_of(const database::inbox::NewObject& object) const {
    const std::lock_guard lock(mutex_);
    for (const auto& each : all_)
      if (auto trial = each.lock(); trial && trial->covers(object)) return trial;
    return nullptr;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<Trial>> all_;  // guarded by mutex_
};

}  // namespace harvester::spool

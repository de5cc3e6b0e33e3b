#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>

#include "harvester/core/ids.hpp"

namespace harvester::serve {

/// What somebody wishes of a running harvest.
enum class Wish { none, pause, cancel };

/// The harvests that run in this process, so that others can end them. Thread-safe.
class RunningHarvests {
 public:
  /// A harvest that runs; it is no longer listed when its scope ends.
  class Entry {
   public:
    Entry(RunningHarvests& all, HarvestId id, std::stop_token stop)
        : all_(all), id_(id), forward_(std::move(stop), [this] { source_.request_stop(); }) {
      std::lock_guard lock(all_.mutex_);
      all_.entries_[id_] = this;
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
      std::lock_guard lock(all_.mutex_);
      all_.entries_.erase(id_);
    }

    /// Stopped with the token it was made with, or by a wish to cancel.
    [[nodiscard]] std::stop_token stop() const { return source_.get_token(); }

    [[nodiscard]] Wish wish() const {
      std::lock_guard lock(all_.mutex_);
      return wish_;
    }

   private:
    friend class RunningHarvests;
    RunningHarvests& all_;
    const HarvestId id_;
    std::stop_source source_;
    Wish wish_ = Wish::none;  // guarded by all_.mutex_
    std::stop_callback<std::function<void()>> forward_;
  };

  /// Tells a running harvest what is wished; false if it does not run here.
  bool wish(HarvestId id, Wish wish) {
    std::stop_source source(std::nostopstate);
    {
      std::lock_guard lock(mutex_);
      const auto found = entries_.find(id);
      if (found == entries_.end()) return false;
      found->second->wish_ = wish;
      source = found->second->source_;
    }
    if (wish == Wish::cancel) source.request_stop();
    return true;
  }

  /// A harvest is over, but the ledger could not be told: its disk is full.
  void end_later(HarvestId id) {
    const std::lock_guard lock(mutex_);
    untold_.insert(id);
  }
  [[nodiscard]] std::set<HarvestId> untold() {
    const std::lock_guard lock(mutex_);
    return untold_;
  }
  void told(const std::set<HarvestId>& ids) {
    const std::lock_guard lock(mutex_);
    for (const auto id : ids) untold_.erase(id);
  }

 private:
  std::mutex mutex_;
  std::map<HarvestId, Entry*> entries_;  // guarded by mutex_
  std::set<HarvestId> untold_;           // guarded by mutex_
};

}  // namespace harvester::serve

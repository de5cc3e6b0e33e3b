#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "harvester/core/ids.hpp"

namespace harvester::spool {

/// The objects whose bytes are coming in at this moment, and when the last byte of each came: what takes long is not
/// silent (quirk Q58). Thread-safe.
class UnderWay {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// One object; it is no longer listed when its scope ends. Outlived by the list.
  class Entry {
   public:
    Entry(UnderWay& all, SopInstanceUid uid) : all_(all), uid_(std::move(uid)) {
      touch();
      std::lock_guard lock(all_.mutex_);
      all_.entries_.push_back(this);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
      std::lock_guard lock(all_.mutex_);
      std::erase(all_.entries_, this);
    }

    /// A byte came.
    void touch() {
      last_.store(std::chrono::steady_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    }

   private:
    friend class UnderWay;
    UnderWay& all_;
    const SopInstanceUid uid_;
    std::atomic<std::chrono::steady_clock::rep> last_{0};
  };

  /// When the last byte came of one of these; of any object where none are named. The epoch: none is under way.
  [[nodiscard]] Time last_byte(const std::vector<SopInstanceUid>& uids) const {
    std::lock_guard lock(mutex_);
    Time last{};
    for (const auto* entry : entries_)
      if (uids.empty() || std::find(uids.begin(), uids.end(), entry->uid_) != uids.end())
        last = std::max(last, Time(Time::duration(entry->last_.load(std::memory_order_relaxed))));
    return last;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Entry*> entries_;  // guarded by mutex_
};

}  // namespace harvester::spool

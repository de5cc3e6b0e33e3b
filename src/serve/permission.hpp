#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "harvester/config/profile.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/core/result.hpp"
#include "harvester/serve/running.hpp"

namespace harvester::serve {

/// Whether a harvest may begin something new: within the node's allowed hours and the time given for it, unless
/// somebody paused or cancelled it. Thread-safe.
class Permission {
 public:
  /// `longest`: the time given for this run; 0: any. What is referenced outlives it.
  Permission(const config::Profile& profile, const Clock& clock, std::chrono::seconds longest,
             const RunningHarvests::Entry& entry);

  /// Fails with `cancelled` and one of harvest::stop_code.
  Status ask();

 private:
  using Time = std::chrono::steady_clock::time_point;
  Status ask_hours();

  const config::Profile& profile_;
  const Clock& clock_;
  const std::optional<Time> until_;
  const RunningHarvests::Entry& entry_;
  std::mutex mutex_;
  Time hours_asked_{};           // guarded by mutex_: the clock is looked at once a second
  std::optional<Error> closed_;  // guarded by mutex_: what it showed
};

}  // namespace harvester::serve

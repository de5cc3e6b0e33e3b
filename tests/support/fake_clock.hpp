#pragma once

#include <mutex>

#include "harvester/core/civil.hpp"
#include "harvester/core/clock.hpp"

namespace harvester::tests {

/// A clock that stands still until it is moved. Thread-safe.
class FakeClock final : public Clock {
 public:
  /// At midnight UTC of a day, "2026-03-05".
  explicit FakeClock(const std::string& day = "2026-03-05") { set_day(day); }

  [[nodiscard]] Instant now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void set_day(const std::string& day) {
    const std::lock_guard lock(mutex_);
    now_ = Instant(std::chrono::sys_days(parse_date(day).value()));
  }
  void advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;
  Instant now_{};  // guarded by mutex_
};

}  // namespace harvester::tests

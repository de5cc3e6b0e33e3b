#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>

namespace harvester {

/// "Something happened, look again": arrivals and finished imports wake those who wait for them. Thread-safe.
class Signal {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void notify() {
    {
      std::lock_guard lock(mutex_);
      ++count_;
      last_ = std::chrono::steady_clock::now();
      changed_.notify_all();
    }
    if (passed_on_) passed_on_();
  }

  /// Has `listener` called by each notify(), on its thread, without a lock. Set it once, before the first notify().
  void on_notify(std::function<void()> listener) { passed_on_ = std::move(listener); }

  /// How often notify() was called; take it before looking, so that nothing between look and wait is missed.
  [[nodiscard]] std::uint64_t count() const {
    std::lock_guard lock(mutex_);
    return count_;
  }

  /// When notify() was called last; the epoch if never.
  [[nodiscard]] Time last() const {
    std::lock_guard lock(mutex_);
    return last_;
  }

  /// Waits until the count is above `seen`, the deadline passes or a stop is asked for.
  void wait_beyond(std::uint64_t seen, Time deadline, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, stop, deadline, [&] { return count_ > seen; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t count_ = 0;  // guarded by mutex_
  Time last_{};              // guarded by mutex_
  std::function<void()> passed_on_;
};

}  // namespace harvester

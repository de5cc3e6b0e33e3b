#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <utility>

namespace harvester {

/// A value that is replaced now and then while others use it. What was replaced stays where it is, so that whoever
/// holds it may go on with it: for what is small and changes rarely. Thread-safe.
template <class T>
class Latest {
 public:
  explicit Latest(T first) { replace(std::move(first)); }

  [[nodiscard]] const T& get() const { return *current_.load(std::memory_order_acquire); }

  void replace(T next) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(next));
    current_.store(&all_.back(), std::memory_order_release);
  }

 private:
  std::mutex mutex_;
  std::deque<T> all_;  // guarded by mutex_; elements never move
  std::atomic<const T*> current_ = nullptr;
};

}  // namespace harvester

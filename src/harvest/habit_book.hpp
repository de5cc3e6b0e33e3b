#pragma once

#include <mutex>

#include "harvester/harvest/habits.hpp"

namespace harvester::harvest {

/// The habits of the node of a running harvest. Thread-safe.
class HabitBook {
 public:
  explicit HabitBook(const Habits& habits) : habits_(habits) {}

  [[nodiscard]] Habits get() const {
    std::lock_guard lock(mutex_);
    return habits_;
  }

  /// Changes them by `change`; returns what they are then.
  template <class Change>
  Habits update(const Change& change) {
    std::lock_guard lock(mutex_);
    change(habits_);
    return habits_;
  }

 private:
  mutable std::mutex mutex_;
  Habits habits_;  // guarded by mutex_
};

}  // namespace harvester::harvest

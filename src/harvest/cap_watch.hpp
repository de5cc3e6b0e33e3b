#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "harvester/database/ledger.hpp"

namespace harvester::harvest {

/// Looks for a limit on answers that a node keeps silent about (quirk Q6): such limits are round numbers, and the same
/// number comes back again and again. A count below the greatest that was seen cannot be the limit. Thread-safe.
class CapWatch {
 public:
  using Window = database::ledger::StoredWindow;

  /// Notes how many answers a successful query had; the windows that may have been cut short and have to be asked in
  /// smaller pieces: none, this one, or this one and the earlier one with the same count.
  std::vector<Window> note(const Window& window, std::int64_t answers) {
    std::lock_guard lock(mutex_);
    if (answers < kSmallestLimit || answers < most_) return {};
    const bool again = answers == most_;
    std::vector<Window> suspects;
    if (again && first_) suspects.push_back(*std::move(first_));
    first_.reset();
    most_ = answers;
    if (again || answers % kRound == 0)
      suspects.push_back(window);
    else
      first_ = window;
    return suspects;
  }

  /// A day that was split by time on such a suspicion, and that has studies without a time: its slices cannot show
  /// them.
  void doubt(const Window& day) {
    std::lock_guard lock(mutex_);
    doubted_.push_back(day);
  }

  /// A slice brought studies that its day had not shown: the day's answers were cut short indeed.
  void brought_more(const Window& slice) {
    std::lock_guard lock(mutex_);
    std::erase_if(doubted_, [&](const Window& day) {
      return day.window.from == slice.window.from && day.window.modality == slice.window.modality;
    });
  }

  /// Doubted days that had shown everything their slices showed. Ask when all slices were asked.
  std::vector<Window> cleared() {
    std::lock_guard lock(mutex_);
    return std::exchange(doubted_, {});
  }

 private:
  static constexpr std::int64_t kSmallestLimit = 10;
  static constexpr std::int64_t kRound = 10;

  std::mutex mutex_;
  std::int64_t most_ = 0;        // guarded by mutex_
  std::vector<Window> doubted_;  // guarded by mutex_
  std::optional<Window> first_;  // guarded by mutex_: the one with most_ answers, while it is believed
};

}  // namespace harvester::harvest

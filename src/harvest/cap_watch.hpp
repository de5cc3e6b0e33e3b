#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "harvester/database/ledger_windows.hpp"

namespace harvester::harvest {

/// Looks for a limit on answers that a node keeps silent about (quirk Q6): such limits are round numbers, and the same
/// number comes back again and again. A count below the greatest that was seen cannot be the limit. Thread-safe.
class CapWatch {
 public:
  using Window = database::ledger::StoredWindow;

  /// `limit`: most answers to one query, where it is known; 0: it is not. `most`: most answers ever believed.
  CapWatch(std::int64_t limit, std::int64_t most) : limit_(limit), most_(most) {}

  /// Notes how many answers a successful query had; the windows that may have been cut short and have to be asked in
  /// smaller pieces: none, this one, or this one and the earlier one with the same count.
  std::vector<Window> note(const Window& window, std::int64_t answers) {
    std::lock_guard lock(mutex_);
    if (answers > limit_) limit_ = 0;  // it was none
    if (limit_ > 0) return answers >= limit_ ? std::vector{window} : std::vector<Window>{};
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

  /// A window with so many answers was split on a suspicion.
  void suspect(const Window& window, std::int64_t sent) {
    std::lock_guard lock(mutex_);
    split_.emplace_back(window, sent);
  }

  /// A day that was split by time on such a suspicion, and that has studies without a time: its slices cannot show
  /// them.
  void doubt(const Window& day) {
    std::lock_guard lock(mutex_);
    doubted_.push_back(day);
  }

  /// A piece brought studies that the window it was cut from had not shown: that one was cut short indeed. The limit
  /// that this proves, if any.
  std::optional<std::int64_t> brought_more(const Window& piece) {
    std::lock_guard lock(mutex_);
    std::erase_if(doubted_, [&](const Window& day) { return holds(day, piece); });
    std::optional<std::int64_t> proven;
    for (const auto& [window, sent] : split_)
      if (holds(window, piece)) proven = std::min(sent, proven.value_or(sent));
    if (proven) limit_ = limit_ > 0 ? std::min(limit_, *proven) : *proven;
    return proven;
  }

  /// Doubted days that had shown everything their slices showed. Ask when all slices were asked.
  std::vector<Window> cleared() {
    std::lock_guard lock(mutex_);
    return std::exchange(doubted_, {});
  }

 private:
  static constexpr std::int64_t kSmallestLimit = 10;
  static constexpr std::int64_t kRound = 10;

  static bool holds(const Window& window, const Window& piece) {
    const auto& [w, p] = std::pair(window.window, piece.window);
    return w.modality == p.modality && w.from <= p.from && p.until <= w.until && w != p;
  }

  std::mutex mutex_;
  // guarded by mutex_:
  std::int64_t limit_;
  std::int64_t most_;
  std::vector<std::pair<Window, std::int64_t>> split_;  ///< split on a suspicion, and their answers
  std::vector<Window> doubted_;
  std::optional<Window> first_;  ///< the one with most_ answers, while it is believed
};

}  // namespace harvester::harvest

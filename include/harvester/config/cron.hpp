#pragma once

#include <bitset>
#include <optional>
#include <string_view>

namespace harvester::config {

/// When a schedule is due, on the clock of a place: the values that each field of a cron expression allows.
struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;     ///< of the month, 1-31
  std::bitset<13> months;   ///< 1-12
  std::bitset<7> weekdays;  ///< 0 is Sunday
  bool operator==(const Cron&) const = default;
};

/// Five fields (minute hour day month weekday) of *, values, names, ranges, lists and steps, or @hourly, @daily,
/// @midnight, @nightly (at 22:30), @weekly, @monthly, @yearly, @annually. Nothing for what is none, or never comes.
[[nodiscard]] std::optional<Cron> parse_cron(std::string_view text);

}  // namespace harvester::config

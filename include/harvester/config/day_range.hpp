#pragma once

#include <optional>
#include <string_view>

#include "harvester/core/civil.hpp"

namespace harvester::config {

/// A day as a schedule names it: a date, or so many days before the day of the run.
struct Day {
  std::optional<CivilDate> date{};
  int days_back = 0;
  bool operator==(const Day&) const = default;
};

struct DayRange {
  Day from;
  Day until;  ///< included
  bool operator==(const DayRange&) const = default;
};

/// today, yesterday, today-7, yesterday-2, 2026-11-01, or two of them with ".." between. Nothing for what is none.
[[nodiscard]] std::optional<DayRange> parse_day_range(std::string_view text);

}  // namespace harvester::config

#pragma once

#include <optional>
#include <string>

#include "arguments.hpp"
#include "harvester/core/civil.hpp"
#include "harvester/core/result.hpp"
#include "harvester/schedule/civil_clock.hpp"

/// Days as people type them, pure.
namespace harvester::cli {

struct DateRange {
  CivilDate from;
  CivilDate until;  ///< included; not before `from`
  bool operator==(const DateRange&) const = default;
};

using schedule::CivilNow;

/// "2026-11-22", "20261122", "today", "yesterday". Fails with `config`.
[[nodiscard]] Result<CivilDate> typed_date(const std::string& text, CivilDate today);

/// The days that are meant; --from and --until in either order, one of them alone: to today, or that day alone. Nothing
/// where no option was given. Fails with `config`: no dates, or options that exclude each other.
[[nodiscard]] Result<std::optional<DateRange>> date_range(const DateOptions& options, const CivilNow& now);

/// Times of a day as typed: 0830, 08:30, 083000. An end is meant with its whole minute or second. Nothing for an empty
/// text. Fails with `config`, also where the days are more than one.
struct DayTimes {
  std::optional<CivilTime> from;
  std::optional<CivilTime> until;
};
[[nodiscard]] Result<DayTimes> day_times(const DateOptions& options, const DateRange& days);

/// "6h", "90m", "2d", "45s". Fails with `config`.
[[nodiscard]] Result<std::chrono::seconds> duration(const std::string& option, const std::string& text);

}  // namespace harvester::cli

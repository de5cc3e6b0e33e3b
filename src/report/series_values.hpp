#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/report/charts.hpp"

namespace harvester::report {

/// The values of a question, by group and machine.
struct SeriesValues {
  struct Series {
    std::size_t group = 0;     ///< index of `groups`
    std::int64_t machine = 0;  ///< 0 where scanners are not told apart
    std::int64_t n = 0;
    std::vector<double> values{};                  ///< without interval
    std::vector<std::vector<double>> by_period{};  ///< with one; by index of `periods`, as far as there are values
  };
  std::vector<std::string> groups;
  std::vector<Series> series;
  std::vector<std::string> periods;              ///< in no certain order
  std::map<std::int64_t, std::string> machines;  ///< names

  [[nodiscard]] ChartScanner scanner(std::int64_t machine) const;
};

/// Inside the caller's transaction; throws on database errors.
[[nodiscard]] SeriesValues series_values(database::Connection& connection, const ChartQuestion& question,
                                         std::optional<Interval> interval);

[[nodiscard]] std::map<std::int64_t, std::string> machine_names(database::Connection& connection);
[[nodiscard]] std::string name_of(const std::map<std::int64_t, std::string>& names, std::int64_t machine);

/// A text against a pattern with * and ?, whole and in any case (ASCII).
[[nodiscard]] bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace harvester::report

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Statistics of dose values. Pure.
namespace harvester::report {

/// What a box plot shows. Quantiles by linear interpolation between the closest ranks (type 7 of Hyndman and Fan).
/// Of no values everything is 0.
struct Quantiles {
  std::int64_t n = 0;
  double min = 0, p5 = 0, q1 = 0, median = 0, q3 = 0, p95 = 0, max = 0, mean = 0;
  bool operator==(const Quantiles&) const = default;
};

/// Takes the values in any order, and sorts them.
[[nodiscard]] Quantiles quantiles(std::vector<double>& values);

/// The quantile of sorted values at `share` (0 to 1); 0 of none.
[[nodiscard]] double quantile(const std::vector<double>& sorted, double share);

/// Bins + 1 edges that divide what lies between P0.5 and P99.5 of sorted values into equal parts; none where there are
/// no values. Values that are all the same get one of a width around it.
[[nodiscard]] std::vector<double> histogram_edges(const std::vector<double>& sorted, int bins);

struct Histogram {
  std::vector<std::int64_t> counts;  ///< of [edge, next edge); the last one includes its upper edge
  std::int64_t below = 0, above = 0;
};
[[nodiscard]] Histogram histogram(const std::vector<double>& values, const std::vector<double>& edges);

enum class Interval { week, month, quarter, year };

/// "2026-W07" (ISO 8601), "2026-02", "2026-Q1", "2026"; empty for what is no date.
[[nodiscard]] std::string period_of(std::string_view iso_date, Interval interval);

}  // namespace harvester::report

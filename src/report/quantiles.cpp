#include "harvester/report/quantiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "harvester/core/civil.hpp"

namespace harvester::report {

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const auto above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

Quantiles quantiles(std::vector<double>& values) {
  Quantiles q;
  if (values.empty()) return q;
  std::sort(values.begin(), values.end());
  q.n = static_cast<std::int64_t>(values.size());
  q.min = values.front();
  q.max = values.back();
  q.p5 = quantile(values, 0.05);
  q.q1 = quantile(values, 0.25);
  q.median = quantile(values, 0.5);
  q.q3 = quantile(values, 0.75);
  q.p95 = quantile(values, 0.95);
  q.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  return q;
}

std::vector<double> histogram_edges(const std::vector<double>& sorted, int bins) {
  if (sorted.empty() || bins < 1) return {};
  double low = quantile(sorted, 0.005), high = quantile(sorted, 0.995);
  if (!(low < high)) {
    const double half = low == 0 ? 0.5 : std::abs(low) * 0.05;
    high = low + half;
    low -= half;
  }
  std::vector<double> edges;
  for (int n = 0; n <= bins; ++n) edges.push_back(low + (high - low) * n / bins);
  edges.back() = high;
  return edges;
}

Histogram histogram(const std::vector<double>& values, const std::vector<double>& edges) {
  Histogram made;
  if (edges.size() < 2) return made;
  made.counts.assign(edges.size() - 1, 0);
  for (const double value : values) {
    if (value < edges.front()) {
      ++made.below;
    } else if (value > edges.back()) {
      ++made.above;
    } else {
      const auto next = std::upper_bound(edges.begin(), edges.end(), value);
      const auto bin = static_cast<std::size_t>(next - edges.begin()) - 1;
      ++made.counts[std::min(bin, made.counts.size() - 1)];
    }
  }
  return made;
}

namespace {

/// The week belongs to the year of its Thursday (ISO 8601).
std::string iso_week(CivilDate date) {
  using namespace std::chrono;
  const auto day = sys_days(date);
  const auto thursday = day + days(4 - static_cast<int>(weekday(day).iso_encoding()));
  const auto its_year = year_month_day(thursday).year();
  const auto first = sys_days(its_year / January / 1);
  return fmt::format("{:04}-W{:02}", static_cast<int>(its_year), (thursday - first).count() / 7 + 1);
}

}  // namespace

std::string period_of(std::string_view text, Interval interval) {
  const auto date = parse_date(text);
  if (!date) return {};
  const int year = static_cast<int>(date->year());
  const unsigned month = static_cast<unsigned>(date->month());
  switch (interval) {
    case Interval::week:
      return iso_week(*date);
    case Interval::month:
      return fmt::format("{:04}-{:02}", year, month);
    case Interval::quarter:
      return fmt::format("{:04}-Q{}", year, (month - 1) / 3 + 1);
    case Interval::year:
      return fmt::format("{:04}", year);
  }
  return {};
}

}  // namespace harvester::report

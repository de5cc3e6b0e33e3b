#include "harvester/report/quantiles.hpp"

#include <catch2/catch.hpp>

#include "harvester/report/charts.hpp"

using namespace harvester::report;

TEST_CASE("quantiles: they lie between the values, as type 7 has it", "[report]") {
  std::vector<double> values{4, 1, 3, 2};
  const auto q = quantiles(values);
  CHECK(q.n == 4);
  CHECK(q.min == 1);
  CHECK(q.q1 == 1.75);
  CHECK(q.median == 2.5);
  CHECK(q.q3 == 3.25);
  CHECK(q.max == 4);
  CHECK(q.mean == 2.5);
  CHECK(q.p5 == Approx(1.15));
  CHECK(q.p95 == Approx(3.85));
}

TEST_CASE("quantiles: of one value all are that, of none nothing", "[report]") {
  std::vector<double> one{7};
  CHECK(quantiles(one) == Quantiles{1, 7, 7, 7, 7, 7, 7, 7, 7});
  std::vector<double> none;
  CHECK(quantiles(none) == Quantiles{});
}

TEST_CASE("quantiles: a histogram counts every value once", "[report]") {
  std::vector<double> values;
  for (int n = 0; n <= 1000; ++n) values.push_back(n);
  const auto edges = histogram_edges(values, 10);
  REQUIRE(edges.size() == 11);
  CHECK(edges.front() == 5);
  CHECK(edges.back() == 995);
  const auto counted = histogram(values, edges);
  CHECK(counted.below == 5);
  CHECK(counted.above == 5);
  std::int64_t inside = 0;
  for (const auto count : counted.counts) inside += count;
  CHECK(inside == 991);
  CHECK(counted.counts[0] == 99);
  CHECK(counted.counts[9] == 100);  // with its upper edge
}

TEST_CASE("quantiles: values that are all the same have a histogram, too", "[report]") {
  for (const double value : {0.0, 5.0, -5.0}) {
    const std::vector<double> values(3, value);
    const auto edges = histogram_edges(values, 4);
    REQUIRE(edges.size() == 5);
    CHECK(edges.front() < edges.back());
    const auto counted = histogram(values, edges);
    CHECK(counted.counts[0] + counted.counts[1] + counted.counts[2] + counted.counts[3] == 3);
  }
  CHECK(histogram_edges({}, 4).empty());
}

TEST_CASE("quantiles: periods of a date, a week belongs to the year of its Thursday", "[report]") {
  CHECK(period_of("2026-02-09", Interval::week) == "2026-W07");
  CHECK(period_of("2027-01-01", Interval::week) == "2026-W53");
  CHECK(period_of("2024-12-30", Interval::week) == "2025-W01");
  CHECK(period_of("2026-02-09", Interval::month) == "2026-02");
  CHECK(period_of("2026-12-31", Interval::quarter) == "2026-Q4");
  CHECK(period_of("2026-12-31", Interval::year) == "2026");
  CHECK(period_of("", Interval::month).empty());
  CHECK(period_of("2026-13-01", Interval::month).empty());
}

TEST_CASE("quantiles: a level is held against the median, and against few values not at all", "[report]") {
  Quantiles q;
  q.n = kFewValues;
  q.median = 10;
  CHECK(level_state(q, 9.9) == LevelState::above);
  CHECK(level_state(q, 10) == LevelState::below);
  q.n = kFewValues - 1;
  CHECK(level_state(q, 1) == LevelState::few);
}

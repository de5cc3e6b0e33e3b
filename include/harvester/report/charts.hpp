#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harvester/config/site.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/figure_rows.hpp"
#include "harvester/report/quantiles.hpp"

/// Dose charts as numbers, worked out from the narrow rows of the database: for the page, and for whoever draws them
/// otherwise. The functions that read fail with `storage`. No patient data.
namespace harvester::report {

using database::figures::By;
using database::figures::Measure;

[[nodiscard]] const char* to_string(Measure measure);
[[nodiscard]] const char* unit_of(Measure measure);

enum class Split { scanner, none };

struct ChartQuestion {
  Measure measure = Measure::dlp;
  By by = By::protocol;
  bool of_events = true;  ///< of events; else of studies
  Split split = Split::scanner;
  database::figures::Filter filter{};
  std::vector<std::string> groups{};  ///< only these, in any case; empty: all
  int limit = 30;                     ///< groups or series at most, those with most values
};

/// A machine in a chart; 0 and empty where scanners are not told apart.
struct ChartScanner {
  std::int64_t machine = 0;
  std::string equipment{};
};

// ── median, quartiles, frequency ────────────────────────────────────────────────────────────────────────────────────

struct ScannerValues {
  ChartScanner scanner;
  Quantiles values;
};

struct GroupValues {
  std::string group;
  Quantiles all;
  std::vector<ScannerValues> scanners;  ///< most values first
};

struct SummaryChart {
  ChartQuestion question;
  std::int64_t n = 0;
  std::vector<GroupValues> groups;  ///< most values first
  std::int64_t groups_left_out = 0;
};

[[nodiscard]] Result<SummaryChart> summary_chart(database::Connection& connection, const ChartQuestion& question);
[[nodiscard]] std::string json_of(const SummaryChart& chart);
[[nodiscard]] std::string csv_of(const SummaryChart& chart);

// ── over time ───────────────────────────────────────────────────────────────────────────────────────────────────────

struct TimeValue {
  std::string period;
  Quantiles values;
};

struct TimeSeries {
  std::string group;
  ChartScanner scanner;
  std::int64_t n = 0;
  std::vector<TimeValue> values;  ///< by period, those with values
};

struct TimeChart {
  ChartQuestion question;
  Interval interval = Interval::month;
  std::vector<std::string> periods;  ///< of all series, in order
  std::vector<TimeSeries> series;
  std::int64_t series_left_out = 0;
};

[[nodiscard]] Result<TimeChart> time_chart(database::Connection& connection, const ChartQuestion& question,
                                           Interval interval);
[[nodiscard]] std::string json_of(const TimeChart& chart);
[[nodiscard]] std::string csv_of(const TimeChart& chart);

// ── histogram ───────────────────────────────────────────────────────────────────────────────────────────────────────

struct HistogramSeries {
  std::string group;
  ChartScanner scanner;
  std::int64_t n = 0;
  Histogram histogram;
};

struct HistogramChart {
  ChartQuestion question;
  std::vector<double> edges;
  std::vector<HistogramSeries> series;
  std::int64_t below = 0, above = 0;
  std::int64_t series_left_out = 0;
};

[[nodiscard]] Result<HistogramChart> histogram_chart(database::Connection& connection, const ChartQuestion& question,
                                                     int bins);
[[nodiscard]] std::string json_of(const HistogramChart& chart);
[[nodiscard]] std::string csv_of(const HistogramChart& chart);

// ── mammography against compressed thickness ────────────────────────────────────────────────────────────────────────

struct ThicknessBin {
  std::string label;  ///< "<20", "20-30", ..., ">=90"
  std::optional<double> from, until;
  Quantiles values;
};

struct ThicknessChart {
  std::string y;  ///< agd, kvp, mas
  std::string unit;
  std::int64_t n = 0;
  std::vector<database::figures::ThicknessRow> points;  ///< at most kMostPoints, each n-th
  std::vector<ThicknessBin> bins;
  std::vector<ChartScanner> scanners;
};

inline constexpr std::size_t kMostPoints = 4000;

[[nodiscard]] Result<ThicknessChart> thickness_chart(database::Connection& connection,
                                                     database::figures::ThicknessValue y,
                                                     const database::figures::Filter& filter);
[[nodiscard]] std::string json_of(const ThicknessChart& chart);
[[nodiscard]] std::string csv_of(const ThicknessChart& chart);

// ── reference levels ────────────────────────────────────────────────────────────────────────────────────────────────

/// How values stand to a reference level: by their median, as such levels are meant.
enum class LevelState {
  few,  ///< fewer than kFewValues: nothing to be said
  below,
  above
};
inline constexpr std::int64_t kFewValues = 10;

/// Pure.
[[nodiscard]] LevelState level_state(const Quantiles& values, double level);

struct LevelRow {
  config::ReferenceLevel level;
  Quantiles values;
  std::vector<ScannerValues> scanners;
};

[[nodiscard]] Result<std::vector<LevelRow>> reference_chart(database::Connection& connection,
                                                            const std::vector<config::ReferenceLevel>& levels,
                                                            const database::figures::Filter& filter);
[[nodiscard]] std::string json_of(const std::vector<LevelRow>& rows);
[[nodiscard]] std::string csv_of(const std::vector<LevelRow>& rows);

// ── workload ────────────────────────────────────────────────────────────────────────────────────────────────────────

struct WorkloadChart {
  std::int64_t n = 0;
  std::vector<std::vector<std::int64_t>> hours;  ///< 7 × 24, Monday first
  struct Of {
    ChartScanner scanner;
    std::vector<std::vector<std::int64_t>> hours;
  };
  std::vector<Of> scanners;
};

[[nodiscard]] Result<WorkloadChart> workload_chart(database::Connection& connection,
                                                   const database::figures::Filter& filter);
[[nodiscard]] std::string json_of(const WorkloadChart& chart);
[[nodiscard]] std::string csv_of(const WorkloadChart& chart);

}  // namespace harvester::report

#include "harvester/report/charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "harvester/core/text.hpp"
#include "series_values.hpp"

namespace harvester::report {

namespace figures = database::figures;

const char* to_string(Measure measure) {
  switch (measure) {
    case Measure::dlp:
      return "dlp";
    case Measure::ctdivol:
      return "ctdivol";
    case Measure::dap:
      return "dap";
    case Measure::rp_dose:
      return "rp_dose";
    case Measure::agd:
      return "agd";
    case Measure::activity:
      return "activity";
  }
  return "";
}

const char* unit_of(Measure measure) {
  switch (measure) {
    case Measure::dlp:
      return "mGy.cm";
    case Measure::ctdivol:
    case Measure::agd:
      return "mGy";
    case Measure::dap:
      return "Gy.m2";
    case Measure::rp_dose:
      return "Gy";
    case Measure::activity:
      return "MBq";
  }
  return "";
}

namespace {

/// The most frequent first; names decide between equals, so that the order is always the same.
template <class T, class Count, class Name>
void most_first(std::vector<T>& all, Count count, Name name) {
  std::sort(all.begin(), all.end(),
            [&](const T& a, const T& b) { return count(a) != count(b) ? count(a) > count(b) : name(a) < name(b); });
}

template <class T>
std::int64_t cut(std::vector<T>& all, int limit) {
  const auto most = static_cast<std::size_t>(std::max(limit, 0));
  if (all.size() <= most) return 0;
  const auto left_out = static_cast<std::int64_t>(all.size() - most);
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
  return left_out;
}

void append(std::vector<double>& to, const std::vector<double>& from) { to.insert(to.end(), from.begin(), from.end()); }

SummaryChart summary_of(SeriesValues read, const ChartQuestion& question) {
  SummaryChart chart;
  chart.question = question;
  std::map<std::size_t, GroupValues> groups;
  std::map<std::size_t, std::vector<double>> together;
  for (auto& series : read.series) {
    append(together[series.group], series.values);
    groups[series.group].scanners.push_back({read.scanner(series.machine), quantiles(series.values)});
    series.values = {};
  }
  for (auto& [index, group] : groups) {
    group.group = read.groups[index];
    group.all = quantiles(together[index]);
    together[index] = {};
    if (question.split == Split::none) group.scanners.clear();
    most_first(
        group.scanners, [](const auto& s) { return s.values.n; }, [](const auto& s) { return s.scanner.equipment; });
    chart.n += group.all.n;
    chart.groups.push_back(std::move(group));
  }
  most_first(
      chart.groups, [](const auto& g) { return g.all.n; }, [](const auto& g) { return g.group; });
  chart.groups_left_out = cut(chart.groups, question.limit);
  return chart;
}

/// Series by how many values they have; those beyond the limit are left out.
std::int64_t keep_most(SeriesValues& read, int limit) {
  most_first(
      read.series, [](const auto& s) { return s.n; },
      [&](const auto& s) { return std::pair(read.groups[s.group], s.machine); });
  return cut(read.series, limit);
}

TimeChart time_of(SeriesValues read, const ChartQuestion& question, Interval interval) {
  TimeChart chart;
  chart.question = question;
  chart.interval = interval;
  chart.series_left_out = keep_most(read, question.limit);
  for (auto& series : read.series) {
    TimeSeries made{read.groups[series.group], read.scanner(series.machine), series.n, {}};
    for (std::size_t n = 0; n < series.by_period.size(); ++n)
      if (!series.by_period[n].empty()) made.values.push_back({read.periods[n], quantiles(series.by_period[n])});
    std::sort(made.values.begin(), made.values.end(), [](const auto& a, const auto& b) { return a.period < b.period; });
    for (const auto& value : made.values) chart.periods.push_back(value.period);
    chart.series.push_back(std::move(made));
  }
  std::sort(chart.periods.begin(), chart.periods.end());
  chart.periods.erase(std::unique(chart.periods.begin(), chart.periods.end()), chart.periods.end());
  return chart;
}

HistogramChart histogram_of(SeriesValues read, const ChartQuestion& question, int bins) {
  HistogramChart chart;
  chart.question = question;
  chart.series_left_out = keep_most(read, question.limit);
  std::vector<double> all;
  for (const auto& series : read.series) append(all, series.values);
  std::sort(all.begin(), all.end());
  chart.edges = histogram_edges(all, bins);
  for (const auto& series : read.series) {
    auto counted = histogram(series.values, chart.edges);
    chart.below += counted.below;
    chart.above += counted.above;
    chart.series.push_back({read.groups[series.group], read.scanner(series.machine), series.n, std::move(counted)});
  }
  return chart;
}

}  // namespace

Result<SummaryChart> summary_chart(database::Connection& connection, const ChartQuestion& question) {
  auto read = database::reading(connection, [&](auto& c) { return series_values(c, question, std::nullopt); });
  if (!read) return read.error();
  return summary_of(*std::move(read), question);
}

Result<TimeChart> time_chart(database::Connection& connection, const ChartQuestion& question, Interval interval) {
  auto read = database::reading(connection, [&](auto& c) { return series_values(c, question, interval); });
  if (!read) return read.error();
  return time_of(*std::move(read), question, interval);
}

Result<HistogramChart> histogram_chart(database::Connection& connection, const ChartQuestion& question, int bins) {
  auto read = database::reading(connection, [&](auto& c) { return series_values(c, question, std::nullopt); });
  if (!read) return read.error();
  return histogram_of(*std::move(read), question, bins);
}

// ── mammography against compressed thickness ────────────────────────────────────────────────────────────────────────

namespace {

constexpr int kFirstBin = 20, kLastBin = 90, kBinWidth = 10;  // mm

std::vector<ThicknessBin> empty_bins() {
  std::vector<ThicknessBin> bins{{fmt::format("<{}", kFirstBin), {}, kFirstBin, {}}};
  for (int from = kFirstBin; from < kLastBin; from += kBinWidth)
    bins.push_back({fmt::format("{}-{}", from, from + kBinWidth), from, from + kBinWidth, {}});
  bins.push_back({fmt::format(">={}", kLastBin), kLastBin, {}, {}});
  return bins;
}

std::size_t bin_of(double thickness) {
  if (thickness < kFirstBin) return 0;
  const auto bin = static_cast<std::size_t>((thickness - kFirstBin) / kBinWidth) + 1;
  return std::min(bin, static_cast<std::size_t>((kLastBin - kFirstBin) / kBinWidth) + 1);
}

/// Each n-th point, n doubling as they get more: the points stay spread evenly over all.
class Spread {
 public:
  void add(const figures::ThicknessRow& row) {
    if (seen_++ % step_ != 0) return;
    points_.push_back(row);
    if (points_.size() <= kMostPoints) return;
    step_ *= 2;
    std::vector<figures::ThicknessRow> half;
    for (std::size_t n = 0; n < points_.size(); n += 2) half.push_back(points_[n]);
    points_ = std::move(half);
  }
  std::vector<figures::ThicknessRow> points() && { return std::move(points_); }

 private:
  std::vector<figures::ThicknessRow> points_;
  std::uint64_t seen_ = 0, step_ = 1;
};

ThicknessChart thickness_of(database::Connection& c, figures::ThicknessValue y, const figures::Filter& filter) {
  ThicknessChart chart;
  chart.y = y == figures::ThicknessValue::agd ? "agd" : y == figures::ThicknessValue::kvp ? "kvp" : "mas";
  chart.unit = y == figures::ThicknessValue::agd ? "mGy" : y == figures::ThicknessValue::kvp ? "kV" : "mAs";
  chart.bins = empty_bins();
  std::vector<std::vector<double>> values(chart.bins.size());
  Spread spread;
  figures::for_each_thickness(c, y, filter, [&](const figures::ThicknessRow& row) {
    ++chart.n;
    values[bin_of(row.thickness_mm)].push_back(row.value);
    spread.add(row);
  });
  for (std::size_t n = 0; n < values.size(); ++n) chart.bins[n].values = quantiles(values[n]);
  chart.points = std::move(spread).points();
  const auto names = machine_names(c);
  std::map<std::int64_t, std::string> used;
  for (const auto& point : chart.points) used[point.machine] = name_of(names, point.machine);
  for (const auto& [machine, name] : used) chart.scanners.push_back({machine, name});
  return chart;
}

}  // namespace

Result<ThicknessChart> thickness_chart(database::Connection& connection, figures::ThicknessValue y,
                                       const figures::Filter& filter) {
  return database::reading(connection, [&](auto& c) { return thickness_of(c, y, filter); });
}

// ── reference levels ────────────────────────────────────────────────────────────────────────────────────────────────

LevelState level_state(const Quantiles& values, double level) {
  if (values.n < kFewValues) return LevelState::few;
  return values.median > level ? LevelState::above : LevelState::below;
}

namespace {

Measure measure_of(config::ReferenceLevel::Measure measure) {
  using M = config::ReferenceLevel::Measure;
  switch (measure) {
    case M::dlp:
      return Measure::dlp;
    case M::ctdivol:
      return Measure::ctdivol;
    case M::dap:
      return Measure::dap;
    case M::rp_dose:
      return Measure::rp_dose;
    case M::agd:
      return Measure::agd;
    case M::activity:
      return Measure::activity;
  }
  return Measure::dlp;
}

By by_of(config::ReferenceLevel::By by) {
  using B = config::ReferenceLevel::By;
  switch (by) {
    case B::standard_name:
      return By::standard_name;
    case B::protocol:
      return By::protocol;
    case B::study_description:
      return By::study_description;
    case B::requested_procedure:
      return By::requested_procedure;
  }
  return By::none;
}

template <class T>
void narrow(std::optional<T>& bound, const std::optional<T>& by, bool lower) {
  if (by && (!bound || (lower ? *by > *bound : *by < *bound))) bound = by;
}

ChartQuestion question_of(const config::ReferenceLevel& level, const figures::Filter& filter) {
  ChartQuestion question;
  question.measure = measure_of(level.measure);
  question.by = by_of(level.by);
  question.of_events = question.by == By::standard_name || question.by == By::protocol;
  question.filter = filter;
  narrow(question.filter.age_from, level.age_from, true);
  narrow(question.filter.age_until, level.age_until, false);
  narrow(question.filter.weight_from, level.weight_from, true);
  narrow(question.filter.weight_until, level.weight_until, false);
  return question;
}

/// Several levels ask for the same values of other groups: these are read once.
bool asks_the_same(const config::ReferenceLevel& a, const config::ReferenceLevel& b) {
  return a.measure == b.measure && a.by == b.by && a.age_from == b.age_from && a.age_until == b.age_until &&
         a.weight_from == b.weight_from && a.weight_until == b.weight_until;
}

LevelRow row_of(const config::ReferenceLevel& level, const SeriesValues& read) {
  LevelRow row{level, {}, {}};
  std::map<std::int64_t, std::vector<double>> by_machine;
  std::vector<double> all;
  for (const auto& series : read.series) {
    if (!matches_pattern(read.groups[series.group], level.name)) continue;
    append(all, series.values);
    append(by_machine[series.machine], series.values);
  }
  row.values = quantiles(all);
  for (auto& [machine, values] : by_machine) row.scanners.push_back({read.scanner(machine), quantiles(values)});
  most_first(
      row.scanners, [](const auto& s) { return s.values.n; }, [](const auto& s) { return s.scanner.equipment; });
  return row;
}

std::vector<LevelRow> level_rows(database::Connection& c, const std::vector<config::ReferenceLevel>& levels,
                                 const figures::Filter& filter) {
  std::vector<LevelRow> rows(levels.size());
  std::vector<bool> done(levels.size(), false);
  for (std::size_t n = 0; n < levels.size(); ++n) {
    if (done[n]) continue;
    const auto read = series_values(c, question_of(levels[n], filter), std::nullopt);
    for (std::size_t m = n; m < levels.size(); ++m)
      if (!done[m] && asks_the_same(levels[n], levels[m])) {
        rows[m] = row_of(levels[m], read);
        done[m] = true;
      }
  }
  return rows;
}

}  // namespace

Result<std::vector<LevelRow>> reference_chart(database::Connection& connection,
                                              const std::vector<config::ReferenceLevel>& levels,
                                              const figures::Filter& filter) {
  return database::reading(connection, [&](auto& c) { return level_rows(c, levels, filter); });
}

// ── workload ────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

std::vector<std::vector<std::int64_t>> no_hours() { return {7, std::vector<std::int64_t>(24, 0)}; }

WorkloadChart workload_of(database::Connection& c, const figures::Filter& filter) {
  WorkloadChart chart;
  chart.hours = no_hours();
  std::map<std::int64_t, std::vector<std::vector<std::int64_t>>> by_machine;
  for (const auto& row : figures::workload(c, filter)) {
    const auto day = static_cast<std::size_t>(row.weekday), hour = static_cast<std::size_t>(row.hour);
    auto& own = by_machine.try_emplace(row.machine, no_hours()).first->second;
    own[day][hour] += row.studies;
    chart.hours[day][hour] += row.studies;
    chart.n += row.studies;
  }
  const auto names = machine_names(c);
  for (auto& [machine, hours] : by_machine)
    chart.scanners.push_back({{machine, name_of(names, machine)}, std::move(hours)});
  return chart;
}

}  // namespace

Result<WorkloadChart> workload_chart(database::Connection& connection, const figures::Filter& filter) {
  return database::reading(connection, [&](auto& c) { return workload_of(c, filter); });
}

}  // namespace harvester::report

#include <fmt/format.h>

#include "harvester/report/charts.hpp"
#include "harvester/report/flat_export.hpp"

namespace harvester::report {
namespace {

using database::flat::Value;

std::string line(const std::vector<Value>& cells) {
  std::string text;
  for (std::size_t n = 0; n < cells.size(); ++n) {
    if (n > 0) text += ',';
    text += csv_cell(cells[n]);
  }
  return text + "\r\n";
}

Value number(const std::optional<double>& value) { return value ? Value(*value) : Value(); }

std::vector<Value> quantile_cells(const Quantiles& q) {
  if (q.n == 0) return {std::int64_t{0}, {}, {}, {}, {}, {}, {}, {}, {}};
  return {q.n, q.min, q.p5, q.q1, q.median, q.q3, q.p95, q.max, q.mean};
}

std::vector<Value> quantile_names(const char* unit) {
  std::vector<Value> names{std::string("n")};
  for (const auto* name : {"min", "P5", "P25", "median", "P75", "P95", "max", "mean"})
    names.emplace_back(fmt::format("{} [{}]", name, unit));
  return names;
}

std::vector<Value> joined(std::vector<Value> first, const std::vector<Value>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::string text(const char* words) { return words; }

}  // namespace

std::string csv_of(const SummaryChart& chart) {
  auto csv = line(joined({text("group"), text("equipment")}, quantile_names(unit_of(chart.question.measure))));
  for (const auto& group : chart.groups) {
    csv += line(joined({group.group, text("all")}, quantile_cells(group.all)));
    for (const auto& each : group.scanners)
      csv += line(joined({group.group, each.scanner.equipment}, quantile_cells(each.values)));
  }
  return csv;
}

std::string csv_of(const TimeChart& chart) {
  auto csv =
      line(joined({text("group"), text("equipment"), text("period")}, quantile_names(unit_of(chart.question.measure))));
  for (const auto& series : chart.series)
    for (const auto& each : series.values)
      csv += line(joined({series.group, series.scanner.equipment, each.period}, quantile_cells(each.values)));
  return csv;
}

std::string csv_of(const HistogramChart& chart) {
  const auto* unit = unit_of(chart.question.measure);
  auto csv = line(
      {text("group"), text("equipment"), fmt::format("from [{}]", unit), fmt::format("until [{}]", unit), text("n")});
  for (const auto& series : chart.series)
    for (std::size_t n = 0; n < series.histogram.counts.size(); ++n)
      csv += line(
          {series.group, series.scanner.equipment, chart.edges[n], chart.edges[n + 1], series.histogram.counts[n]});
  return csv;
}

std::string csv_of(const ThicknessChart& chart) {
  auto csv = line(joined({text("thickness [mm]")}, quantile_names(chart.unit.c_str())));
  for (const auto& bin : chart.bins) csv += line(joined({bin.label}, quantile_cells(bin.values)));
  return csv;
}

std::string csv_of(const std::vector<LevelRow>& rows) {
  auto csv = line({text("name"), text("by"), text("measure"), text("reference level"), text("source"),
                   text("age from [years]"), text("age until [years]"), text("weight from [kg]"),
                   text("weight until [kg]"), text("equipment"), text("n"), text("median"), text("P75")});
  for (const auto& row : rows) {
    const auto& level = row.level;
    const std::vector<Value> head{level.name,
                                  text(to_string(level.by)),
                                  text(to_string(level.measure)),
                                  level.value,
                                  level.source,
                                  number(level.age_from),
                                  number(level.age_until),
                                  number(level.weight_from),
                                  number(level.weight_until)};
    const auto tail = [](const std::string& equipment, const Quantiles& q) {
      return std::vector<Value>{equipment, q.n, q.n > 0 ? Value(q.median) : Value(), q.n > 0 ? Value(q.q3) : Value()};
    };
    csv += line(joined(head, tail("all", row.values)));
    for (const auto& each : row.scanners) csv += line(joined(head, tail(each.scanner.equipment, each.values)));
  }
  return csv;
}

std::string csv_of(const WorkloadChart& chart) {
  static constexpr const char* kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  std::vector<Value> head{text("equipment"), text("day")};
  for (int hour = 0; hour < 24; ++hour) head.emplace_back(fmt::format("{:02}", hour));
  auto csv = line(head);
  const auto add = [&](const std::string& equipment, const auto& hours) {
    for (std::size_t day = 0; day < hours.size(); ++day) {
      std::vector<Value> cells{equipment, text(kDays[day])};
      for (const auto count : hours[day]) cells.emplace_back(count);
      csv += line(cells);
    }
  };
  add("all", chart.hours);
  for (const auto& each : chart.scanners) add(each.scanner.equipment, each.hours);
  return csv;
}

}  // namespace harvester::report

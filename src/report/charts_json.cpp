#include <nlohmann/json.hpp>

#include "harvester/report/charts.hpp"

namespace harvester::report {
namespace {

using nlohmann::ordered_json;

std::string text_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void put(ordered_json& json, const Quantiles& q) {
  json["n"] = q.n;
  json["min"] = q.min;
  json["p5"] = q.p5;
  json["q1"] = q.q1;
  json["median"] = q.median;
  json["q3"] = q.q3;
  json["p95"] = q.p95;
  json["max"] = q.max;
  json["mean"] = q.mean;
}

ordered_json json_of(const Quantiles& q) {
  ordered_json json;
  put(json, q);
  return json;
}

void put(ordered_json& json, const ChartScanner& scanner) {
  json["scanner"] = scanner.machine;
  json["equipment"] = scanner.equipment;
}

ordered_json head_of(const ChartQuestion& question) {
  return {{"schema", 1},
          {"measure", to_string(question.measure)},
          {"unit", unit_of(question.measure)},
          {"of", question.of_events ? "event" : "study"}};
}

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

const char* to_string(Interval interval) {
  switch (interval) {
    case Interval::week:
      return "week";
    case Interval::month:
      return "month";
    case Interval::quarter:
      return "quarter";
    case Interval::year:
      return "year";
  }
  return "";
}

const char* to_string(LevelState state) {
  switch (state) {
    case LevelState::few:
      return "few";
    case LevelState::below:
      return "below";
    case LevelState::above:
      return "above";
  }
  return "";
}

/// Against a level: {"n", "median", "p75", "ratio", "state"}.
void put_level(ordered_json& json, const Quantiles& q, double level) {
  json["n"] = q.n;
  json["median"] = q.n > 0 ? ordered_json(q.median) : ordered_json();
  json["p75"] = q.n > 0 ? ordered_json(q.q3) : ordered_json();
  json["ratio"] = q.n > 0 && level > 0 ? ordered_json(q.median / level) : ordered_json();
  json["state"] = to_string(level_state(q, level));
}

Measure measure_of(config::ReferenceLevel::Measure measure) { return static_cast<Measure>(measure); }
static_assert(static_cast<int>(config::ReferenceLevel::Measure::activity) == static_cast<int>(Measure::activity) &&
              static_cast<int>(config::ReferenceLevel::Measure::dap) == static_cast<int>(Measure::dap));

}  // namespace

std::string json_of(const SummaryChart& chart) {
  auto json = head_of(chart.question);
  json["n"] = chart.n;
  json["groups"] = ordered_json::array();
  for (const auto& group : chart.groups) {
    ordered_json row{{"group", group.group}, {"n", group.all.n}, {"all", json_of(group.all)}};
    row["scanners"] = ordered_json::array();
    for (const auto& each : group.scanners) {
      ordered_json scanner;
      put(scanner, each.scanner);
      put(scanner, each.values);
      row["scanners"].push_back(std::move(scanner));
    }
    json["groups"].push_back(std::move(row));
  }
  json["groups_left_out"] = chart.groups_left_out;
  return text_of(json);
}

std::string json_of(const TimeChart& chart) {
  auto json = head_of(chart.question);
  json["interval"] = to_string(chart.interval);
  json["periods"] = chart.periods;
  json["series"] = ordered_json::array();
  for (const auto& series : chart.series) {
    ordered_json row{{"group", series.group}};
    put(row, series.scanner);
    row["n"] = series.n;
    row["values"] = ordered_json::array();
    for (const auto& each : series.values)
      row["values"].push_back({{"period", each.period},
                               {"n", each.values.n},
                               {"q1", each.values.q1},
                               {"median", each.values.median},
                               {"q3", each.values.q3}});
    json["series"].push_back(std::move(row));
  }
  json["series_left_out"] = chart.series_left_out;
  return text_of(json);
}

std::string json_of(const HistogramChart& chart) {
  auto json = head_of(chart.question);
  json["edges"] = chart.edges;
  json["series"] = ordered_json::array();
  for (const auto& series : chart.series) {
    ordered_json row{{"group", series.group}};
    put(row, series.scanner);
    row["n"] = series.n;
    row["counts"] = series.histogram.counts;
    json["series"].push_back(std::move(row));
  }
  json["below"] = chart.below;
  json["above"] = chart.above;
  json["series_left_out"] = chart.series_left_out;
  return text_of(json);
}

std::string json_of(const ThicknessChart& chart) {
  ordered_json json{{"schema", 1}, {"y", chart.y}, {"unit", chart.unit}, {"n", chart.n}};
  json["points"] = ordered_json::array();
  for (const auto& point : chart.points)
    json["points"].push_back(ordered_json::array({point.thickness_mm, point.value, point.machine}));
  json["bins"] = ordered_json::array();
  for (const auto& bin : chart.bins) {
    ordered_json row{{"label", bin.label}, {"from", or_null(bin.from)}, {"until", or_null(bin.until)}};
    put(row, bin.values);
    json["bins"].push_back(std::move(row));
  }
  json["scanners"] = ordered_json::array();
  for (const auto& each : chart.scanners) {
    ordered_json scanner;
    put(scanner, each);
    json["scanners"].push_back(std::move(scanner));
  }
  return text_of(json);
}

std::string json_of(const std::vector<LevelRow>& rows) {
  ordered_json json{{"schema", 1}, {"table", rows.size()}};
  json["rows"] = ordered_json::array();
  for (const auto& row : rows) {
    const auto& level = row.level;
    ordered_json made{{"name", level.name},
                      {"by", to_string(level.by)},
                      {"measure", to_string(level.measure)},
                      {"unit", unit_of(measure_of(level.measure))},
                      {"drl", level.value},
                      {"source", level.source},
                      {"age_from", or_null(level.age_from)},
                      {"age_until", or_null(level.age_until)},
                      {"weight_from", or_null(level.weight_from)},
                      {"weight_until", or_null(level.weight_until)}};
    put_level(made, row.values, level.value);
    made["scanners"] = ordered_json::array();
    for (const auto& each : row.scanners) {
      ordered_json scanner;
      put(scanner, each.scanner);
      put_level(scanner, each.values, level.value);
      made["scanners"].push_back(std::move(scanner));
    }
    json["rows"].push_back(std::move(made));
  }
  return text_of(json);
}

std::string json_of(const WorkloadChart& chart) {
  ordered_json json{{"schema", 1}, {"n", chart.n}, {"hours", chart.hours}};
  json["scanners"] = ordered_json::array();
  for (const auto& each : chart.scanners) {
    ordered_json row;
    put(row, each.scanner);
    row["hours"] = each.hours;
    json["scanners"].push_back(std::move(row));
  }
  return text_of(json);
}

}  // namespace harvester::report

#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

namespace harvester::bench {
namespace {

/// The rate of the row with this role for the same thing.
std::optional<double> rate_of(const std::vector<Row>& rows, Role role, const std::string& what) {
  for (const auto& row : rows)
    if (row.role == role && row.what == what) return row.per_second();
  return std::nullopt;
}

/// Our rate over theirs for the same thing; nothing where there is nothing to compare.
std::optional<double> ratio(const std::vector<Row>& rows, const Row& theirs) {
  if (theirs.role != Role::bare && theirs.role != Role::theirs) return std::nullopt;
  const auto ours = rate_of(rows, Role::ours, theirs.what);
  return ours ? std::optional(*ours / theirs.per_second()) : std::nullopt;
}

/// Its time over that of the bare client.
std::optional<double> over_bare(const std::vector<Row>& rows, const Row& row) {
  const auto bare = row.role == Role::bare ? std::nullopt : rate_of(rows, Role::bare, row.what);
  return bare ? std::optional(*bare / row.per_second()) : std::nullopt;
}

std::string number(double value, int digits) { return value > 0 ? fmt::format("{:.{}f}", value, digits) : "-"; }

nlohmann::json to_json(const std::vector<Row>& rows, const Row& row) {
  nlohmann::json json{{"what", row.what},       {"who", row.who},
                      {"seconds", row.seconds}, {"per_second", row.per_second()},
                      {"units", row.units},     {"informational", row.role == Role::informational}};
  if (row.megabytes > 0) json["megabytes_per_second"] = row.megabytes / row.seconds;
  if (row.round_trips > 0) json["round_trips_per_unit"] = row.round_trips;
  if (row.cpu_seconds > 0) json["cpu_ms_per_unit"] = 1000 * row.cpu_seconds / row.units;
  if (row.target > 0) json["target"] = row.target;
  if (const auto compared = ratio(rows, row)) json["ours_over_theirs"] = *compared;
  if (const auto times = over_bare(rows, row)) json["times_of_bare"] = *times;
  return json;
}

void print_json(const std::vector<Row>& rows, const std::string& title, const std::string& unit) {
  nlohmann::json all{{"title", title}, {"unit", unit}, {"rows", nlohmann::json::array()}};
  for (const auto& row : rows) all["rows"].push_back(to_json(rows, row));
  fmt::print("{}\n", all.dump(2));
}

std::string ratio_cell(const std::vector<Row>& rows, const Row& row) {
  if (row.role == Role::informational) return "(info)";
  const auto compared = ratio(rows, row);
  return compared ? number(*compared, 2) : "";
}

void print_row(const std::vector<Row>& rows, const Row& row) {
  fmt::print("{:<42} {:<34} {:>9.2f} {:>10} {:>8} {:>11} {:>11} {:>9} {:>7} {:>9}\n", row.what, row.who, row.seconds,
             number(row.per_second(), 1), number(row.megabytes / row.seconds, 1), number(row.round_trips, 2),
             number(1000 * row.cpu_seconds / row.units, 3), ratio_cell(rows, row), number(row.target, 2),
             number(over_bare(rows, row).value_or(0), 2));
}

}  // namespace

Arguments parse_arguments(int count, char** values) {
  Arguments arguments;
  for (int n = 1; n < count; ++n) {
    const std::string text = values[n];
    if (text == "--quick") {
      arguments.quick = true;
    } else if (text == "--json") {
      arguments.json = true;
    } else if (text == "--only" && n + 1 < count) {
      arguments.only = values[++n];
    } else if (text == "--turns" && n + 1 < count) {
      arguments.turns = std::max(1, std::atoi(values[++n]));
    } else {
      fmt::print(stderr, "usage: {} [--quick] [--json] [--turns N] [--only WHO]\n", values[0]);
      std::exit(2);
    }
  }
  return arguments;
}

void add(std::vector<Row>& rows, const Row& more) {
  const auto same = [&](const Row& row) { return row.what == more.what && row.who == more.who; };
  const auto found = std::find_if(rows.begin(), rows.end(), same);
  if (found == rows.end()) return rows.push_back(more);
  found->units += more.units;
  found->megabytes += more.megabytes;
  found->seconds += more.seconds;
  found->cpu_seconds += more.cpu_seconds;
  found->round_trips = more.round_trips;
}

void print(const std::vector<Row>& rows, const std::string& title, const std::string& unit, bool json) {
  if (json) return print_json(rows, title, unit);
  fmt::print("\n{}\n{:<42} {:<34} {:>9} {:>10} {:>8} {:>11} {:>11} {:>9} {:>7} {:>9}\n", title, "what", "who",
             "seconds", unit + "/s", "MB/s", "round trips", "CPU ms each", "ours/its", "target", "its/bare");
  std::string before;
  for (const auto& row : rows) {
    if (!before.empty() && before != row.what) fmt::print("\n");
    before = row.what;
    print_row(rows, row);
  }
}

}  // namespace harvester::bench

#include "harvester/report/upkeep.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harvester/report/table.hpp"

namespace harvester::report {
namespace {

using database::maintenance::Statistics;
using nlohmann::ordered_json;

ordered_json or_null(const std::optional<std::string>& value) { return value ? ordered_json(*value) : ordered_json(); }

Table table_rows(const Statistics& statistics) {
  Table table;
  table.columns = {{"Table"}, {"Rows", Align::right}, {"Size", Align::right}};
  for (const auto& each : statistics.tables)
    table.rows.push_back({each.name, std::to_string(each.rows), size_text(each.bytes)});
  return table;
}

Table object_counts(const Statistics& statistics) {
  Table table;
  table.columns = {{"Object kind"}, {"State"}, {"Objects", Align::right}};
  for (const auto& each : statistics.objects)
    table.rows.push_back({each.kind.empty() ? "(not looked at)" : each.kind, each.state, std::to_string(each.objects)});
  return table;
}

Table unmapped_concepts(const Statistics& statistics) {
  Table table;
  table.columns = {{"Unmapped concept"},         {"Scheme"},
                   {"Meaning", Align::left, 48}, {"Value type"},
                   {"Reports", Align::right},    {"Count", Align::right}};
  for (const auto& each : statistics.unmapped)
    table.rows.push_back({each.value.value_or(""), each.scheme.value_or(""), each.meaning.value_or(""),
                          each.value_type.value_or(""), std::to_string(each.reports), std::to_string(each.count)});
  return table;
}

}  // namespace

std::string size_text(std::int64_t bytes) {
  constexpr const char* kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(kUnits)) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string statistics_text(const Statistics& statistics, const DiskUse& disk) {
  auto text = fmt::format(
      "database {}, {} of it free inside (schema version {}), write-ahead log {}\nspool    {} in {} files; free {}\n\n",
      size_text(statistics.database_bytes), size_text(statistics.free_bytes), statistics.schema_version,
      size_text(disk.write_ahead_log), size_text(statistics.spool_bytes), statistics.spool_files, size_text(disk.free));
  text += render(table_rows(statistics));
  if (!statistics.objects.empty()) text += fmt::format("\n{}", render(object_counts(statistics)));
  if (!statistics.unmapped.empty()) text += fmt::format("\n{}", render(unmapped_concepts(statistics)));
  const auto more = statistics.unmapped_concepts - static_cast<std::int64_t>(statistics.unmapped.size());
  if (more > 0) text += fmt::format("and {} rarer unmapped concepts (--limit)\n", more);
  return text;
}

std::string statistics_json(const Statistics& statistics, const DiskUse& disk) {
  ordered_json json{{"schema", 1},
                    {"schema_version", statistics.schema_version},
                    {"database_bytes", statistics.database_bytes},
                    {"database_free_bytes", statistics.free_bytes},
                    {"write_ahead_log_bytes", disk.write_ahead_log},
                    {"spool_files", statistics.spool_files},
                    {"spool_bytes", statistics.spool_bytes},
                    {"free_bytes", disk.free},
                    {"tables", ordered_json::object()},
                    {"table_bytes", ordered_json::object()},
                    {"objects", ordered_json::array()},
                    {"unmapped_concepts", statistics.unmapped_concepts},
                    {"unmapped", ordered_json::array()}};
  for (const auto& each : statistics.tables) json["tables"][each.name] = each.rows;
  for (const auto& each : statistics.tables)
    if (each.bytes > 0) json["table_bytes"][each.name] = each.bytes;
  for (const auto& each : statistics.objects)
    json["objects"].push_back({{"kind", each.kind}, {"state", each.state}, {"objects", each.objects}});
  for (const auto& each : statistics.unmapped)
    json["unmapped"].push_back({{"concept", or_null(each.value)},
                                {"scheme", or_null(each.scheme)},
                                {"meaning", or_null(each.meaning)},
                                {"value_type", or_null(each.value_type)},
                                {"reports", each.reports},
                                {"count", each.count}});
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace harvester::report

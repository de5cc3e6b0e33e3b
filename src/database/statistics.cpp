#include <fmt/format.h>

#include <map>

#include "harvester/database/maintenance.hpp"
#include "statements.hpp"

namespace harvester::database::maintenance {
namespace {

std::int64_t number(Connection& connection, const std::string& sql) {
  auto& select = connection.prepare(sql.c_str());
  select.executeStep();
  const auto value = integer(select, 0);
  select.reset();
  return value;
}

/// Pages of each table and of its indexes.
std::map<std::string, std::int64_t> sizes_of_tables(Connection& connection) {
  auto& select = connection.prepare(
      "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat('main', 1) AS d JOIN sqlite_master AS m ON m.name = d.name"
      " GROUP BY m.tbl_name");
  std::map<std::string, std::int64_t> sizes;
  while (select.executeStep()) sizes[text(select, 0)] = integer(select, 1);
  return sizes;
}

std::vector<TableRows> tables(Connection& connection, TableSizes wanted) {
  auto& select = connection.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
  std::vector<TableRows> found;
  while (select.executeStep()) found.push_back({text(select, 0)});
  for (auto& table : found) table.rows = number(connection, fmt::format("SELECT count(*) FROM \"{}\"", table.name));
  if (wanted == TableSizes::none) return found;
  const auto sizes = sizes_of_tables(connection);
  for (auto& table : found)
    if (const auto size = sizes.find(table.name); size != sizes.end()) table.bytes = size->second;
  return found;
}

std::vector<ObjectCount> objects(Connection& connection) {
  auto& select = connection.prepare(
      "SELECT object_kind, state, count(*) FROM received_object GROUP BY object_kind, state ORDER BY object_kind, "
      "state");
  std::vector<ObjectCount> found;
  while (select.executeStep()) found.push_back({text(select, 0), text(select, 1), integer(select, 2)});
  return found;
}

/// One concept is one value, scheme and value type; its meaning is spelled in many ways.
constexpr const char* kUnmapped =
    " FROM unmapped_item GROUP BY concept_value, concept_scheme, value_type,"
    " CASE WHEN concept_value IS NULL THEN concept_meaning END";

std::vector<UnmappedConcept> unmapped(Connection& connection, int limit) {
  const auto sql = fmt::format(
      "SELECT concept_value, concept_scheme, min(concept_meaning), value_type, count(DISTINCT dose_report_id) AS "
      "reports,"
      " sum(occurrences) AS occurrences{} ORDER BY occurrences DESC, reports DESC, concept_value, min(concept_meaning)"
      " LIMIT :limit",
      kUnmapped);
  auto& select = connection.prepare(sql.c_str());
  put(select, ":limit", limit);
  std::vector<UnmappedConcept> found;
  while (select.executeStep())
    found.push_back({optional_text(select, 0), optional_text(select, 1), optional_text(select, 2),
                     optional_text(select, 3), integer(select, 4), integer(select, 5)});
  return found;
}

}  // namespace

Statistics statistics(Connection& connection, int limit, TableSizes sizes) {
  Statistics statistics;
  statistics.schema_version = static_cast<int>(number(connection, "PRAGMA user_version"));
  statistics.database_bytes = number(connection, "PRAGMA page_count") * number(connection, "PRAGMA page_size");
  statistics.free_bytes = number(connection, "PRAGMA freelist_count") * number(connection, "PRAGMA page_size");
  statistics.spool_files = number(connection, "SELECT count(*) FROM received_object WHERE spool_path IS NOT NULL");
  statistics.spool_bytes =
      number(connection, "SELECT coalesce(sum(size_bytes), 0) FROM received_object WHERE spool_path IS NOT NULL");
  statistics.tables = tables(connection, sizes);
  statistics.objects = objects(connection);
  statistics.unmapped = unmapped(connection, limit);
  statistics.unmapped_concepts = number(connection, fmt::format("SELECT count(*) FROM (SELECT 1{})", kUnmapped));
  return statistics;
}

namespace {

std::vector<std::string> faults_by(Connection& connection, const char* pragma) {
  std::vector<std::string> found;
  auto& check = connection.prepare(pragma);
  while (check.executeStep())
    if (auto words = text(check, 0); words != "ok") found.push_back(std::move(words));
  auto& references = connection.prepare("PRAGMA foreign_key_check");
  while (references.executeStep())
    found.push_back(fmt::format("row {} of {} refers to a row of {} that is not there", text(references, 1),
                                text(references, 0), text(references, 2)));
  return found;
}

}  // namespace

std::vector<std::string> faults(Connection& connection) { return faults_by(connection, "PRAGMA integrity_check"); }

std::vector<std::string> quick_faults(Connection& connection) { return faults_by(connection, "PRAGMA quick_check"); }

std::optional<Instant> newest_row(Connection& connection) {
  auto& select = connection.prepare(
      "SELECT max(at) FROM (SELECT * FROM (SELECT received_at AS at FROM received_object ORDER BY id DESC LIMIT 1)"
      " UNION ALL SELECT * FROM (SELECT created_at AS at FROM harvest ORDER BY id DESC LIMIT 1))");
  if (!select.executeStep()) return std::nullopt;
  const auto at = optional_text(select, 0);
  select.reset();
  return at ? parse_utc(*at) : std::nullopt;
}

}  // namespace harvester::database::maintenance

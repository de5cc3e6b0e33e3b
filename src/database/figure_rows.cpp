#include "harvester/database/figure_rows.hpp"

#include <fmt/format.h>

#include <chrono>
#include <set>
#include <tuple>

#include "glob.hpp"
#include "harvester/core/civil.hpp"
#include "harvester/core/text.hpp"
#include "value_rows.hpp"

namespace harvester::database::figures {
namespace {

constexpr int kCt = 1, kXray = 2, kMg = 4, kNm = 8;  // study_figure.families

int bit_of(flat::Family family) {
  switch (family) {
    case flat::Family::ct:
      return kCt;
    case flat::Family::xray:
      return kXray;
    case flat::Family::mg:
      return kMg;
    case flat::Family::nm:
      return kNm;
    case flat::Family::all:
      break;
  }
  return kCt | kXray | kMg | kNm;
}

/// The dose that a study of the family is sorted and filtered by.
const char* total_of(flat::Family family) {
  switch (family) {
    case flat::Family::ct:
      return "f.dlp";
    case flat::Family::xray:
      return "f.dap";
    case flat::Family::mg:
      return "f.agd";
    case flat::Family::nm:
      return "f.activity";
    case flat::Family::all:
      break;
  }
  return "coalesce(f.dlp, f.dap, f.agd, f.activity)";
}

void add_label(Conditions& conditions, const char* column, const char* name, const std::string& pattern) {
  if (!pattern.empty())
    conditions.bind(fmt::format("f.{} IN (SELECT id FROM label WHERE key GLOB {})", column, name), name, glob(pattern));
}

void add_equipment(Conditions& conditions, const Filter& filter) {
  const auto like = [&](const char* column, const char* name, const std::string& pattern) {
    if (!pattern.empty())
      conditions.bind(fmt::format("f.equipment_id IN (SELECT id FROM equipment WHERE lower(coalesce({}, '')) GLOB {})",
                                  column, name),
                      name, glob(pattern));
  };
  like("institution_name", ":institution", filter.institution);
  like("station_name", ":station", filter.station);
  like("equipment_display_name", ":equipment", filter.equipment);
  if (filter.scanner)
    conditions.bind("f.equipment_id IN (SELECT id FROM equipment WHERE equipment_identity = :scanner)", ":scanner",
                    *filter.scanner);
}

void add_numbers(Conditions& conditions, const Filter& filter) {
  const auto bound = [&](const char* condition, const char* name, const std::optional<double>& value) {
    if (value) conditions.bind(condition, name, *value);
  };
  bound("f.age >= :age_from", ":age_from", filter.age_from);
  bound("f.age < :age_until", ":age_until", filter.age_until);
  bound("f.weight >= :weight_from", ":weight_from", filter.weight_from);
  bound("f.weight < :weight_until", ":weight_until", filter.weight_until);
}

/// What rows of both tables have.
void add_shared(Conditions& conditions, const Filter& filter) {
  if (!filter.date_from.empty()) conditions.bind("f.study_date >= :date_from", ":date_from", filter.date_from);
  if (!filter.date_until.empty()) conditions.bind("f.study_date <= :date_until", ":date_until", filter.date_until);
  if (!filter.modality.empty())
    conditions.bind("instr('\\' || f.modality_type || '\\', '\\' || :modality || '\\') > 0", ":modality",
                    filter.modality);
  add_equipment(conditions, filter);
  add_label(conditions, "protocol_id", ":protocol", filter.protocol);
  add_label(conditions, "description_id", ":description", filter.description);
  add_label(conditions, "procedure_id", ":procedure", filter.procedure);
  conditions.equal("f.sex", ":sex", filter.sex);
  add_numbers(conditions, filter);
  if (filter.without_tests) conditions.add("f.test = 0");
}

void add_dose(Conditions& conditions, const std::string& column, const Filter& filter) {
  if (filter.dose_from) conditions.bind(column + " >= :dose_from", ":dose_from", *filter.dose_from);
  if (filter.dose_until) conditions.bind(column + " <= :dose_until", ":dose_until", *filter.dose_until);
}

Conditions of_studies(const Filter& filter) {
  Conditions conditions;
  if (filter.family != flat::Family::all)
    conditions.bind("(f.families & :family) <> 0", ":family", std::int64_t{bit_of(filter.family)});
  add_shared(conditions, filter);
  add_dose(conditions, total_of(filter.family), filter);
  return conditions;
}

Conditions of_events(const Filter& filter, flat::Family family) {
  Conditions conditions;
  conditions.bind("f.family = :family", ":family", std::int64_t{bit_of(family)});
  add_shared(conditions, filter);
  add_dose(conditions, "f.first", filter);
  return conditions;
}

/// A statement of its own: its text depends on the filter, and nothing is gained by keeping it.
SQLite::Statement query(Connection& connection, const std::string& sql, const Conditions& conditions) {
  SQLite::Statement statement(connection.raw(), sql);
  conditions.bind_to(statement);
  return statement;
}

const char* event_column(Measure measure) {
  return measure == Measure::ctdivol || measure == Measure::rp_dose ? "f.second" : "f.first";
}

const char* study_column(Measure measure) {
  switch (measure) {
    case Measure::dlp:
      return "f.dlp";
    case Measure::ctdivol:
      return "f.ctdivol";
    case Measure::dap:
      return "f.dap";
    case Measure::rp_dose:
      return "f.rp_dose";
    case Measure::agd:
      return "f.agd";
    case Measure::activity:
      return "f.activity";
  }
  return "NULL";
}

const char* group_column(By by) {
  switch (by) {
    case By::none:
      return "NULL";
    case By::protocol:
    case By::standard_name:
      return "f.protocol_id";
    case By::study_description:
      return "f.description_id";
    case By::requested_procedure:
      return "f.procedure_id";
  }
  return "NULL";
}

/// Rows of equipment as machines, by id: a look-up for each row would take longer than the row.
std::vector<std::int64_t> machine_of_equipment(Connection& connection) {
  auto& statement = connection.prepare("SELECT id, coalesce(equipment_identity, id) FROM equipment");
  std::vector<std::int64_t> machines;
  while (statement.executeStep()) {
    const auto id = static_cast<std::size_t>(integer(statement, 0));
    if (machines.size() <= id) machines.resize(id + 1, 0);
    machines[id] = integer(statement, 1);
  }
  statement.reset();
  return machines;
}

std::int64_t machine_at(const std::vector<std::int64_t>& machines, std::int64_t equipment) {
  const auto index = static_cast<std::size_t>(equipment);
  return index < machines.size() ? machines[index] : 0;
}

std::string_view view_of(const SQLite::Column& column) {
  const char* text = column.getText("");
  return {text, static_cast<std::size_t>(column.getBytes())};
}

}  // namespace

flat::Family family_of(Measure measure) {
  switch (measure) {
    case Measure::dlp:
    case Measure::ctdivol:
      return flat::Family::ct;
    case Measure::dap:
    case Measure::rp_dose:
      return flat::Family::xray;
    case Measure::agd:
      return flat::Family::mg;
    case Measure::activity:
      return flat::Family::nm;
  }
  return flat::Family::all;
}

void for_each_value(Connection& connection, const Question& question,
                    const std::function<void(const ValueRow&)>& visit) {
  const auto family = family_of(question.measure);
  auto filter = question.filter;
  filter.family = family;
  const auto* value = question.of_events ? event_column(question.measure) : study_column(question.measure);
  auto conditions = question.of_events ? of_events(filter, family) : of_studies(filter);
  conditions.add(fmt::format("{} IS NOT NULL", value));
  auto statement =
      query(connection,
            fmt::format("SELECT {}, f.equipment_id, {}, f.modality_type, f.study_date FROM {} AS f WHERE {}",
                        group_column(question.by), value, question.of_events ? "event_figure" : "study_figure",
                        conditions.text()),
            conditions);
  const auto machines = machine_of_equipment(connection);
  while (statement.executeStep())
    visit({statement.getColumn(0).getInt64(), machine_at(machines, statement.getColumn(1).getInt64()),
           statement.getColumn(2).getDouble(), view_of(statement.getColumn(3)), view_of(statement.getColumn(4))});
}

void for_each_thickness(Connection& connection, ThicknessValue which, const Filter& filter,
                        const std::function<void(const ThicknessRow&)>& visit) {
  const auto* value = which == ThicknessValue::agd ? "f.first" : which == ThicknessValue::kvp ? "f.kvp" : "f.mas";
  auto conditions = of_events(filter, flat::Family::mg);
  conditions.add(fmt::format("f.thickness IS NOT NULL AND {} IS NOT NULL", value));
  auto statement = query(
      connection,
      fmt::format("SELECT f.thickness, {}, f.equipment_id FROM event_figure AS f WHERE {}", value, conditions.text()),
      conditions);
  const auto machines = machine_of_equipment(connection);
  while (statement.executeStep())
    visit({statement.getColumn(0).getDouble(), statement.getColumn(1).getDouble(),
           machine_at(machines, statement.getColumn(2).getInt64())});
}

std::vector<WorkloadRow> workload(Connection& connection, const Filter& filter) {
  auto conditions = of_studies(filter);
  conditions.add("f.study_date <> '' AND f.study_time <> ''");
  auto statement = query(connection,
                         fmt::format("SELECT f.equipment_id, f.study_date, substr(f.study_time, 1, 2), count(*)"
                                     " FROM study_figure AS f WHERE {} GROUP BY 1, 2, 3",
                                     conditions.text()),
                         conditions);
  const auto machines = machine_of_equipment(connection);
  std::map<std::tuple<std::int64_t, int, int>, std::int64_t> counts;
  while (statement.executeStep()) {
    const auto date = parse_date(text(statement, 1));
    const int hour = statement.getColumn(2).getInt();
    if (!date || hour < 0 || hour > 23) continue;
    const auto weekday = std::chrono::weekday(std::chrono::sys_days(*date)).iso_encoding() - 1;
    counts[{machine_at(machines, integer(statement, 0)), static_cast<int>(weekday), hour}] += integer(statement, 3);
  }
  std::vector<WorkloadRow> rows;
  for (const auto& [key, studies] : counts)
    rows.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), studies});
  return rows;
}

std::map<std::int64_t, std::string> labels(Connection& connection) {
  auto& statement = connection.prepare("SELECT id, text FROM label");
  std::map<std::int64_t, std::string> texts;
  while (statement.executeStep()) texts[integer(statement, 0)] = text(statement, 1);
  statement.reset();
  return texts;
}

std::string standard_name(Connection& connection, std::int64_t protocol, const std::string& modality) {
  auto& statement = connection.prepare(
      "SELECT n.name FROM standard_name AS n, label AS l WHERE l.id = :protocol"
      " AND (n.modality = :modality OR (n.modality = 'DX' AND :modality IN ('CR', 'PX'))"
      "  OR (n.modality = 'XA' AND :modality = 'RF'))"
      " AND l.text LIKE n.like_pattern ESCAPE '\\' ORDER BY n.position LIMIT 1");
  put(statement, ":protocol", protocol);
  put(statement, ":modality", modality);
  auto name = statement.executeStep() ? text(statement, 0) : std::string();
  statement.reset();
  return name;
}

std::vector<Machine> machines(Connection& connection) {
  auto& statement = connection.prepare(
      "SELECT n.equipment_identity, n.equipment_display_name, n.institution_name, n.station_name, n.manufacturer,"
      " n.manufacturer_model_name FROM equipment AS n"
      " WHERE n.id = (SELECT max(d.id) FROM equipment AS d WHERE d.equipment_identity = n.equipment_identity)");
  std::vector<Machine> all;
  while (statement.executeStep())
    all.push_back({integer(statement, 0), text(statement, 1), text(statement, 2), text(statement, 3),
                   text(statement, 4), text(statement, 5)});
  statement.reset();
  return all;
}

std::vector<MachineStudies> studies_by_machine(Connection& connection, const Filter& filter, const std::string& since,
                                               const std::string& lately) {
  auto conditions = of_studies(filter);
  conditions.bind("1", ":since", since);
  conditions.bind("1", ":lately", lately);
  auto statement =
      query(connection,
            fmt::format("SELECT f.equipment_id, f.modality_type, count(*), sum(f.study_date >= :since),"
                        " sum(f.study_date >= :lately), coalesce(min(nullif(f.study_date, '')), ''), max(f.study_date)"
                        " FROM study_figure AS f WHERE {} GROUP BY 1, 2",
                        conditions.text()),
            conditions);
  const auto of_equipment = machine_of_equipment(connection);
  std::map<std::int64_t, MachineStudies> found;
  std::map<std::int64_t, std::set<std::string>> modalities;
  while (statement.executeStep()) {
    auto& row = found[machine_at(of_equipment, integer(statement, 0))];
    for (const auto& modality : split(text(statement, 1), '\\'))
      if (!modality.empty()) modalities[machine_at(of_equipment, integer(statement, 0))].insert(modality);
    row.studies += integer(statement, 2);
    row.since += integer(statement, 3);
    row.lately += integer(statement, 4);
    const auto first = text(statement, 5);
    if (row.first_date.empty() || (!first.empty() && first < row.first_date)) row.first_date = first;
    row.last_date = std::max(row.last_date, text(statement, 6));
  }
  std::vector<MachineStudies> rows;
  for (auto& [machine, row] : found) {
    row.machine = machine;
    const auto& all = modalities[machine];
    row.modalities = join({all.begin(), all.end()}, "\\");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<TextCount> text_counts(Connection& connection, TextOf which, flat::Family family, int limit) {
  const bool of_protocols = which == TextOf::protocols;
  Conditions conditions;
  if (family != flat::Family::all)
    conditions.bind(of_protocols ? "f.family = :family" : "(f.families & :family) <> 0", ":family",
                    std::int64_t{bit_of(family)});
  const auto* column = of_protocols ? "protocol_id" : which == TextOf::descriptions ? "description_id" : "procedure_id";
  conditions.add(fmt::format("f.{} IS NOT NULL", column));
  conditions.bind("1", ":limit", std::int64_t{limit});
  auto statement =
      query(connection,
            fmt::format("SELECT c.label, l.text, c.n FROM (SELECT f.{} AS label, count(*) AS n FROM {} AS f"
                        " WHERE {} GROUP BY 1 ORDER BY 2 DESC LIMIT :limit) AS c"
                        " JOIN label AS l ON l.id = c.label ORDER BY c.n DESC, l.key",
                        column, of_protocols ? "event_figure" : "study_figure", conditions.text()),
            conditions);
  std::vector<TextCount> counts;
  while (statement.executeStep()) counts.push_back({integer(statement, 0), text(statement, 1), integer(statement, 2)});
  return counts;
}

namespace {

std::string order_by(const Filter& filter, Order order, bool descending) {
  const auto* way = descending ? "DESC" : "ASC";
  const auto by_date = fmt::format("f.study_date {0}, f.study_time {0}, f.study_id {0}", way);
  switch (order) {
    case Order::date:
      return by_date;
    case Order::dose:
      return fmt::format("{} {} NULLS LAST, f.study_id", total_of(filter.family), way);
    case Order::events:
      return fmt::format("f.events {}, f.study_id", way);
    case Order::equipment:
      return fmt::format(
          "(SELECT lower(coalesce(e.equipment_display_name, '')) FROM equipment AS e WHERE e.id = f.equipment_id) {},"
          " f.study_date DESC, f.study_time DESC, f.study_id",
          way);
    case Order::protocol:
      return fmt::format(
          "(SELECT l.key FROM label AS l WHERE l.id = f.protocol_id) {} NULLS LAST, f.study_date DESC,"
          " f.study_time DESC, f.study_id",
          way);
  }
  return by_date;
}

std::vector<std::int64_t> ids_of(SQLite::Statement& statement) {
  std::vector<std::int64_t> ids;
  while (statement.executeStep()) ids.push_back(integer(statement, 0));
  statement.reset();
  return ids;
}

}  // namespace

StudyPage study_page(Connection& connection, const Filter& filter, Order order, bool descending, std::int64_t offset,
                     int limit) {
  const auto conditions = of_studies(filter);
  auto rows = query(connection,
                    fmt::format("SELECT f.study_id FROM study_figure AS f WHERE {} ORDER BY {} LIMIT {} OFFSET {}",
                                conditions.text(), order_by(filter, order, descending), limit, offset),
                    conditions);
  StudyPage page;
  page.studies = ids_of(rows);
  auto count =
      query(connection, fmt::format("SELECT count(*) FROM study_figure AS f WHERE {}", conditions.text()), conditions);
  if (count.executeStep()) page.total = integer(count, 0);
  return page;
}

std::vector<std::int64_t> studies_of_accession(Connection& connection, const std::string& accession, int limit) {
  auto& statement = connection.prepare(
      "SELECT DISTINCT r.study_id FROM patient_study AS p JOIN dose_report AS r ON r.id = p.dose_report_id"
      " WHERE p.accession_number = :accession ORDER BY r.study_id DESC LIMIT :limit");
  put(statement, ":accession", accession);
  put(statement, ":limit", limit);
  return ids_of(statement);
}

std::vector<std::int64_t> studies_of_uid(Connection& connection, const std::string& uid) {
  auto& statement = connection.prepare("SELECT id FROM study WHERE study_instance_uid = :uid");
  put(statement, ":uid", uid);
  return ids_of(statement);
}

std::vector<std::int64_t> harvests_of_study(Connection& connection, std::int64_t study, int limit) {
  auto& statement = connection.prepare(
      "SELECT DISTINCT c.harvest_id FROM study AS s JOIN candidate_study AS c ON c.study_uid = s.study_instance_uid"
      " WHERE s.id = :study ORDER BY c.harvest_id DESC LIMIT :limit");
  put(statement, ":study", study);
  put(statement, ":limit", limit);
  return ids_of(statement);
}

}  // namespace harvester::database::figures

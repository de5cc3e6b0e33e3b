#include "harvester/database/figure_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "glob.hpp"
#include "harvester/core/civil.hpp"
#include "harvester/core/text.hpp"
#include "many_rows.hpp"
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
  ManyRows rows(connection,
                fmt::format("SELECT {}, f.equipment_id, {}, {}, {} FROM {} AS f WHERE {}", group_column(question.by),
                            value, question.by == By::standard_name ? "f.modality_type" : "NULL",
                            question.with_date ? "f.study_date" : "NULL",
                            question.of_events ? "event_figure" : "study_figure", conditions.text()),
                conditions);
  const auto machines = machine_of_equipment(connection);
  while (rows.next())
    visit({rows.integer(0), machine_at(machines, rows.integer(1)), rows.real(2), rows.text(3), rows.text(4)});
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

namespace {

/// The weekday of dates that come in order; nothing for what is none.
class Weekdays {
 public:
  std::optional<int> of(std::string_view date) {
    if (date == date_) return weekday_;
    date_ = date;
    const auto parsed = parse_date(date);
    weekday_.reset();
    if (parsed) weekday_ = static_cast<int>(std::chrono::weekday(std::chrono::sys_days(*parsed)).iso_encoding()) - 1;
    return weekday_;
  }

 private:
  std::string date_;
  std::optional<int> weekday_;
};

std::optional<int> hour_of(std::string_view time) {
  if (time.size() < 2 || time[0] < '0' || time[0] > '2' || time[1] < '0' || time[1] > '9') return std::nullopt;
  const int hour = (time[0] - '0') * 10 + (time[1] - '0');
  return hour < 24 ? std::optional(hour) : std::nullopt;
}

}  // namespace

std::vector<WorkloadRow> workload(Connection& connection, const Filter& filter) {
  const auto conditions = of_studies(filter);
  ManyRows rows(connection,
                fmt::format("SELECT f.equipment_id, f.study_date, f.study_time FROM study_figure AS f WHERE {}",
                            conditions.text()),
                conditions);
  const auto machines = machine_of_equipment(connection);
  Weekdays weekdays;
  std::map<std::int64_t, std::array<std::int64_t, 7 * 24>> counts;
  while (rows.next()) {
    const auto weekday = weekdays.of(rows.text(1));
    const auto hour = hour_of(rows.text(2));
    if (!weekday || !hour) continue;
    ++counts[machine_at(machines, rows.integer(0))][static_cast<std::size_t>(*weekday * 24 + *hour)];
  }
  std::vector<WorkloadRow> all;
  for (const auto& [machine, hours] : counts)
    for (int n = 0; n < 7 * 24; ++n)
      if (const auto studies = hours[static_cast<std::size_t>(n)]; studies > 0)
        all.push_back({machine, n / 24, n % 24, studies});
  return all;
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

namespace {

/// Modalities of a study, joined as they are stored, are few texts: each is taken apart once.
class Modalities {
 public:
  void add(std::string_view joined) {
    if (joined == last_) return;
    last_ = joined;
    for (const auto& modality : split(joined, '\\'))
      if (!modality.empty()) all_.insert(modality);
  }
  [[nodiscard]] std::string joined() const { return join({all_.begin(), all_.end()}, "\\"); }

 private:
  std::string last_;
  std::set<std::string> all_;
};

}  // namespace

std::vector<MachineStudies> studies_by_machine(Connection& connection, const Filter& filter, const std::string& since,
                                               const std::string& lately) {
  const auto conditions = of_studies(filter);
  ManyRows rows(connection,
                fmt::format("SELECT f.equipment_id, f.modality_type, f.study_date FROM study_figure AS f WHERE {}",
                            conditions.text()),
                conditions);
  const auto of_equipment = machine_of_equipment(connection);
  std::map<std::int64_t, std::pair<MachineStudies, Modalities>> found;
  while (rows.next()) {
    auto& [row, modalities] = found[machine_at(of_equipment, rows.integer(0))];
    const auto date = rows.text(2);
    modalities.add(rows.text(1));
    ++row.studies;
    if (date >= since) ++row.since;
    if (date >= lately) ++row.lately;
    if (!date.empty() && (row.first_date.empty() || date < row.first_date)) row.first_date = date;
    if (date > row.last_date) row.last_date = date;
  }
  std::vector<MachineStudies> all;
  for (auto& [machine, each] : found) {
    each.first.machine = machine;
    each.first.modalities = each.second.joined();
    all.push_back(std::move(each.first));
  }
  return all;
}

namespace {

/// How often each label stands in a column, and which; the most frequent first.
std::vector<std::pair<std::int64_t, std::int64_t>> label_counts(Connection& connection, const char* column,
                                                                const char* table, const Conditions& conditions) {
  ManyRows rows(connection, fmt::format("SELECT f.{} FROM {} AS f WHERE {}", column, table, conditions.text()),
                conditions);
  std::vector<std::int64_t> counts;
  while (rows.next()) {
    const auto label = static_cast<std::size_t>(std::max<std::int64_t>(rows.integer(0), 0));  // 0: none
    if (label >= counts.size()) counts.resize(label + 1, 0);
    ++counts[label];
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> found;
  for (std::size_t label = 1; label < counts.size(); ++label)
    if (counts[label] > 0) found.emplace_back(counts[label], static_cast<std::int64_t>(label));
  std::sort(found.rbegin(), found.rend());
  return found;
}

}  // namespace

std::vector<TextCount> text_counts(Connection& connection, TextOf which, flat::Family family, int limit) {
  const bool of_protocols = which == TextOf::protocols;
  Conditions conditions;
  if (family != flat::Family::all)
    conditions.bind(of_protocols ? "f.family = :family" : "(f.families & :family) <> 0", ":family",
                    std::int64_t{bit_of(family)});
  const auto* column = of_protocols ? "protocol_id" : which == TextOf::descriptions ? "description_id" : "procedure_id";
  auto found = label_counts(connection, column, of_protocols ? "event_figure" : "study_figure", conditions);
  if (found.size() > static_cast<std::size_t>(limit)) found.resize(static_cast<std::size_t>(limit));
  auto& statement = connection.prepare("SELECT text FROM label WHERE id = :label");
  std::vector<TextCount> counts;
  for (const auto& [count, label] : found) {
    put(statement, ":label", label);
    if (statement.executeStep()) counts.push_back({label, text(statement, 0), count});
    statement.reset();
  }
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

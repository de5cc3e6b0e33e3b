#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>

#include "glob.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/flat_views.hpp"
#include "value_rows.hpp"

namespace harvester::database::flat {
namespace {

/// Studies that hold a report of the family. Mammography is projection X-ray, but a family of its own.
std::string family_condition(Family family) {
  const auto holds = [](std::string_view which) {
    return fmt::format(
        "EXISTS (SELECT 1 FROM dose_report AS one WHERE one.study_id = v_studies.study_id AND one.modality_type {})",
        which);
  };
  switch (family) {
    case Family::all:
      return "1";
    case Family::ct:
      return holds("= 'CT'");
    case Family::mg:
      return holds("= 'MG'");
    case Family::nm:
      return holds("= 'NM'");
    case Family::xray:
      return holds("NOT IN ('CT', 'MG', 'NM')");
  }
  return "1";
}

/// What a row is told great or small by.
std::string dose_of(const Question& question) {
  switch (question.view) {
    case View::ct_events:
      return "dlp_mgycm";
    case View::xray_events:
      return "dose_area_product_gym2";
    case View::mg_events:
      return "average_glandular_dose_mgy";
    case View::nm_events:
      return "administered_activity_mbq";
    case View::studies:
      break;
  }
  switch (question.filter.family) {
    case Family::ct:
      return "total_dlp_mgycm";
    case Family::xray:
      return "total_dap_gym2";
    case Family::mg:
      return "(coalesce(total_agd_left_mgy, 0.0) + coalesce(total_agd_right_mgy, 0.0)"
             " + coalesce(total_agd_both_mgy, 0.0))";
    case Family::nm:
      return "total_administered_activity_mbq";
    case Family::all:
      break;
  }
  return "coalesce(total_dlp_mgycm, total_dap_gym2, total_agd_left_mgy, total_administered_activity_mbq)";
}

/// The conditions of a filter; every value is bound (bind_filter), none stands in the text.
std::string conditions(const Question& question) {
  std::vector<std::string> all{"1"};
  const auto& filter = question.filter;
  const auto narrow = [&](bool given, const char* condition) {
    if (given) all.emplace_back(condition);
  };
  narrow(filter.study.date_from.has_value(), "study_date >= :date_from");
  narrow(filter.study.date_until.has_value(), "study_date <= :date_until");
  narrow(filter.study.study_instance_uid.has_value(), "study_instance_uid = :study");
  narrow(filter.study.accession_number.has_value(), "accession_number = :accession");
  narrow(filter.without_tests, "not_patient_indicator IS NULL");
  const auto like = [&](const std::string& pattern, std::string_view column, std::string_view name) {
    if (!pattern.empty()) all.push_back(fmt::format("lower(coalesce({}, '')) GLOB {}", column, name));
  };
  like(filter.institution, "institution_name", ":institution");
  like(filter.station, "station_name", ":station");
  like(filter.equipment, "equipment", ":equipment");
  like(filter.protocol, protocol_column(question.view), ":protocol");
  like(filter.description, "study_description", ":description");
  like(filter.procedure, "requested_procedure", ":procedure");
  narrow(!filter.modality.empty(), "instr('\\' || modality_type || '\\', '\\' || :modality || '\\') > 0");
  narrow(!filter.sex.empty(), "patient_sex = :sex");
  narrow(filter.machine.has_value(), "equipment_identity = :machine");
  narrow(filter.age_from.has_value(), "patient_age_decimal >= :age_from");
  narrow(filter.age_until.has_value(), "patient_age_decimal < :age_until");
  narrow(filter.weight_from.has_value(), "patient_weight_kg >= :weight_from");
  narrow(filter.weight_until.has_value(), "patient_weight_kg < :weight_until");
  const auto dose = dose_of(question);
  narrow(filter.dose_from.has_value(), (dose + " >= :dose_from").c_str());
  narrow(filter.dose_until.has_value(), (dose + " <= :dose_until").c_str());
  if (question.view == View::studies) all.push_back(family_condition(filter.family));
  return join(all, " AND ");
}

void bind_filter(SQLite::Statement& statement, const Filter& filter) {
  const auto bind_whole = [&](const std::optional<std::string>& value, const char* name) {
    if (value) put(statement, name, *value);
  };
  bind_whole(filter.study.date_from, ":date_from");
  bind_whole(filter.study.date_until, ":date_until");
  bind_whole(filter.study.study_instance_uid, ":study");
  bind_whole(filter.study.accession_number, ":accession");
  const auto bind = [&](const std::string& pattern, const char* name) {
    if (!pattern.empty()) put(statement, name, glob(pattern));
  };
  bind(filter.institution, ":institution");
  bind(filter.station, ":station");
  bind(filter.equipment, ":equipment");
  bind(filter.protocol, ":protocol");
  bind(filter.description, ":description");
  bind(filter.procedure, ":procedure");
  if (!filter.modality.empty()) put(statement, ":modality", filter.modality);
  if (!filter.sex.empty()) put(statement, ":sex", filter.sex);
  const auto bind_number = [&](const auto& value, const char* name) {
    if (value) put(statement, name, *value);
  };
  bind_number(filter.machine, ":machine");
  bind_number(filter.age_from, ":age_from");
  bind_number(filter.age_until, ":age_until");
  bind_number(filter.weight_from, ":weight_from");
  bind_number(filter.weight_until, ":weight_until");
  bind_number(filter.dose_from, ":dose_from");
  bind_number(filter.dose_until, ":dose_until");
}

std::string protocol_key(View view) { return fmt::format("lower(trim(coalesce({}, '')))", protocol_column(view)); }

std::string sql_of(const Question& question) {
  std::vector<std::string> names;
  for (const auto name : question.columns) names.emplace_back(column_of(question.view, name).name);
  const auto first = question.by_protocol ? protocol_key(question.view) + ", " : std::string();
  const auto position = question.view == View::studies ? "" : ", sop_instance_uid, position";
  return fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {}study_date, study_time, study_instance_uid{}",
                     join(names, ", "), name_of(question.view), conditions(question), first, position);
}

}  // namespace

std::string_view protocol_column(View view) {
  if (view == View::studies) return "protocol";
  return view == View::nm_events ? "radiopharmaceutical" : "acquisition_protocol";
}

void for_each_row(Connection& connection, const Question& question,
                  const std::function<bool(std::span<const Value>)>& visit) {
  SQLite::Statement statement(connection.raw(), sql_of(question));
  bind_filter(statement, question.filter);
  std::vector<Value> row(question.columns.size());
  while (statement.executeStep()) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = any_value(statement.getColumn(static_cast<int>(i)));
    if (!visit(row)) break;
  }
}

std::vector<Value> study_values(Connection& connection, const std::vector<std::string_view>& columns,
                                std::int64_t study_id) {
  std::vector<std::string> names;
  for (const auto name : columns) names.emplace_back(column_of(View::studies, name).name);
  const auto sql = fmt::format("SELECT {} FROM v_studies WHERE study_id = :study", join(names, ", "));
  auto& statement = connection.prepare(sql.c_str());
  put(statement, ":study", study_id);
  std::vector<Value> values;
  if (statement.executeStep())
    for (int n = 0; n < statement.getColumnCount(); ++n) values.push_back(any_value(statement.getColumn(n)));
  statement.reset();
  return values;
}

std::vector<ProtocolCount> protocols(Connection& connection, const Question& question) {
  SQLite::Statement statement(
      connection.raw(),
      fmt::format("SELECT min(trim(coalesce({}, ''))), count(*) AS events FROM {} WHERE {} GROUP BY {} "
                  "ORDER BY events DESC, 1",
                  protocol_column(question.view), name_of(question.view), conditions(question),
                  protocol_key(question.view)));
  bind_filter(statement, question.filter);
  std::vector<ProtocolCount> counts;
  while (statement.executeStep()) counts.push_back({text(statement, 0), integer(statement, 1)});
  return counts;
}

std::int64_t most_events(Connection& connection, const Question& question) {
  SQLite::Statement statement(
      connection.raw(),
      fmt::format("SELECT coalesce(max(events), 0) FROM (SELECT count(*) AS events FROM {} WHERE {} GROUP BY study_id)",
                  name_of(question.view), conditions(question)));
  bind_filter(statement, question.filter);
  return statement.executeStep() ? integer(statement, 0) : 0;
}

}  // namespace harvester::database::flat

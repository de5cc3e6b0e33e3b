#include "harvester/database/dose_repository.hpp"
#include "record_rows.hpp"
#include "statements.hpp"

namespace harvester::database::dose {
namespace {

using rows::records;

constexpr const char* kByReport = "WHERE dose_report_id = ? ORDER BY position";
constexpr const char* kByReportAlone = "WHERE dose_report_id = ? AND ct_event_id IS NULL ORDER BY position";
constexpr const char* kByEvent = "WHERE ct_event_id = ? ORDER BY position";

std::vector<ReportWarning> warnings_of(Connection& connection, std::int64_t report) {
  auto& statement = connection.prepare(
      "SELECT kind, place, raw_value, raw_unit FROM report_warning WHERE dose_report_id = :report ORDER BY position");
  put(statement, ":report", report);
  std::vector<ReportWarning> warnings;
  while (statement.executeStep())
    warnings.push_back({dose_warning_of(text(statement, 0)).value_or(DoseWarning::several_items),
                        optional_text(statement, 1), optional_text(statement, 2), optional_text(statement, 3)});
  statement.reset();
  return warnings;
}

// The columns of dose_report before the fields, in this order.
constexpr const char* kReportKeys =
    "r.id, r.sop_instance_uid, r.sop_class_uid, r.series_instance_uid, r.object_kind, r.modality_type, "
    "r.superseded_by, s.study_instance_uid, ";

struct ReportRow {
  std::int64_t id = 0;
  StoredReport stored;
};

std::vector<ReportRow> reports_of(Connection& connection, std::int64_t study) {
  const auto sql = std::string("SELECT ") + kReportKeys + rows::column_list(rows::columns<DoseReport>(), "r.") + ", " +
                   rows::column_list(rows::columns<DoseSummary>(), "r.") +
                   " FROM dose_report AS r JOIN study AS s ON s.id = r.study_id WHERE r.study_id = ? "
                   "ORDER BY coalesce(r.content_date, ''), coalesce(r.content_time, ''), r.sop_instance_uid";
  auto& statement = connection.prepare(sql.c_str());
  statement.bind(1, study);
  std::vector<ReportRow> reports;
  while (statement.executeStep()) {
    ReportRow row;
    auto& report = row.stored.report;
    row.id = integer(statement, 0);
    report.sop_instance_uid = text(statement, 1);
    report.sop_class_uid = text(statement, 2);
    report.series_instance_uid = optional_text(statement, 3);
    report.object_kind = object_kind_of(text(statement, 4)).value_or(ObjectKind::other);
    report.modality_type = text(statement, 5);
    row.stored.superseded_by = optional_text(statement, 6);
    report.study_instance_uid = text(statement, 7);
    int index = 8;
    rows::read_fields(statement, index, report);
    rows::read_fields(statement, index, row.stored.summary);
    reports.push_back(std::move(row));
  }
  statement.reset();
  for (auto& row : reports) row.stored.warnings = warnings_of(connection, row.id);
  return reports;
}

void read_event_details(Connection& connection, std::int64_t id, CtEvent& event) {
  event.xray_sources = records<CtXraySource>(connection, "ct_xray_source", kByEvent, id);
  for (auto& check : records<CtDoseCheck>(connection, "ct_dose_check", kByEvent, id)) event.dose_check = check;
  event.size_specific_doses = records<CtSizeSpecificDose>(connection, "ct_size_specific_dose", kByEvent, id);
  event.device_participants = records<DeviceParticipant>(connection, "device_participant", kByEvent, id);
  event.person_participants = records<PersonParticipant>(connection, "person_participant", kByEvent, id);
}

std::vector<CtEvent> events_of(Connection& connection, std::int64_t study) {
  auto found =
      rows::select<CtEvent>(connection, "ct_event",
                            "WHERE counted = 1 AND dose_report_id IN (SELECT id FROM dose_report WHERE study_id = ?) "
                            "ORDER BY coalesce(date_time_started, ''), position, event_key",
                            study);
  std::vector<CtEvent> events;
  for (auto& row : found) {
    read_event_details(connection, row.id, row.record);
    events.push_back(std::move(row.record));
  }
  return events;
}

Equipment equipment_of(Connection& connection, std::int64_t report) {
  auto found = records<Equipment>(connection, "equipment",
                                  "WHERE id = (SELECT equipment_id FROM dose_report WHERE id = ?)", report);
  return found.empty() ? Equipment{} : std::move(found.front());
}

void read_latest(Connection& connection, std::int64_t report, StoredStudy& study) {
  for (auto& patient : records<PatientStudy>(connection, "patient_study", "WHERE dose_report_id = ?", report))
    study.patient_study = std::move(patient);
  study.equipment = equipment_of(connection, report);
  study.observer_context = records<ObserverContext>(connection, "observer_context", kByReport, report);
  study.device_participants = records<DeviceParticipant>(connection, "device_participant", kByReportAlone, report);
  study.person_participants = records<PersonParticipant>(connection, "person_participant", kByReportAlone, report);
}

void read_reports(Connection& connection, std::int64_t latest, StoredStudy& study) {
  for (auto& row : reports_of(connection, study.id)) {
    if (row.id == latest) study.latest = row.stored.report;
    if (!row.stored.superseded_by)
      for (auto& accumulated : records<CtAccumulated>(connection, "ct_accumulated", kByReport, row.id))
        study.ct_accumulated.push_back(std::move(accumulated));
    study.reports.push_back(std::move(row.stored));
  }
}

void bind_filter(SQLite::Statement& statement, const StudyFilter& filter) {
  put(statement, ":date_from", filter.date_from);
  put(statement, ":date_until", filter.date_until);
  put(statement, ":study", filter.study_instance_uid);
  put(statement, ":accession", filter.accession_number);
}

}  // namespace

std::optional<StoredStudy> read_study(Connection& connection, std::int64_t id) {
  const auto sql = "SELECT study_instance_uid, modality_type, latest_report_id, " +
                   rows::column_list(rows::columns<DoseSummary>()) + " FROM study WHERE id = ?";
  auto& statement = connection.prepare(sql.c_str());
  statement.bind(1, id);
  if (!statement.executeStep()) return std::nullopt;
  StoredStudy study;
  study.id = id;
  study.study_instance_uid = text(statement, 0);
  study.modality_type = text(statement, 1);
  const auto latest = integer(statement, 2);
  int index = 3;
  rows::read_fields(statement, index, study.summary);
  statement.reset();
  read_latest(connection, latest, study);
  read_reports(connection, latest, study);
  study.ct_events = events_of(connection, id);
  return study;
}

void for_each_study(Connection& connection, const StudyFilter& filter,
                    const std::function<bool(const StoredStudy&)>& visit) {
  auto& statement = connection.prepare(
      "SELECT study_id FROM v_studies WHERE (:date_from IS NULL OR study_date >= :date_from) "
      "AND (:date_until IS NULL OR study_date <= :date_until) "
      "AND (:study IS NULL OR study_instance_uid = :study) "
      "AND (:accession IS NULL OR accession_number = :accession) "
      "ORDER BY study_date, study_time, study_instance_uid");
  bind_filter(statement, filter);
  while (statement.executeStep()) {
    const auto study = read_study(connection, integer(statement, 0));
    if (study && !visit(*study)) break;
  }
  statement.reset();
}

void for_each_ct_study(Connection& connection, const StudyFilter& filter,
                       const std::function<bool(const CtStudyRow&)>& visit) {
  auto& statement = connection.prepare(
      "SELECT s.study_instance_uid, s.study_date, s.study_time, s.equipment, s.study_description, s.accession_number, "
      "s.total_dlp_mgycm, "
      "(SELECT e.acquisition_protocol FROM v_ct_events AS e WHERE e.study_id = s.study_id "
      " ORDER BY coalesce(e.dlp_mgycm, -1) DESC, e.position LIMIT 1), "
      "(SELECT e.target_region FROM v_ct_events AS e WHERE e.study_id = s.study_id "
      " ORDER BY coalesce(e.dlp_mgycm, -1) DESC, e.position LIMIT 1), "
      "(SELECT max(e.mean_ctdivol_mgy) FROM v_ct_events AS e WHERE e.study_id = s.study_id), s.number_of_events "
      "FROM v_studies AS s "
      "WHERE instr('\\' || s.modality_type || '\\', '\\CT\\') > 0 "
      "AND (:date_from IS NULL OR s.study_date >= :date_from) "
      "AND (:date_until IS NULL OR s.study_date <= :date_until) "
      "AND (:study IS NULL OR s.study_instance_uid = :study) "
      "AND (:accession IS NULL OR s.accession_number = :accession) "
      "ORDER BY s.study_date, s.study_time, s.study_instance_uid");
  bind_filter(statement, filter);
  while (statement.executeStep()) {
    CtStudyRow row;
    row.study_instance_uid = text(statement, 0);
    row.study_date = optional_text(statement, 1);
    row.study_time = optional_text(statement, 2);
    row.equipment = optional_text(statement, 3);
    row.study_description = optional_text(statement, 4);
    row.accession_number = optional_text(statement, 5);
    int index = 6;
    rows::read_value(statement, index, row.total_dlp_mgycm);
    row.protocol = optional_text(statement, 7);
    row.target_region = optional_text(statement, 8);
    index = 9;
    rows::read_value(statement, index, row.max_ctdivol_mgy);
    row.events = integer(statement, 10);
    if (!visit(row)) break;
  }
  statement.reset();
}

}  // namespace harvester::database::dose

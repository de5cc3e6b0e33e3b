#include "harvester/core/text.hpp"
#include "harvester/database/dose_repository.hpp"
#include "record_rows.hpp"
#include "statements.hpp"

namespace harvester::database::dose {
namespace {

using rows::records;

constexpr const char* kByReport = "WHERE dose_report_id = ? ORDER BY position";
constexpr const char* kByReportAlone =
    "WHERE dose_report_id = ? AND ct_event_id IS NULL AND xray_event_id IS NULL AND nm_event_id IS NULL ORDER BY "
    "position";
constexpr const char* kByCtEvent = "WHERE ct_event_id = ? ORDER BY position";
constexpr const char* kByXrayEvent = "WHERE xray_event_id = ? ORDER BY position";
constexpr const char* kByNmEvent = "WHERE nm_event_id = ? ORDER BY position";

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

template <class Event>
void read_participants(Connection& connection, std::int64_t id, const char* by_event, Event& event) {
  event.device_participants = records<DeviceParticipant>(connection, "device_participant", by_event, id);
  event.person_participants = records<PersonParticipant>(connection, "person_participant", by_event, id);
}

void read_details(Connection& connection, std::int64_t id, CtEvent& event) {
  event.xray_sources = records<CtXraySource>(connection, "ct_xray_source", kByCtEvent, id);
  for (auto& check : records<CtDoseCheck>(connection, "ct_dose_check", kByCtEvent, id)) event.dose_check = check;
  event.size_specific_doses = records<CtSizeSpecificDose>(connection, "ct_size_specific_dose", kByCtEvent, id);
  read_participants(connection, id, kByCtEvent, event);
}

void read_details(Connection& connection, std::int64_t id, XrayEvent& event) {
  event.filters = records<XrayFilter>(connection, "xray_filter", kByXrayEvent, id);
  event.grids = records<XrayGrid>(connection, "xray_grid", kByXrayEvent, id);
  event.pulses = records<XrayPulse>(connection, "xray_pulse", kByXrayEvent, id);
  event.images = records<XrayImageReference>(connection, "xray_image_reference", kByXrayEvent, id);
  read_participants(connection, id, kByXrayEvent, event);
}

void read_details(Connection& connection, std::int64_t id, NmEvent& event) {
  event.organ_doses = records<OrganDose>(connection, "organ_dose", kByNmEvent, id);
  read_participants(connection, id, kByNmEvent, event);
}

/// The events of a study that count, in order; `started` is the column of their beginning.
template <class Event>
std::vector<Event> events_of(Connection& connection, const char* table, const char* started, std::int64_t study) {
  const auto tail = std::string(
                        "WHERE counted = 1 AND dose_report_id IN (SELECT id FROM dose_report WHERE study_id = ?) "
                        "ORDER BY coalesce(") +
                    started + ", ''), position, event_key";
  std::vector<Event> events;
  for (auto& row : rows::select<Event>(connection, table, tail, study)) {
    read_details(connection, row.id, row.record);
    events.push_back(std::move(row.record));
  }
  return events;
}

/// Administrations of images that a report or another image supersedes: what that leaves out is filled in from them.
std::vector<NmEvent> superseded_administrations(Connection& connection, std::int64_t study) {
  return records<NmEvent>(connection, "nm_event",
                          "WHERE counted = 0 AND dose_report_id IN (SELECT id FROM dose_report WHERE study_id = ? AND "
                          "object_kind IN ('pet_image', 'nm_image')) ORDER BY event_key",
                          study);
}

template <class T>
void fill_in(std::optional<T>& value, const std::optional<T>& other) {
  if (!value) value = other;
}

void complete(NmEvent& event, const NmEvent& image) {
  const auto same = [](const MaybeCode& a, const MaybeCode& b) {
    return !a || !b || lower(a->meaning) == lower(b->meaning);
  };
  if (!same(event.radionuclide, image.radionuclide)) return;
  fill_in(event.radiopharmaceutical_agent, image.radiopharmaceutical_agent);
  fill_in(event.radiopharmaceutical_agent_text, image.radiopharmaceutical_agent_text);
  fill_in(event.radionuclide, image.radionuclide);
  fill_in(event.radionuclide_half_life, image.radionuclide_half_life);
  fill_in(event.radiopharmaceutical_start_datetime, image.radiopharmaceutical_start_datetime);
  fill_in(event.radiopharmaceutical_stop_datetime, image.radiopharmaceutical_stop_datetime);
  fill_in(event.administered_activity, image.administered_activity);
  fill_in(event.radiopharmaceutical_volume, image.radiopharmaceutical_volume);
  fill_in(event.radiopharmaceutical_specific_activity, image.radiopharmaceutical_specific_activity);
  fill_in(event.route_of_administration, image.route_of_administration);
}

/// Series of all images, each once.
std::vector<PetSeries> pet_series_of(Connection& connection, std::int64_t study) {
  return records<PetSeries>(
      connection, "pet_series",
      "WHERE id IN (SELECT min(p.id) FROM pet_series AS p JOIN dose_report AS r ON r.id = p.dose_report_id "
      "WHERE r.study_id = ? GROUP BY coalesce(p.series_instance_uid, r.sop_instance_uid)) "
      "ORDER BY series_datetime, series_instance_uid",
      study);
}

void read_events(Connection& connection, StoredStudy& study) {
  study.ct_events = events_of<CtEvent>(connection, "ct_event", "date_time_started", study.id);
  study.xray_events = events_of<XrayEvent>(connection, "xray_event", "date_time_started", study.id);
  study.nm_events = events_of<NmEvent>(connection, "nm_event", "radiopharmaceutical_start_datetime", study.id);
  if (!study.nm_events.empty())
    for (const auto& image : superseded_administrations(connection, study.id))
      for (auto& event : study.nm_events) complete(event, image);
  study.pet_series = pet_series_of(connection, study.id);
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

void read_accumulated(Connection& connection, std::int64_t report, StoredStudy& study) {
  for (auto& row : records<CtAccumulated>(connection, "ct_accumulated", kByReport, report))
    study.ct_accumulated.push_back(std::move(row));
  for (auto& row : rows::select<XrayAccumulated>(connection, "xray_accumulated", kByReport, report)) {
    row.record.calibrations = records<XrayCalibration>(connection, "xray_calibration",
                                                       "WHERE xray_accumulated_id = ? ORDER BY position", row.id);
    study.xray_accumulated.push_back(std::move(row.record));
  }
  for (auto& row : records<PatientCharacteristics>(connection, "patient_characteristics", kByReport, report))
    study.patient_characteristics = std::move(row);
}

void read_reports(Connection& connection, std::int64_t latest, StoredStudy& study) {
  for (auto& row : reports_of(connection, study.id)) {
    if (row.id == latest) study.latest = row.stored.report;
    if (!row.stored.superseded_by) read_accumulated(connection, row.id, study);
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
  read_events(connection, study);
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

}  // namespace harvester::database::dose

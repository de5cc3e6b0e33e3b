#include "harvester/core/dose_resolution.hpp"
#include "harvester/core/sop_classes.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/dose_repository.hpp"
#include "record_rows.hpp"
#include "statements.hpp"

namespace harvester::database::dose {
namespace {

using rows::insert;
using rows::KeyColumn;

std::int64_t study_row(Connection& connection, const std::string& uid) {
  auto& add = connection.prepare("INSERT INTO study (study_instance_uid) VALUES (:uid) ON CONFLICT DO NOTHING");
  put(add, ":uid", uid);
  add.exec();
  auto& find = connection.prepare("SELECT id FROM study WHERE study_instance_uid = :uid");
  put(find, ":uid", uid);
  find.executeStep();
  const auto id = integer(find, 0);
  find.reset();
  return id;
}

// All values together; a separator that no value holds keeps ("a", "") and ("", "a") apart.
std::string fingerprint(const Equipment& equipment) {
  std::string text;
  fields(equipment, [&](const char*, const auto& member, const char*) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, MaybeText>) text += member.value_or("\x1e");
    text += '\x1f';
  });
  return text;
}

std::int64_t equipment_row(Connection& connection, const Equipment& equipment) {
  const auto key = fingerprint(equipment);
  auto& find = connection.prepare("SELECT id FROM equipment WHERE fingerprint = :fingerprint");
  put(find, ":fingerprint", key);
  if (find.executeStep()) {
    const auto id = integer(find, 0);
    find.reset();
    return id;
  }
  const auto id = insert(connection, "equipment", {{"fingerprint", key}}, equipment);
  resolve_equipment(connection);
  return id;
}

rows::KeyValue nullable(const std::optional<std::string>& text) {
  return text ? rows::KeyValue(*text) : rows::KeyValue();
}

ReportTotals totals_of(const DoseRecord& record) {
  return {record.ct_accumulated, record.ct_events, record.xray_accumulated, record.xray_events, record.nm_events};
}

// What the images of a series share; nothing for what is an exposure or a report of its own.
std::optional<std::string> series_part(const DoseRecord& record) {
  if (!record.report.series_instance_uid) return std::nullopt;
  const auto kind = record.report.object_kind;
  if (kind == ObjectKind::pet_image || kind == ObjectKind::nm_image) return join(event_keys(record.nm_events), "\n");
  const bool slice = kind == ObjectKind::toshiba_ct && record.report.sop_class_uid != sop_class::kSecondaryCapture;
  if (!slice || record.ct_events.empty()) return std::nullopt;
  const auto& scan = record.ct_events.front();
  return scan.irradiation_event_uid ? *scan.irradiation_event_uid : scan.irradiation_event_label.value_or("");
}

struct Twin {
  std::int64_t id = 0;
  std::string sop_instance_uid;
};

// The image that stands for this one's part of its series.
std::optional<Twin> twin_of(Connection& connection, const DoseRecord& record) {
  const auto part = series_part(record);
  if (!part) return std::nullopt;
  auto& find = connection.prepare(
      "SELECT r.id, r.sop_instance_uid FROM dose_report AS r JOIN study AS s ON s.id = r.study_id"
      " WHERE r.series_instance_uid = :series AND r.series_part = :part AND r.object_kind = :kind"
      " AND s.study_instance_uid = :study");
  put(find, ":series", *record.report.series_instance_uid);
  put(find, ":part", *part);
  put(find, ":kind", std::string(to_string(record.report.object_kind)));
  put(find, ":study", record.report.study_instance_uid);
  std::optional<Twin> twin;
  if (find.executeStep()) twin = Twin{integer(find, 0), text(find, 1)};
  find.reset();
  return twin;
}

// With all that hangs on it. Its study points elsewhere once it is resolved again.
void remove_report(Connection& connection, std::int64_t report) {
  auto& forget = connection.prepare("UPDATE study SET latest_report_id = NULL WHERE latest_report_id = :report");
  put(forget, ":report", report);
  forget.exec();
  auto& remove = connection.prepare("DELETE FROM dose_report WHERE id = :report");
  put(remove, ":report", report);
  remove.exec();
}

// The report's row: what names it, its values and its own totals.
std::int64_t report_row(Connection& connection, const DoseRecord& record, const Origin& origin) {
  const auto& report = record.report;
  const std::vector<KeyColumn> keys{
      {"study_id", study_row(connection, report.study_instance_uid)},
      {"equipment_id", equipment_row(connection, record.equipment)},
      {"object_id", origin.object ? rows::KeyValue(origin.object->value) : rows::KeyValue()},
      {"sop_instance_uid", report.sop_instance_uid},
      {"sop_class_uid", report.sop_class_uid},
      {"series_instance_uid", nullable(report.series_instance_uid)},
      {"object_kind", std::string(to_string(report.object_kind))},
      {"modality_type", report.modality_type},
      {"series_part", nullable(series_part(record))},
      {"imported_at", utc_text(origin.imported_at)}};
  auto names = rows::columns<DoseReport>();
  for (auto& name : rows::columns<DoseSummary>()) names.push_back(std::move(name));
  auto& statement = connection.prepare(rows::insert_sql("dose_report", keys, names).c_str());
  int index = 0;
  for (const auto& key : keys) rows::bind_value(statement, index, key.value);
  rows::bind_fields(statement, index, report);
  rows::bind_fields(statement, index, summarise_report(totals_of(record)));
  statement.exec();
  return connection.last_row_id();
}

// Rows below a parent row, numbered in their order.
template <class Record>
void insert_all(Connection& connection, const char* table, const char* parent, std::int64_t id,
                const std::vector<Record>& records) {
  std::int64_t position = 0;
  for (const auto& record : records) insert(connection, table, {{parent, id}, {"position", position++}}, record);
}

// An event that participants belong to; without column: the report as a whole.
struct EventKey {
  const char* column = nullptr;
  std::int64_t id = 0;
};

template <class Participant>
void insert_participants(Connection& connection, const char* table, std::int64_t report, EventKey event,
                         const std::vector<Participant>& participants) {
  std::int64_t position = 0;
  for (const auto& participant : participants) {
    std::vector<KeyColumn> keys{{"dose_report_id", report}, {"position", position++}};
    if (event.column != nullptr) keys.push_back({event.column, event.id});
    insert(connection, table, keys, participant);
  }
}

template <class Event>
void insert_people_and_devices(Connection& connection, std::int64_t report, EventKey key, const Event& event) {
  insert_participants(connection, "device_participant", report, key, event.device_participants);
  insert_participants(connection, "person_participant", report, key, event.person_participants);
}

void insert_details(Connection& connection, std::int64_t report, std::int64_t id, const CtEvent& event) {
  insert_all(connection, "ct_xray_source", "ct_event_id", id, event.xray_sources);
  if (event.dose_check)
    insert_all(connection, "ct_dose_check", "ct_event_id", id, std::vector<CtDoseCheck>{*event.dose_check});
  insert_all(connection, "ct_size_specific_dose", "ct_event_id", id, event.size_specific_doses);
  insert_people_and_devices(connection, report, {"ct_event_id", id}, event);
}

void insert_details(Connection& connection, std::int64_t report, std::int64_t id, const XrayEvent& event) {
  insert_all(connection, "xray_filter", "xray_event_id", id, event.filters);
  insert_all(connection, "xray_grid", "xray_event_id", id, event.grids);
  insert_all(connection, "xray_pulse", "xray_event_id", id, event.pulses);
  insert_all(connection, "xray_image_reference", "xray_event_id", id, event.images);
  insert_people_and_devices(connection, report, {"xray_event_id", id}, event);
}

void insert_details(Connection& connection, std::int64_t report, std::int64_t id, const NmEvent& event) {
  insert_all(connection, "organ_dose", "nm_event_id", id, event.organ_doses);
  insert_people_and_devices(connection, report, {"nm_event_id", id}, event);
}

template <class Event>
void insert_events(Connection& connection, const char* table, std::int64_t report, const std::vector<Event>& events) {
  const auto keys = event_keys(events);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto id = insert(
        connection, table,
        {{"dose_report_id", report}, {"position", static_cast<std::int64_t>(i)}, {"event_key", keys[i]}}, events[i]);
    insert_details(connection, report, id, events[i]);
  }
}

void insert_xray_accumulated(Connection& connection, std::int64_t report, const std::vector<XrayAccumulated>& rows) {
  std::int64_t position = 0;
  for (const auto& row : rows) {
    const auto id = insert(connection, "xray_accumulated", {{"dose_report_id", report}, {"position", position++}}, row);
    insert_all(connection, "xray_calibration", "xray_accumulated_id", id, row.calibrations);
  }
}

void insert_unmapped(Connection& connection, std::int64_t report, const std::vector<UnmappedItem>& items) {
  std::int64_t position = 0;
  for (const auto& item : items)
    insert(connection, "unmapped_item",
           {{"dose_report_id", report}, {"position", position++}, {"occurrences", item.occurrences}}, item);
}

void insert_warnings(Connection& connection, std::int64_t report, const std::vector<ReportWarning>& warnings) {
  std::int64_t position = 0;
  for (const auto& warning : warnings) {
    auto& statement = connection.prepare(
        "INSERT INTO report_warning (dose_report_id, position, kind, place, raw_value, raw_unit) "
        "VALUES (:report, :position, :kind, :place, :raw_value, :raw_unit)");
    put(statement, ":report", report);
    put(statement, ":position", position++);
    put(statement, ":kind", std::string(to_string(warning.kind)));
    put(statement, ":place", warning.place);
    put(statement, ":raw_value", warning.raw_value);
    put(statement, ":raw_unit", warning.raw_unit);
    statement.exec();
  }
}

void insert_below(Connection& connection, std::int64_t report, const DoseRecord& record) {
  const auto& marks = record.identity_marks;
  insert(connection, "patient_study",
         {{"dose_report_id", report},
          {"patient_name_as", nullable(marks.patient_name)},
          {"patient_id_as", nullable(marks.patient_id)},
          {"accession_number_as", nullable(marks.accession_number)}},
         record.patient_study);
  insert_all(connection, "observer_context", "dose_report_id", report, record.observer_context);
  insert_people_and_devices(connection, report, {}, record);
  insert_all(connection, "ct_accumulated", "dose_report_id", report, record.ct_accumulated);
  insert_xray_accumulated(connection, report, record.xray_accumulated);
  insert_events(connection, "ct_event", report, record.ct_events);
  insert_events(connection, "xray_event", report, record.xray_events);
  insert_events(connection, "nm_event", report, record.nm_events);
  insert_all(connection, "pet_series", "dose_report_id", report, record.pet_series);
  if (record.patient_characteristics)
    insert_all(connection, "patient_characteristics", "dose_report_id", report,
               std::vector<PatientCharacteristics>{*record.patient_characteristics});
  insert_unmapped(connection, report, record.unmapped);
  insert_warnings(connection, report, record.warnings);
}

}  // namespace

bool is_stored(Connection& connection, const SopInstanceUid& uid) {
  auto& statement = connection.prepare("SELECT 1 FROM dose_report WHERE sop_instance_uid = :uid");
  put(statement, ":uid", uid);
  const bool found = statement.executeStep();
  statement.reset();
  return found;
}

Stored store(Connection& connection, const DoseRecord& record, const Origin& origin) {
  if (is_stored(connection, SopInstanceUid(record.report.sop_instance_uid))) return Stored::already_there;
  if (const auto twin = twin_of(connection, record)) {
    if (twin->sop_instance_uid < record.report.sop_instance_uid) return Stored::series_known;
    remove_report(connection, twin->id);
  }
  const auto report = report_row(connection, record, origin);
  insert_below(connection, report, record);
  resolve_study(connection, study_row(connection, record.report.study_instance_uid));
  return Stored::stored;
}

}  // namespace harvester::database::dose

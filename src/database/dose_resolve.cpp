#include <algorithm>
#include <array>
#include <set>

#include "figures.hpp"
#include "harvester/core/dose_resolution.hpp"
#include "harvester/core/sop_classes.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/dose_repository.hpp"
#include "record_rows.hpp"
#include "statements.hpp"

namespace harvester::database::dose {
namespace {

// The tables of events: each has dose_report_id, position, event_key and counted.
constexpr std::array kEventTables{"ct_event", "xray_event", "nm_event"};

struct EventRow {
  const char* table;
  std::int64_t id;
};

// What stands in the database of one report: its key values and its events.
struct Known {
  std::int64_t id = 0;
  ReportForResolution facts;
  std::vector<EventRow> events;
};

void read_event_keys(Connection& connection, Known& report) {
  for (const auto* table : kEventTables) {
    const auto sql =
        std::string("SELECT id, event_key FROM ") + table + " WHERE dose_report_id = :report ORDER BY position";
    auto& statement = connection.prepare(sql.c_str());
    put(statement, ":report", report.id);
    while (statement.executeStep()) {
      report.events.push_back({table, integer(statement, 0)});
      report.facts.event_keys.push_back(text(statement, 1));
    }
    statement.reset();
  }
}

bool is_image(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::mg_image:
    case ObjectKind::dx_image:
    case ObjectKind::cr_image:
    case ObjectKind::px_image:
    case ObjectKind::enhanced_ct:
    case ObjectKind::enhanced_xa:
    case ObjectKind::toshiba_ct:
    case ObjectKind::pet_image:
    case ObjectKind::nm_image:
      return true;
    default:
      return false;
  }
}

std::vector<Known> reports_of(Connection& connection, std::int64_t study) {
  std::vector<Known> reports;
  auto& statement = connection.prepare(
      "SELECT r.id, r.sop_instance_uid, coalesce(r.content_date, ''), coalesce(r.content_time, ''), r.modality_type,"
      " r.object_kind, r.sop_class_uid, coalesce(e.device_serial_number, ''), coalesce(e.station_name, ''),"
      " coalesce(r.total_dlp, r.total_dap, r.total_rp_dose_a, r.total_rp_dose_b, r.total_agd_left, r.total_agd_right,"
      "   r.total_agd_both, (SELECT max(c.mean_ctdivol) FROM ct_event AS c WHERE c.dose_report_id = r.id)) IS NOT NULL,"
      " coalesce(r.start_of_examination, '')"
      " FROM dose_report AS r JOIN equipment AS e ON e.id = r.equipment_id"
      " WHERE r.study_id = :study ORDER BY r.sop_instance_uid");
  put(statement, ":study", study);
  while (statement.executeStep()) {
    Known known{integer(statement, 0),
                {text(statement, 1), text(statement, 2), text(statement, 3), text(statement, 4), {}},
                {}};
    const auto kind = object_kind_of(text(statement, 5)).value_or(ObjectKind::other);
    const bool capture = text(statement, 6) == sop_class::kSecondaryCapture;
    const bool dose_screen = capture && kind == ObjectKind::toshiba_ct;
    known.facts.image = is_image(kind) && !dose_screen;
    known.facts.stands_in = dose_screen || kind == ObjectKind::ct_dose_info;
    known.facts.pairs = !capture;
    known.facts.device = text(statement, 7);
    known.facts.station = text(statement, 8);
    known.facts.has_dose = integer(statement, 9) != 0;
    known.facts.examination = text(statement, 10);
    reports.push_back(std::move(known));
  }
  statement.reset();
  for (auto& report : reports) read_event_keys(connection, report);
  return reports;
}

std::string named(const MaybeCode& code) {
  return code ? lower(code->meaning.empty() ? code->value : code->meaning) : std::string();
}

// Breast and view of a mammogram; nothing that images and reports name alike of other exposures.
std::string breast_and_view(const XrayEvent& event, bool mammogram) {
  if (!mammogram || !event.laterality) return {};
  return named(event.laterality).substr(0, named(event.laterality).find(' '));
}

// The number of the acquisition that a scan's label may be (CID 10022).
std::string acquisition_number(const CtEvent& event) {
  const auto& type = event.irradiation_event_label_type;
  return type && type->value == "113608" ? event.irradiation_event_label.value_or("") : std::string();
}

EventFacts facts_of(const CtEvent& event) {
  return {
      event.irradiation_event_uid.value_or(""), event.date_time_started.value_or(""), acquisition_number(event), {}};
}

EventFacts facts_of(const XrayEvent& event, const ReportForResolution& report) {
  const auto& uid = report.image ? event.header_event_uid : event.irradiation_event_uid;
  return {
      uid.value_or(""), event.date_time_started.value_or(""), breast_and_view(event, report.modality_type == "MG"), {}};
}

void add_facts(Connection& connection, Known& report) {
  auto& facts = report.facts.facts;
  constexpr const char* kAll = "WHERE dose_report_id = ? ORDER BY position";
  for (const auto& event : rows::records<CtEvent>(connection, "ct_event", kAll, report.id))
    facts.push_back(facts_of(event));
  for (const auto& row : rows::select<XrayEvent>(connection, "xray_event", kAll, report.id)) {
    auto& fact = facts.emplace_back(facts_of(row.record, report.facts));
    for (const auto& image : rows::records<XrayImageReference>(connection, "xray_image_reference",
                                                               "WHERE xray_event_id = ? ORDER BY position", row.id))
      fact.images.push_back(image.sop_instance_uid.value_or(""));
  }
  for (const auto& event : rows::records<NmEvent>(connection, "nm_event", kAll, report.id))
    facts.push_back({event.radiopharmaceutical_administration_event_uid.value_or(""),
                     event.radiopharmaceutical_start_datetime.value_or(""),
                     named(event.radionuclide),
                     {}});
}

void write_resolution(Connection& connection, const Known& report, const ReportResolution& resolution) {
  auto& update = connection.prepare(
      "UPDATE dose_report SET superseded_by = :by, overlaps = :overlaps, beside_report = :beside WHERE id = :report");
  put(update, ":by", resolution.superseded_by);
  put(update, ":overlaps", resolution.overlaps);
  put(update, ":beside", resolution.beside_report);
  put(update, ":report", report.id);
  update.exec();
  for (std::size_t i = 0; i < report.events.size(); ++i) {
    const auto sql = std::string("UPDATE ") + report.events[i].table +
                     " SET counted = :counted WHERE id = :event AND counted <> :counted";
    auto& count = connection.prepare(sql.c_str());
    put(count, ":counted", static_cast<bool>(resolution.counted[i]));
    put(count, ":event", report.events[i].id);
    count.exec();
  }
}

ReportTotals totals_of(Connection& connection, const Known& report, const ReportResolution& resolution) {
  ReportTotals totals;
  totals.superseded = resolution.superseded_by.has_value();
  totals.overlaps = resolution.overlaps;
  if (totals.superseded) return totals;
  constexpr const char* kAll = "WHERE dose_report_id = ? ORDER BY position";
  constexpr const char* kCounted = "WHERE dose_report_id = ? AND counted = 1 ORDER BY position";
  totals.ct_accumulated = rows::records<CtAccumulated>(connection, "ct_accumulated", kAll, report.id);
  totals.ct_events = rows::records<CtEvent>(connection, "ct_event", kCounted, report.id);
  totals.xray_accumulated = rows::records<XrayAccumulated>(connection, "xray_accumulated", kAll, report.id);
  totals.xray_events = rows::records<XrayEvent>(connection, "xray_event", kCounted, report.id);
  totals.nm_events = rows::records<NmEvent>(connection, "nm_event", kCounted, report.id);
  return totals;
}

void write_study(Connection& connection, std::int64_t study, std::int64_t latest_report, const std::string& modality,
                 const DoseSummary& summary) {
  const auto names = rows::columns<DoseSummary>();
  auto sql = std::string("UPDATE study SET latest_report_id = ?, modality_type = ?");
  for (const auto& name : names) sql += ", " + name + " = ?";
  auto& statement = connection.prepare((sql + " WHERE id = ?").c_str());
  int index = 0;
  rows::bind_value(statement, index, rows::KeyValue(latest_report));
  rows::bind_value(statement, index, rows::KeyValue(modality));
  rows::bind_fields(statement, index, summary);
  rows::bind_value(statement, index, rows::KeyValue(study));
  statement.exec();
}

}  // namespace

void resolve_study(Connection& connection, std::int64_t study) {
  auto reports = reports_of(connection, study);
  if (reports.empty()) return;
  std::vector<ReportForResolution> facts;
  std::set<std::string> modalities;
  const bool has_images = std::any_of(reports.begin(), reports.end(), [](const auto& r) { return r.facts.image; });
  for (auto& report : reports) {
    if (has_images) add_facts(connection, report);
    facts.push_back(report.facts);
    if (!report.facts.modality_type.empty()) modalities.insert(report.facts.modality_type);
  }
  const auto resolution = resolve_reports(facts);
  std::vector<ReportTotals> totals;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    write_resolution(connection, reports[i], resolution.reports[i]);
    totals.push_back(totals_of(connection, reports[i], resolution.reports[i]));
  }
  write_study(connection, study, reports[resolution.latest].id, join({modalities.begin(), modalities.end()}, "\\"),
              summarise_study(totals));
  figures::renew_study(connection, study);
}

}  // namespace harvester::database::dose

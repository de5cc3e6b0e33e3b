#include <set>

#include "harvester/core/dose_resolution.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/dose_repository.hpp"
#include "record_rows.hpp"
#include "statements.hpp"

namespace harvester::database::dose {
namespace {

// What stands in the database of one report: its key values and its events.
struct Known {
  std::int64_t id = 0;
  ReportForResolution facts;
  std::vector<std::int64_t> event_ids;
};

void read_event_keys(Connection& connection, Known& report) {
  auto& statement =
      connection.prepare("SELECT id, event_key FROM ct_event WHERE dose_report_id = :report ORDER BY position");
  put(statement, ":report", report.id);
  while (statement.executeStep()) {
    report.event_ids.push_back(integer(statement, 0));
    report.facts.event_keys.push_back(text(statement, 1));
  }
  statement.reset();
}

std::vector<Known> reports_of(Connection& connection, std::int64_t study) {
  std::vector<Known> reports;
  auto& statement = connection.prepare(
      "SELECT id, sop_instance_uid, coalesce(content_date, ''), coalesce(content_time, ''), modality_type "
      "FROM dose_report WHERE study_id = :study ORDER BY sop_instance_uid");
  put(statement, ":study", study);
  while (statement.executeStep())
    reports.push_back({integer(statement, 0),
                       {text(statement, 1), text(statement, 2), text(statement, 3), text(statement, 4), {}},
                       {}});
  statement.reset();
  for (auto& report : reports) read_event_keys(connection, report);
  return reports;
}

void write_resolution(Connection& connection, const Known& report, const ReportResolution& resolution) {
  auto& update =
      connection.prepare("UPDATE dose_report SET superseded_by = :by, overlaps = :overlaps WHERE id = :report");
  put(update, ":by", resolution.superseded_by);
  put(update, ":overlaps", resolution.overlaps);
  put(update, ":report", report.id);
  update.exec();
  for (std::size_t i = 0; i < report.event_ids.size(); ++i) {
    auto& count =
        connection.prepare("UPDATE ct_event SET counted = :counted WHERE id = :event AND counted <> :counted");
    put(count, ":counted", static_cast<bool>(resolution.counted[i]));
    put(count, ":event", report.event_ids[i]);
    count.exec();
  }
}

CtReportTotals totals_of(Connection& connection, const Known& report, const ReportResolution& resolution) {
  CtReportTotals totals;
  totals.superseded = resolution.superseded_by.has_value();
  totals.overlaps = resolution.overlaps;
  if (totals.superseded || report.facts.modality_type != "CT") {
    totals.superseded = true;  // brings nothing to the totals of CT
    return totals;
  }
  totals.accumulated = rows::records<CtAccumulated>(connection, "ct_accumulated",
                                                    "WHERE dose_report_id = ? ORDER BY position", report.id);
  totals.events = rows::records<CtEvent>(connection, "ct_event",
                                         "WHERE dose_report_id = ? AND counted = 1 ORDER BY position", report.id);
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
  const auto reports = reports_of(connection, study);
  if (reports.empty()) return;
  std::vector<ReportForResolution> facts;
  std::set<std::string> modalities;
  for (const auto& report : reports) {
    facts.push_back(report.facts);
    modalities.insert(report.facts.modality_type);
  }
  const auto resolution = resolve_reports(facts);
  std::vector<CtReportTotals> totals;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    write_resolution(connection, reports[i], resolution.reports[i]);
    totals.push_back(totals_of(connection, reports[i], resolution.reports[i]));
  }
  write_study(connection, study, reports[resolution.latest].id, join({modalities.begin(), modalities.end()}, "\\"),
              summarise_study(totals));
}

}  // namespace harvester::database::dose

#include "harvester/database/story.hpp"

#include "statements.hpp"

namespace harvester::database::story {
namespace {

/// Row ids of candidate studies that `what` may mean, the newest first.
std::vector<std::int64_t> studies_of(Connection& connection, const std::string& what, int limit) {
  auto& select = connection.prepare(
      "SELECT id FROM candidate_study WHERE study_uid = :what"
      " UNION SELECT id FROM candidate_study WHERE accession_number = :what AND accession_number <> ''"
      " UNION SELECT candidate_study_id FROM candidate_series WHERE series_uid = :what"
      " UNION SELECT s.candidate_study_id FROM candidate_instance i JOIN candidate_series s"
      "  ON s.id = i.candidate_series_id WHERE i.sop_instance_uid = :what"
      " UNION SELECT s.candidate_study_id FROM expected_instance e JOIN retrieve_request r"
      "  ON r.id = e.retrieve_request_id JOIN candidate_series s ON s.id = r.candidate_series_id"
      "  WHERE e.sop_instance_uid = :what"
      " ORDER BY 1 DESC LIMIT :limit");
  put(select, ":what", what);
  put(select, ":limit", limit);
  std::vector<std::int64_t> ids;
  while (select.executeStep()) ids.push_back(integer(select, 0));
  return ids;
}

Finding finding_of(Connection& connection, std::int64_t study_row) {
  auto& select = connection.prepare(
      "SELECT h.id, n.name, h.state, h.created_at, st.study_uid, st.study_date, st.modalities, st.verdict, st.reason,"
      " st.message, coalesce(h.trimmed_at, '') FROM candidate_study st JOIN harvest h ON h.id = st.harvest_id JOIN "
      "node n ON n.id = h.node_id"
      " WHERE st.id = :id");
  put(select, ":id", study_row);
  select.executeStep();
  return {integer(select, 0), text(select, 1), text(select, 2), text(select, 3), study_row,       text(select, 4),
          text(select, 5),    text(select, 6), text(select, 7), text(select, 8), text(select, 9), {},
          text(select, 10)};
}

std::vector<Request> requests_of(Connection& connection, std::int64_t series) {
  auto& select = connection.prepare(
      "SELECT id, level, state, message, attempts, dimse_status, completed, failed FROM retrieve_request"
      " WHERE candidate_series_id = :series ORDER BY id");
  put(select, ":series", series);
  std::vector<Request> requests;
  while (select.executeStep())
    requests.push_back({integer(select, 0), text(select, 1), text(select, 2), text(select, 3), integer(select, 4),
                        optional_int(select, 5), optional_int(select, 6), optional_int(select, 7)});
  return requests;
}

std::optional<std::int64_t> optional_id(SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  if (value.isNull()) return std::nullopt;
  return value.getInt64();
}

std::vector<Instance> instances_of(Connection& connection, std::int64_t series) {
  auto& select = connection.prepare(
      "SELECT i.sop_instance_uid, i.sop_class_uid, i.verdict, i.reason, coalesce(e.state, ''), coalesce(e.reason, ''),"
      " e.object_id FROM candidate_instance i JOIN candidate_series s ON s.id = i.candidate_series_id"
      " JOIN candidate_study st ON st.id = s.candidate_study_id"
      " LEFT JOIN expected_instance e ON e.harvest_id = st.harvest_id AND e.sop_instance_uid = i.sop_instance_uid"
      " WHERE i.candidate_series_id = :series"
      " UNION ALL SELECT e.sop_instance_uid, '', '', '', e.state, e.reason, e.object_id FROM expected_instance e"
      " JOIN retrieve_request r ON r.id = e.retrieve_request_id WHERE r.candidate_series_id = :series"
      " AND NOT EXISTS (SELECT 1 FROM candidate_instance i WHERE i.candidate_series_id = :series"
      "  AND i.sop_instance_uid = e.sop_instance_uid)");
  put(select, ":series", series);
  std::vector<Instance> instances;
  while (select.executeStep())
    instances.push_back({text(select, 0), text(select, 1), text(select, 2), text(select, 3), text(select, 4),
                         text(select, 5), optional_id(select, 6)});
  return instances;
}

void add_series(Connection& connection, Finding& finding) {
  auto& select = connection.prepare(
      "SELECT id, series_uid, modality, series_description, verdict, reason FROM candidate_series"
      " WHERE candidate_study_id = :study ORDER BY id");
  put(select, ":study", finding.study_row);
  std::vector<std::int64_t> ids;
  while (select.executeStep()) {
    ids.push_back(integer(select, 0));
    finding.series.push_back(
        {text(select, 1), text(select, 2), text(select, 3), text(select, 4), text(select, 5), {}, {}});
  }
  for (std::size_t n = 0; n < ids.size(); ++n) {
    finding.series[n].requests = requests_of(connection, ids[n]);
    finding.series[n].instances = instances_of(connection, ids[n]);
  }
}

Object object_of(SQLite::Statement& row) {
  Object object;
  object.id = integer(row, 0);
  object.study = text(row, 1);
  object.series = text(row, 2);
  object.instance = text(row, 3);
  object.sop_class = text(row, 4);
  object.way_in = text(row, 5);
  object.calling_ae = text(row, 6);
  object.peer_address = text(row, 7);
  object.received_at = text(row, 8);
  object.size_bytes = integer(row, 9);
  object.state = text(row, 10);
  object.reason = text(row, 11);
  object.message = text(row, 12);
  object.kind = text(row, 13);
  object.attempts = integer(row, 14);
  object.file_kept = integer(row, 15) != 0;
  object.has_dose = integer(row, 16) != 0;
  object.superseded_by = optional_text(row, 17);
  return object;
}

std::vector<Object> objects_of(Connection& connection, const std::string& what, int limit) {
  auto& select = connection.prepare(
      "WITH meant AS ("
      " SELECT id FROM received_object WHERE sop_instance_uid = :what"
      " UNION SELECT id FROM received_object WHERE study_uid = :what"
      " UNION SELECT o.id FROM candidate_series s JOIN candidate_study st ON st.id = s.candidate_study_id"
      "  JOIN received_object o ON o.study_uid = st.study_uid AND o.series_uid = s.series_uid"
      "  WHERE s.series_uid = :what"
      " UNION SELECT o.id FROM dose_report r JOIN received_object o ON o.id = r.object_id"
      "  WHERE r.series_instance_uid = :what"
      " UNION SELECT o.id FROM patient_study p JOIN dose_report r ON r.id = p.dose_report_id"
      "  JOIN received_object o ON o.id = r.object_id WHERE p.accession_number = :what"
      " UNION SELECT o.id FROM candidate_study st JOIN received_object o ON o.study_uid = st.study_uid"
      "  WHERE st.accession_number = :what AND st.accession_number <> '')"
      "SELECT o.id, o.study_uid, o.series_uid, o.sop_instance_uid, o.sop_class_uid, o.way_in, o.calling_ae,"
      " o.peer_address, o.received_at, o.size_bytes, o.state, o.reason, o.message, o.object_kind, o.attempts,"
      " o.spool_path IS NOT NULL, r.id IS NOT NULL, r.superseded_by"
      " FROM meant JOIN received_object o ON o.id = meant.id LEFT JOIN dose_report r ON r.object_id = o.id"
      " ORDER BY o.id LIMIT :limit");
  put(select, ":what", what);
  put(select, ":limit", limit);
  std::vector<Object> objects;
  while (select.executeStep()) objects.push_back(object_of(select));
  return objects;
}

}  // namespace

Story tell(Connection& connection, const std::string& what, int limit) {
  Story story;
  for (const auto row : studies_of(connection, what, limit)) {
    story.findings.push_back(finding_of(connection, row));
    add_series(connection, story.findings.back());
  }
  story.objects = objects_of(connection, what, limit);
  return story;
}

}  // namespace harvester::database::story

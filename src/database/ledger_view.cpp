#include "harvester/database/ledger_view.hpp"

#include "statements.hpp"

namespace harvester::database::ledger_view {

std::optional<HarvestId> latest_harvest(Connection& connection, const std::string& node) {
  auto& select = connection.prepare(
      "SELECT h.id FROM harvest h JOIN node n ON n.id = h.node_id WHERE n.name = :node ORDER BY h.id DESC LIMIT 1");
  put(select, ":node", node);
  if (!select.executeStep()) return std::nullopt;
  return HarvestId{integer(select, 0)};
}

/// The + keeps the index out that would have every batch sort all studies of the harvest.
std::vector<Candidate> candidates(Connection& connection, HarvestId harvest, CandidateStudyId after, int limit) {
  auto& select = connection.prepare(
      "SELECT st.id, st.study_uid, st.study_date, st.study_time, st.modalities, st.study_description, st.verdict,"
      " st.reason, st.message,"
      " (SELECT count(*) FROM candidate_series s WHERE s.candidate_study_id = st.id AND s.verdict = 'retrieve'),"
      " (SELECT count(*) FROM candidate_series s JOIN candidate_instance i ON i.candidate_series_id = s.id"
      "  WHERE s.candidate_study_id = st.id AND i.verdict = 'retrieve')"
      " FROM candidate_study st WHERE +st.harvest_id = :harvest AND st.id > :after ORDER BY st.id LIMIT :limit");
  put(select, ":harvest", harvest);
  put(select, ":after", after);
  put(select, ":limit", limit);
  std::vector<Candidate> all;
  while (select.executeStep())
    all.push_back({{integer(select, 0)},
                   StudyUid(text(select, 1)),
                   text(select, 2),
                   text(select, 3),
                   text(select, 4),
                   text(select, 5),
                   text(select, 6),
                   text(select, 7),
                   text(select, 8),
                   integer(select, 9),
                   integer(select, 10)});
  return all;
}

std::vector<OpenRequest> open_requests(Connection& connection, HarvestId harvest, int limit) {
  auto& select = connection.prepare(
      "SELECT r.id, s.candidate_study_id, r.state, r.message, r.dimse_status, r.attempts,"
      " (SELECT count(*) FROM expected_instance e WHERE e.retrieve_request_id = r.id"
      "  AND e.state IN ('expected', 'missing'))"
      " FROM retrieve_request r JOIN candidate_series s ON s.id = r.candidate_series_id"
      " WHERE r.harvest_id = :harvest AND r.state <> 'done' ORDER BY r.id LIMIT :limit");
  put(select, ":harvest", harvest);
  put(select, ":limit", limit);
  std::vector<OpenRequest> requests;
  while (select.executeStep())
    requests.push_back({{integer(select, 0)},
                        {integer(select, 1)},
                        text(select, 2),
                        text(select, 3),
                        optional_int(select, 4),
                        integer(select, 5),
                        integer(select, 6)});
  return requests;
}

void for_each_request(Connection& connection, HarvestId harvest,
                      const std::function<void(const LoggedRequest&)>& visit) {
  auto& select = connection.prepare(
      "SELECT r.id, s.candidate_study_id, coalesce(r.sent_at, ''), coalesce(r.ended_at, ''), r.level, r.state,"
      " r.message, r.attempts, r.dimse_status, r.remaining, r.completed, r.failed, r.warning,"
      " (SELECT count(*) FROM expected_instance e WHERE e.retrieve_request_id = r.id),"
      " (SELECT count(*) FROM expected_instance e WHERE e.retrieve_request_id = r.id"
      "  AND e.state NOT IN ('expected', 'missing'))"
      " FROM retrieve_request r JOIN candidate_series s ON s.id = r.candidate_series_id"
      " WHERE r.harvest_id = :harvest ORDER BY r.id");
  put(select, ":harvest", harvest);
  while (select.executeStep())
    visit({{integer(select, 0)},
           {integer(select, 1)},
           text(select, 2),
           text(select, 3),
           text(select, 4),
           text(select, 5),
           text(select, 6),
           integer(select, 7),
           optional_int(select, 8),
           {optional_int(select, 9), optional_int(select, 10), optional_int(select, 11), optional_int(select, 12)},
           integer(select, 13),
           integer(select, 14)});
}

std::vector<CandidateStudyId> lost_studies(Connection& connection, HarvestId harvest) {
  auto& select = connection.prepare(
      "SELECT max(st.id) FROM harvest this"
      " JOIN harvest h ON h.node_id = this.node_id AND h.id < this.id"
      " JOIN candidate_study st ON st.harvest_id = h.id"
      " WHERE this.id = :harvest"
      " AND st.study_date BETWEEN (SELECT min(date_from) FROM query_window WHERE harvest_id = :harvest)"
      "  AND (SELECT max(date_until) FROM query_window WHERE harvest_id = :harvest)"
      " AND NOT EXISTS (SELECT 1 FROM candidate_study now WHERE now.harvest_id = :harvest"
      "  AND now.study_uid = st.study_uid)"
      " AND EXISTS (SELECT 1 FROM received_object o WHERE o.study_uid = st.study_uid AND o.way_in = 'harvest'"
      "  AND o.reason <> 'node_test')"
      " GROUP BY st.study_uid ORDER BY 1");
  put(select, ":harvest", harvest);
  std::vector<CandidateStudyId> lost;
  while (select.executeStep()) lost.push_back({integer(select, 0)});
  return lost;
}

std::vector<DayCount> count_by_day(Connection& connection, HarvestId harvest) {
  auto& select = connection.prepare(
      "SELECT st.study_date, st.modalities, count(*), sum(st.verdict IN ('undecided', 'failed')),"
      " sum((SELECT count(*) FROM candidate_series s JOIN retrieve_request r ON r.candidate_series_id = s.id"
      "  JOIN expected_instance e ON e.retrieve_request_id = r.id"
      "  WHERE s.candidate_study_id = st.id AND e.state IN ('expected', 'missing', 'failed') AND NOT EXISTS"
      "   (SELECT 1 FROM received_object o WHERE o.sop_instance_uid = e.sop_instance_uid AND o.state <> 'failed'"
      "    AND o.reason <> 'node_test'))),"
      " sum((SELECT count(*) FROM candidate_series s JOIN retrieve_request r ON r.candidate_series_id = s.id"
      "  JOIN expected_instance e ON e.retrieve_request_id = r.id"
      "  WHERE s.candidate_study_id = st.id AND e.state IN ('received', 'imported', 'ignored')))"
      " FROM candidate_study st WHERE st.harvest_id = :harvest GROUP BY st.study_date, st.modalities"
      " UNION ALL SELECT study_date, modalities, studies, 0, 0, instances FROM harvest_day WHERE harvest_id = "
      ":harvest");
  put(select, ":harvest", harvest);
  std::vector<DayCount> days;
  while (select.executeStep())
    days.push_back({text(select, 0), text(select, 1), integer(select, 2), integer(select, 3), integer(select, 4),
                    integer(select, 5)});
  return days;
}

std::vector<FailedObject> failed_objects(Connection& connection, HarvestId harvest, int limit) {
  auto& select = connection.prepare(
      "SELECT o.id, e.reason, o.message FROM expected_instance e JOIN received_object o ON o.id = e.object_id"
      " WHERE e.harvest_id = :harvest AND e.state = 'failed' ORDER BY o.id LIMIT :limit");
  put(select, ":harvest", harvest);
  put(select, ":limit", limit);
  std::vector<FailedObject> objects;
  while (select.executeStep()) objects.push_back({{integer(select, 0)}, text(select, 1), text(select, 2)});
  return objects;
}

}  // namespace harvester::database::ledger_view

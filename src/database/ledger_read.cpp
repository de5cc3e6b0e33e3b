#include <fmt/format.h>

#include "harvester/core/text.hpp"
#include "harvester/database/ledger.hpp"
#include "statements.hpp"

namespace harvester::database::ledger {
namespace {

constexpr const char* kHarvestColumns =
    "SELECT h.id, n.name, h.request, h.state, h.owner, h.message, h.created_at, h.ended_at, h.stopped_by,"
    " h.continued"
    " FROM harvest h JOIN node n ON n.id = h.node_id ";

HarvestRow harvest_row(SQLite::Statement& row) {
  HarvestRow harvest;
  harvest.id = {integer(row, 0)};
  harvest.node = text(row, 1);
  harvest.request = text(row, 2);
  harvest.state = harvest_state(text(row, 3)).value_or(HarvestState::failed);
  harvest.owner = integer(row, 4);
  harvest.message = text(row, 5);
  harvest.created_at = text(row, 6);
  harvest.ended_at = text(row, 7);
  harvest.stopped_by = stopped_by(text(row, 8)).value_or(StoppedBy::nobody);
  harvest.continued = static_cast<int>(integer(row, 9));
  return harvest;
}

}  // namespace

std::optional<HarvestRow> find_harvest(Connection& connection, HarvestId id) {
  auto& select = connection.prepare((std::string(kHarvestColumns) + "WHERE h.id = :id").c_str());
  put(select, ":id", id);
  if (!select.executeStep()) return std::nullopt;
  return harvest_row(select);
}

std::vector<HarvestRow> list_harvests(Connection& connection, int limit) {
  auto& select = connection.prepare((std::string(kHarvestColumns) + "ORDER BY h.id DESC LIMIT :limit").c_str());
  put(select, ":limit", limit);
  std::vector<HarvestRow> rows;
  while (select.executeStep()) rows.push_back(harvest_row(select));
  return rows;
}

std::optional<HarvestId> unfinished_harvest(Connection& connection, NodeId node, const std::string& request_key) {
  auto& select = connection.prepare(
      "SELECT h.id FROM harvest h WHERE h.node_id = :node AND h.request_key = :key AND (h.state = 'interrupted'"
      " OR h.state = 'incomplete' AND (EXISTS (SELECT 1 FROM query_window w WHERE w.harvest_id = h.id AND w.state = "
      "'pending')"
      " OR EXISTS (SELECT 1 FROM candidate_study s WHERE s.harvest_id = h.id AND s.verdict = 'undecided')))"
      " ORDER BY h.id DESC LIMIT 1");
  put(select, ":node", node);
  put(select, ":key", request_key);
  if (!select.executeStep()) return std::nullopt;
  return HarvestId{integer(select, 0)};
}

std::vector<HarvestRow> interrupted_harvests(Connection& connection) {
  auto& select =
      connection.prepare((std::string(kHarvestColumns) + "WHERE h.state = 'interrupted' ORDER BY h.id").c_str());
  std::vector<HarvestRow> rows;
  while (select.executeStep()) rows.push_back(harvest_row(select));
  return rows;
}

std::optional<Instant> last_data(Connection& connection, const std::string& node) {
  auto& select = connection.prepare(
      "SELECT coalesce((SELECT h.created_at FROM harvest AS h WHERE h.node_id = n.id AND EXISTS ("
      "SELECT 1 FROM expected_instance AS e WHERE e.harvest_id = h.id AND e.state IN ('received', 'imported', "
      "'ignored') UNION ALL SELECT 1 FROM harvest_day AS d WHERE d.harvest_id = h.id AND d.instances > 0)"
      " ORDER BY h.id DESC LIMIT 1), (SELECT min(h.created_at) FROM harvest AS h WHERE h.node_id = n.id))"
      " FROM node AS n WHERE n.name = :node");
  put(select, ":node", node);
  if (!select.executeStep()) return std::nullopt;
  const auto at = optional_text(select, 0);
  select.reset();
  return at ? parse_utc(*at) : std::nullopt;
}

std::optional<HarvestId> complete_harvest(Connection& connection, const std::string& node,
                                          const std::string& request_key) {
  auto& select = connection.prepare(
      "SELECT h.id FROM harvest h JOIN node n ON n.id = h.node_id WHERE n.name = :node AND h.request_key = :key"
      " AND h.state = 'complete' ORDER BY h.id DESC LIMIT 1");
  put(select, ":node", node);
  put(select, ":key", request_key);
  if (!select.executeStep()) return std::nullopt;
  return HarvestId{integer(select, 0)};
}

namespace {

StoredStudy stored_study(SQLite::Statement& row) {
  StoredStudy stored;
  stored.id = {integer(row, 0)};
  stored.study.uid = StudyUid(text(row, 1));
  stored.study.date = text(row, 2);
  stored.study.time = text(row, 3);
  stored.study.accession_number = text(row, 4);
  stored.study.description = text(row, 5);
  stored.study.station_name = text(row, 6);
  const auto modalities = text(row, 7);
  if (!modalities.empty()) stored.study.modalities = split(modalities, '\\');
  stored.attempts = static_cast<int>(integer(row, 8));
  stored.study.institution_name = text(row, 9);
  const auto classes = text(row, 10);
  if (!classes.empty())
    for (auto& uid : split(classes, '\\')) stored.study.sop_classes.emplace_back(std::move(uid));
  stored.study.patient_id = optional_text(row, 11).value_or("");
  return stored;
}

}  // namespace

std::vector<StoredStudy> undecided_studies(Connection& connection, HarvestId harvest, CandidateStudyId after,
                                           int limit) {
  auto& select = connection.prepare(
      "SELECT id, study_uid, study_date, study_time, accession_number, study_description, station_name, modalities, "
      "attempts, institution_name, sop_classes, patient_key"
      " FROM candidate_study WHERE harvest_id = :harvest AND verdict = 'undecided' AND id > :after ORDER BY id LIMIT "
      ":limit");
  put(select, ":harvest", harvest);
  put(select, ":after", after);
  put(select, ":limit", limit);
  std::vector<StoredStudy> studies;
  while (select.executeStep()) studies.push_back(stored_study(select));
  return studies;
}

bool knows_study(Connection& connection, const StudyUid& study) {
  auto& select = connection.prepare(
      "SELECT EXISTS (SELECT 1 FROM received_object WHERE study_uid = :uid AND state <> 'failed'"
      " AND reason <> 'node_test')");
  put(select, ":uid", study);
  select.executeStep();
  return integer(select, 0) != 0;
}

HeldInstances held_instances(Connection& connection, const std::vector<SopInstanceUid>& instances) {
  HeldInstances known;
  for (const auto& uid : instances) {
    auto& select = connection.prepare(
        "SELECT coalesce(max(state <> 'failed' AND reason <> 'node_test'), 0), coalesce(max(reason = 'dropped'"
        " OR (spool_path IS NOT NULL AND reason IN"
        " ('empty_report', 'missing_uid', 'too_deep', 'too_large', 'killed_worker'))), 0)"
        " FROM received_object WHERE sop_instance_uid = :uid");
    put(select, ":uid", uid);
    select.executeStep();
    if (integer(select, 0) != 0)
      known.held.insert(uid);
    else if (integer(select, 1) != 0)
      known.set_aside.insert(uid);
  }
  return known;
}

std::map<SeriesUid, std::int64_t> held_by_series(Connection& connection, const StudyUid& study) {
  auto& select = connection.prepare(
      "SELECT series_uid, count(DISTINCT sop_instance_uid) FROM received_object WHERE study_uid = :study"
      " AND state <> 'failed' AND reason <> 'node_test' GROUP BY series_uid");
  put(select, ":study", study);
  std::map<SeriesUid, std::int64_t> held;
  while (select.executeStep()) held[SeriesUid(text(select, 0))] = integer(select, 1);
  return held;
}

namespace {

constexpr const char* kRequestColumns =
    "SELECT r.id, st.study_uid, s.series_uid, r.level, r.contents_known, r.attempts,"
    " (SELECT count(*) FROM expected_instance e WHERE e.retrieve_request_id = r.id), s.instance_count, st.patient_key,"
    " r.parked, s.availability"
    " FROM retrieve_request r JOIN candidate_series s ON s.id = r.candidate_series_id"
    " JOIN candidate_study st ON st.id = s.candidate_study_id ";

MoveLevel move_level(const std::string& name) {
  if (name == "study") return MoveLevel::study;
  return name == "image" ? MoveLevel::image : MoveLevel::series;
}

StoredRequest stored_request(SQLite::Statement& row) {
  StoredRequest stored;
  stored.id = {integer(row, 0)};
  stored.study = StudyUid(text(row, 1));
  stored.series = SeriesUid(text(row, 2));
  stored.level = move_level(text(row, 3));
  stored.contents_known = integer(row, 4) != 0;
  stored.attempts = static_cast<int>(integer(row, 5));
  stored.expected = static_cast<std::size_t>(integer(row, 6));
  stored.announced = optional_int(row, 7);
  stored.patient_id = optional_text(row, 8).value_or("");
  stored.parked = integer(row, 9) != 0;
  stored.availability = text(row, 10);
  return stored;
}

void fill_wanted(Connection& connection, StoredRequest& stored) {
  auto& select = connection.prepare(
      "SELECT sop_instance_uid FROM expected_instance WHERE retrieve_request_id = :id AND state IN ('expected', "
      "'missing') ORDER BY id");
  put(select, ":id", stored.id);
  while (select.executeStep()) stored.wanted.emplace_back(text(select, 0));
}

void fill_classes(Connection& connection, StoredRequest& stored) {
  auto& select = connection.prepare(
      "SELECT DISTINCT i.sop_class_uid FROM expected_instance e JOIN retrieve_request r ON r.id = e.retrieve_request_id"
      " JOIN candidate_instance i ON i.candidate_series_id = r.candidate_series_id AND i.sop_instance_uid ="
      " e.sop_instance_uid WHERE r.id = :id AND e.state IN ('expected', 'missing') AND i.sop_class_uid <> ''"
      " ORDER BY 1");
  put(select, ":id", stored.id);
  while (select.executeStep()) stored.sop_classes.emplace_back(text(select, 0));
}

std::vector<StoredRequest> with_wanted(Connection& connection, SQLite::Statement& select) {
  std::vector<StoredRequest> requests;
  while (select.executeStep()) requests.push_back(stored_request(select));
  for (auto& stored : requests) {
    fill_wanted(connection, stored);
    fill_classes(connection, stored);
  }
  return requests;
}

}  // namespace

std::vector<StoredRequest> pending_requests(Connection& connection, HarvestId harvest, RetrieveRequestId after,
                                            int limit, Parked parked) {
  static const std::string sql =
      std::string(kRequestColumns) +
      "WHERE r.harvest_id = :harvest AND r.state = 'pending' AND r.id > :after AND r.parked BETWEEN :least AND :most"
      " ORDER BY r.id LIMIT :limit";
  auto& select = connection.prepare(sql.c_str());
  put(select, ":harvest", harvest);
  put(select, ":after", after);
  put(select, ":least", parked == Parked::yes);
  put(select, ":most", parked != Parked::no);
  put(select, ":limit", limit);
  return with_wanted(connection, select);
}

std::optional<StoredRequest> request(Connection& connection, RetrieveRequestId id) {
  static const std::string sql = std::string(kRequestColumns) + "WHERE r.id = :id";
  auto& select = connection.prepare(sql.c_str());
  put(select, ":id", id);
  auto found = with_wanted(connection, select);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

namespace {

std::int64_t count_for(Connection& connection, const char* sql, std::int64_t id) {
  auto& select = connection.prepare(sql);
  put(select, ":id", id);
  select.executeStep();
  return integer(select, 0);
}

}  // namespace

std::int64_t open_instances(Connection& connection, RetrieveRequestId id) {
  return count_for(connection,
                   "SELECT count(*) FROM expected_instance WHERE retrieve_request_id = :id AND state = 'expected'",
                   id.value);
}

std::int64_t waiting_for_import(Connection& connection, HarvestId harvest) {
  return count_for(connection, "SELECT count(*) FROM expected_instance WHERE harvest_id = :id AND state = 'received'",
                   harvest.value);
}

namespace {

std::string with_reason(const std::string& verdict, const std::string& reason) {
  return reason.empty() ? verdict : verdict + "(" + reason + ")";
}

std::map<std::string, std::int64_t> counts_by_verdict(Connection& connection, const char* sql, HarvestId id) {
  auto& select = connection.prepare(sql);
  put(select, ":id", id);
  std::map<std::string, std::int64_t> counts;
  while (select.executeStep()) counts[with_reason(text(select, 0), text(select, 1))] = integer(select, 2);
  return counts;
}

/// What stands in the rows, and what stood in those that retention let go.
std::map<std::string, std::int64_t> counts_of(Connection& connection, const std::string& counted, const char* what,
                                              HarvestId id) {
  const auto sql = fmt::format(
      "SELECT verdict, reason, sum(n) FROM ({} UNION ALL SELECT verdict, reason, count FROM harvest_count"
      " WHERE harvest_id = :id AND what = '{}') GROUP BY verdict, reason",
      counted, what);
  return counts_by_verdict(connection, sql.c_str(), id);
}

void count_expected(Connection& connection, HarvestId id, HarvestSummary& summary) {
  auto& select = connection.prepare(
      "SELECT state, reason, sum(n) FROM (SELECT state, reason, count(*) AS n FROM expected_instance"
      " WHERE harvest_id = :id GROUP BY state, reason UNION ALL SELECT verdict, reason, count FROM harvest_count"
      " WHERE harvest_id = :id AND what = 'instance') GROUP BY state, reason");
  put(select, ":id", id);
  while (select.executeStep()) {
    const auto state = text(select, 0);
    const auto count = integer(select, 2);
    if (state == "expected")
      summary.open += count;
    else if (state == "missing")
      summary.missing += count;
    else if (state == "failed")
      summary.failed += count;
    else
      summary.fetched += count;
    summary.fetched_by_outcome[with_reason(state, text(select, 1))] += count;
  }
}

/// Wanted instances that were not asked for, since they came before.
void count_known_before(Connection& connection, HarvestId id, HarvestSummary& summary) {
  auto& select = connection.prepare(
      "SELECT coalesce(sum((reason = 'already_held') * n), 0), coalesce(sum((reason = 'set_aside') * n), 0) FROM ("
      "SELECT i.reason AS reason, 1 AS n"
      " FROM candidate_instance i JOIN candidate_series s ON s.id = i.candidate_series_id"
      " JOIN candidate_study st ON st.id = s.candidate_study_id WHERE st.harvest_id = :id"
      " UNION ALL SELECT reason, count FROM harvest_count WHERE harvest_id = :id AND what = 'listed')");
  put(select, ":id", id);
  select.executeStep();
  summary.held = integer(select, 0);
  summary.failed = integer(select, 1);
}

}  // namespace

HarvestSummary summary(Connection& connection, HarvestId id) {
  HarvestSummary summary;
  summary.studies_by_verdict = counts_of(connection,
                                         "SELECT verdict, reason, count(*) AS n FROM candidate_study"
                                         " WHERE harvest_id = :id GROUP BY verdict, reason",
                                         "study", id);
  summary.series_by_verdict =
      counts_of(connection,
                "SELECT s.verdict AS verdict, s.reason AS reason, count(*) AS n FROM candidate_series s"
                " JOIN candidate_study st ON st.id = s.candidate_study_id WHERE st.harvest_id = :id"
                " GROUP BY s.verdict, s.reason",
                "series", id);
  for (const auto& [verdict, count] : summary.studies_by_verdict) summary.studies += count;
  summary.studies_failed = count_for(
      connection, "SELECT count(*) FROM candidate_study WHERE harvest_id = :id AND verdict = 'failed'", id.value);
  summary.studies_undecided = count_for(
      connection, "SELECT count(*) FROM candidate_study WHERE harvest_id = :id AND verdict = 'undecided'", id.value);
  summary.windows_not_verified =
      count_for(connection,
                "SELECT count(*) FROM query_window WHERE harvest_id = :id AND state IN ('pending', 'capped', 'failed')",
                id.value);
  summary.not_found = count_for(
      connection, "SELECT count(*) FROM query_window WHERE harvest_id = :id AND state = 'not_found'", id.value);
  count_known_before(connection, id, summary);
  count_expected(connection, id, summary);
  // Of a series that the node does not list, nobody knows what is to come until its request has ended.
  summary.open += count_for(connection,
                            "SELECT count(*) FROM retrieve_request r WHERE r.harvest_id = :id AND r.state = 'pending'"
                            " AND r.contents_known = 0",
                            id.value);
  summary.missing +=
      count_for(connection,
                "SELECT count(*) FROM retrieve_request r WHERE r.harvest_id = :id AND r.state = 'failed' AND NOT EXISTS"
                " (SELECT 1 FROM expected_instance e WHERE e.retrieve_request_id = r.id AND e.state = 'missing')",
                id.value);
  return summary;
}

}  // namespace harvester::database::ledger

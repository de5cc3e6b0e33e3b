#include "harvester/database/lists.hpp"

#include <fmt/format.h>

#include "value_rows.hpp"

namespace harvester::database::lists {
namespace {

/// A part of a list by its id, which is the first column; `select` ends before WHERE. One row more is read than is
/// given, to tell whether there are any.
Page page_of(Connection& connection, const std::string& select, const std::string& id, Conditions conditions,
             const Part& part, bool newest_first) {
  if (part.after) conditions.bind(fmt::format("{} {} :after", id, newest_first ? "<" : ">"), ":after", *part.after);
  conditions.bind("1", ":limit", std::int64_t{part.limit} + 1);
  const auto sql = fmt::format("{} WHERE {} ORDER BY {} {} LIMIT :limit", select, conditions.text(), id,
                               newest_first ? "DESC" : "ASC");
  auto& statement = connection.prepare(sql.c_str());
  conditions.bind_to(statement);
  Page page;
  page.rows = rows_of(statement);
  if (page.rows.size() <= static_cast<std::size_t>(part.limit)) return page;
  page.rows.pop_back();
  page.next = std::get<std::int64_t>(page.rows.back().front().second);
  return page;
}

}  // namespace

const flat::Value& value_of(const Row& row, std::string_view name) {
  static const flat::Value kNull;
  for (const auto& [key, value] : row)
    if (key == name) return value;
  return kNull;
}

Page harvests(Connection& connection, const HarvestFilter& filter, const Part& part) {
  Conditions conditions;
  if (!filter.node.empty())
    conditions.bind("h.node_id = (SELECT id FROM node WHERE name = :node)", ":node", filter.node);
  std::string states;
  static constexpr const char* kNames[] = {":state0", ":state1", ":state2", ":state3", ":state4", ":state5"};
  for (std::size_t n = 0; n < filter.states.size() && n < std::size(kNames); ++n) {
    states += fmt::format("{}{}", n == 0 ? "" : ", ", kNames[n]);
    conditions.bind("1", kNames[n], filter.states[n]);
  }
  if (!states.empty()) conditions.add(fmt::format("h.state IN ({})", states));
  if (filter.query)
    conditions.bind("coalesce(json_extract(h.request, '$.dry_run'), 0) = :query", ":query",
                    std::int64_t{*filter.query ? 1 : 0});
  if (!filter.from.empty()) conditions.bind("h.created_at >= :from", ":from", filter.from);
  if (!filter.until.empty()) conditions.bind("substr(h.created_at, 1, 10) <= :until", ":until", filter.until);
  return page_of(connection, "SELECT h.id AS id FROM harvest AS h", "h.id", conditions, part, true);
}

Page inbox(Connection& connection, const InboxFilter& filter, const Part& part) {
  Conditions conditions;
  conditions.equal("o.state", ":state", filter.state);
  if (!filter.reason.empty()) conditions.add("o.reason <> ''");  // the index knows no others
  conditions.equal("o.reason", ":reason", filter.reason);
  conditions.equal("o.object_kind", ":kind", filter.kind);
  conditions.equal("o.way_in", ":way_in", filter.way_in);
  return page_of(connection,
                 "SELECT o.id AS id, o.received_at, o.ended_at, o.way_in, o.calling_ae, o.called_ae, o.peer_address,"
                 " o.modality, o.object_kind, o.sop_class_uid, o.size_bytes, o.state, o.reason, o.message, o.attempts,"
                 " (SELECT r.study_id FROM dose_report AS r WHERE r.object_id = o.id) AS study"
                 " FROM received_object AS o",
                 "o.id", conditions, part, true);
}

Row waiting(Connection& connection) {
  auto& statement = connection.prepare(
      "SELECT count(*) AS waiting, (SELECT received_at FROM received_object WHERE id ="
      " (SELECT min(id) FROM received_object WHERE state IN ('received', 'claimed'))) AS oldest_received_at"
      " FROM received_object WHERE state IN ('received', 'claimed')");
  return rows_of(statement).front();
}

std::vector<Row> inbox_counts(Connection& connection) {
  return rows_of(
      connection.prepare("SELECT object_kind AS kind, state, count(*) AS objects FROM received_object"
                         " GROUP BY object_kind, state ORDER BY 1, 2"));
}

Page quarantine(Connection& connection, const std::string& reason, const Part& part) {
  Conditions conditions;
  conditions.add("o.state = 'failed' AND o.spool_path IS NOT NULL");
  conditions.equal("o.reason", ":reason", reason);
  return page_of(connection,
                 "SELECT o.id AS id, o.reason, o.message, o.object_kind, o.way_in, o.size_bytes, o.attempts,"
                 " o.received_at, o.ended_at AS failed_at FROM received_object AS o",
                 "o.id", conditions, part, true);
}

std::vector<Row> quarantine_reasons(Connection& connection) {
  return rows_of(
      connection.prepare("SELECT reason, count(*) AS objects FROM received_object"
                         " WHERE state = 'failed' AND spool_path IS NOT NULL GROUP BY reason ORDER BY 2 DESC, 1"));
}

Page associations(Connection& connection, const std::string& store, const std::string& outcome, const Part& part) {
  Conditions conditions;
  conditions.equal("a.store", ":store", store);
  conditions.equal("a.outcome", ":outcome", outcome);
  return page_of(connection,
                 "SELECT a.id AS id, a.store, a.calling_ae, a.called_ae, a.peer_address, a.started_at, a.ended_at,"
                 " a.outcome, a.objects FROM association AS a",
                 "a.id", conditions, part, true);
}

Page jobs(Connection& connection, const std::string& kind, const std::string& state, const Part& part) {
  Conditions conditions;
  conditions.equal("j.kind", ":kind", kind);
  conditions.equal("j.state", ":state", state);
  return page_of(connection,
                 "SELECT j.id AS id, j.kind, j.arguments, j.state, j.exit_code, j.message, j.created_at, j.ended_at"
                 " FROM job AS j",
                 "j.id", conditions, part, true);
}

Page audit(Connection& connection, const std::string& kind, const std::string& subject, const Part& part) {
  Conditions conditions;
  conditions.equal("a.kind", ":kind", kind);
  conditions.equal("a.subject", ":subject", subject);
  return page_of(connection, "SELECT a.id AS id, a.at, a.kind, a.subject, a.detail FROM audit_event AS a", "a.id",
                 conditions, part, true);
}

// ── what a harvest found ────────────────────────────────────────────────────────────────────────────────────────────

namespace {

/// Counts of expected instances beneath rows of candidate_series that `which` tells.
std::string expected_counts(const std::string& which) {
  const auto count = [&](const char* name, const char* states) {
    return fmt::format(
        "(SELECT count(*) FROM candidate_series AS cs JOIN retrieve_request AS q ON q.candidate_series_id = cs.id"
        " JOIN expected_instance AS e ON e.retrieve_request_id = q.id WHERE {} AND e.state IN ({})) AS {}",
        which, states, name);
  };
  return count("expected", "'expected', 'received', 'imported', 'ignored', 'failed', 'missing'") + ", " +
         count("arrived", "'received', 'imported', 'ignored', 'failed'") + ", " + count("imported", "'imported'") +
         ", " + count("missing", "'missing'") + ", " + count("failed", "'failed'");
}

std::string candidate_select() {
  return "SELECT st.id AS study, st.study_uid AS study_instance_uid, st.study_date AS date, st.study_time AS time,"
         " st.modalities, st.study_description AS description, st.verdict, st.reason, st.message,"
         " (SELECT count(*) FROM candidate_series AS s WHERE s.candidate_study_id = st.id AND s.verdict = 'retrieve')"
         " AS series_to_fetch,"
         " (SELECT count(*) FROM candidate_series AS s JOIN candidate_instance AS i ON i.candidate_series_id = s.id"
         "  WHERE s.candidate_study_id = st.id AND i.verdict = 'retrieve') AS instances_to_fetch, " +
         expected_counts("cs.candidate_study_id = st.id");
}

}  // namespace

Page candidates(Connection& connection, HarvestId harvest, const CandidateFilter& filter, const Part& part) {
  Conditions conditions;
  conditions.bind("+st.harvest_id = :harvest", ":harvest", harvest.value);
  if (!part.after)  // the rows of a harvest lie close together: begin with the first
    conditions.bind("st.id >= (SELECT min(id) FROM candidate_study WHERE harvest_id = :harvest)", ":harvest",
                    harvest.value);
  conditions.bind("st.id <= (SELECT max(id) FROM candidate_study WHERE harvest_id = :harvest)", ":harvest",
                  harvest.value);
  conditions.equal("st.verdict", ":verdict", filter.verdict);
  conditions.equal("st.reason", ":reason", filter.reason);
  if (!filter.modality.empty())
    conditions.bind("instr('\\' || st.modalities || '\\', '\\' || :modality || '\\') > 0", ":modality",
                    filter.modality);
  return page_of(connection, candidate_select() + " FROM candidate_study AS st", "st.id", conditions, part, false);
}

std::optional<Row> candidate(Connection& connection, CandidateStudyId study) {
  const auto sql = candidate_select() + ", st.harvest_id AS harvest FROM candidate_study AS st WHERE st.id = :id";
  auto& statement = connection.prepare(sql.c_str());
  put(statement, ":id", study);
  auto rows = rows_of(statement);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<Row> candidate_series(Connection& connection, CandidateStudyId study) {
  const auto sql =
      "SELECT s.id AS series, s.series_uid AS series_instance_uid, s.modality, s.series_description AS description,"
      " s.series_number AS number, s.instance_count, s.availability, s.station_name, s.verdict, s.reason,"
      " (SELECT count(*) FROM candidate_instance AS i WHERE i.candidate_series_id = s.id) AS instances_listed, " +
      expected_counts("cs.id = s.id") + " FROM candidate_series AS s WHERE s.candidate_study_id = :study ORDER BY s.id";
  auto& statement = connection.prepare(sql.c_str());
  put(statement, ":study", study);
  return rows_of(statement);
}

std::vector<Row> requests(Connection& connection, CandidateSeriesId series) {
  auto& statement = connection.prepare(
      "SELECT id AS request, level, state, attempts, dimse_status, completed, failed, warning, message, sent_at,"
      " ended_at FROM retrieve_request WHERE candidate_series_id = :series ORDER BY id");
  put(statement, ":series", series);
  return rows_of(statement);
}

/// Two lists after one another: what the node listed by its id, then what came unlisted, by its id counted from 2^62
/// on.
Page instances(Connection& connection, CandidateSeriesId series, const Part& part) {
  Conditions conditions;
  conditions.bind("1", ":series", series.value);
  constexpr const char* kAll =
      "SELECT * FROM ("
      "SELECT i.id AS id, i.sop_instance_uid, i.sop_class_uid, i.instance_number AS number, i.verdict, i.reason,"
      " e.state AS expected_state, e.reason AS expected_reason,"
      " coalesce(e.object_id, (SELECT max(o.id) FROM received_object AS o"
      "   WHERE o.sop_instance_uid = i.sop_instance_uid)) AS object"
      " FROM candidate_instance AS i JOIN candidate_series AS s ON s.id = i.candidate_series_id"
      " JOIN candidate_study AS st ON st.id = s.candidate_study_id"
      " LEFT JOIN expected_instance AS e ON e.harvest_id = st.harvest_id AND e.sop_instance_uid = i.sop_instance_uid"
      " WHERE i.candidate_series_id = :series"
      " UNION ALL "
      "SELECT 4611686018427387904 + e.id, e.sop_instance_uid, coalesce(o.sop_class_uid, ''), NULL, 'retrieve', '',"
      " e.state, e.reason, e.object_id"
      " FROM retrieve_request AS q JOIN expected_instance AS e ON e.retrieve_request_id = q.id"
      " LEFT JOIN received_object AS o ON o.id = e.object_id"
      " WHERE q.candidate_series_id = :series AND NOT EXISTS (SELECT 1 FROM candidate_instance AS i"
      "  WHERE i.candidate_series_id = :series AND i.sop_instance_uid = e.sop_instance_uid)) AS both";
  const auto with_object = fmt::format(
      "SELECT b.*, (SELECT o.state FROM received_object AS o WHERE o.id = b.object) AS object_state,"
      " (SELECT o.reason FROM received_object AS o WHERE o.id = b.object) AS object_reason,"
      " (SELECT r.study_id FROM dose_report AS r WHERE r.sop_instance_uid = b.sop_instance_uid) AS study FROM ({}) AS "
      "b",
      kAll);
  return page_of(connection, with_object, "b.id", conditions, part, false);
}

std::optional<HarvestId> harvest_of(Connection& connection, CandidateSeriesId series) {
  auto& statement = connection.prepare(
      "SELECT st.harvest_id FROM candidate_series AS s JOIN candidate_study AS st ON st.id = s.candidate_study_id"
      " WHERE s.id = :series");
  put(statement, ":series", series);
  if (!statement.executeStep()) return std::nullopt;
  return HarvestId{integer(statement, 0)};
}

std::vector<StudyUid> study_uids(Connection& connection, HarvestId harvest,
                                 const std::vector<CandidateStudyId>& studies) {
  auto& statement =
      connection.prepare("SELECT study_uid FROM candidate_study WHERE id = :study AND harvest_id = :harvest");
  std::vector<StudyUid> uids;
  for (const auto study : studies) {
    statement.reset();
    put(statement, ":study", study);
    put(statement, ":harvest", harvest);
    if (statement.executeStep()) uids.emplace_back(text(statement, 0));
  }
  return uids;
}

}  // namespace harvester::database::lists

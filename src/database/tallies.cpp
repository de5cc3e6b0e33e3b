#include "harvester/database/tallies.hpp"

#include "statements.hpp"

namespace harvester::database::tallies {

std::vector<StudyTally> studies_of(Connection& connection, HarvestId harvest) {
  auto& statement = connection.prepare(
      "SELECT modalities, verdict, count(*) FROM candidate_study WHERE harvest_id = :harvest GROUP BY 1, 2");
  put(statement, ":harvest", harvest);
  std::vector<StudyTally> tallies;
  while (statement.executeStep()) tallies.push_back({text(statement, 0), text(statement, 1), integer(statement, 2)});
  statement.reset();
  return tallies;
}

namespace {

std::int64_t number(Connection& connection, const char* sql) {
  auto& statement = connection.prepare(sql);
  const auto value = statement.executeStep() ? integer(statement, 0) : 0;
  statement.reset();
  return value;
}

}  // namespace

std::int64_t newest_object(Connection& connection) {
  return number(connection, "SELECT coalesce(max(id), 0) FROM received_object");
}

std::int64_t newest_attempt(Connection& connection) {
  return number(connection, "SELECT coalesce(max(id), 0) FROM import_attempt");
}

Received received_after(Connection& connection, std::int64_t object) {
  Received received;
  received.newest = newest_object(connection);
  auto& statement = connection.prepare(
      "SELECT sop_class_uid, count(*) FROM received_object WHERE id > :after AND id <= :newest GROUP BY 1");
  put(statement, ":after", object);
  put(statement, ":newest", received.newest);
  while (statement.executeStep()) received.by_sop_class[text(statement, 0)] = integer(statement, 1);
  statement.reset();
  return received;
}

Attempts attempts_after(Connection& connection, std::int64_t attempt, const std::string& long_ago) {
  Attempts attempts;
  attempts.newest = attempt;
  auto& statement = connection.prepare(
      "SELECT a.id, a.outcome, (SELECT o.reason FROM received_object AS o WHERE o.id = a.object_id AND"
      "  a.outcome = 'failed') FROM import_attempt AS a WHERE a.id > :after AND a.id < coalesce("
      "  (SELECT min(id) FROM import_attempt WHERE id > :after AND ended_at IS NULL AND started_at > :long_ago),"
      "  9223372036854775807) ORDER BY a.id");
  put(statement, ":after", attempt);
  put(statement, ":long_ago", long_ago);
  while (statement.executeStep()) {
    attempts.newest = integer(statement, 0);
    const auto outcome = text(statement, 1), reason = text(statement, 2);
    if (outcome == "failed") ++attempts.failed_by_reason[reason];
    if (outcome == "worker_died") ++attempts.failed_by_reason["worker_died"];
  }
  statement.reset();
  return attempts;
}

std::map<std::string, std::string> last_success(Connection& connection) {
  auto& statement = connection.prepare(
      "SELECT n.name, max(h.ended_at) FROM harvest AS h JOIN node AS n ON n.id = h.node_id"
      " WHERE h.state = 'complete' AND coalesce(json_extract(h.request, '$.dry_run'), 0) = 0 GROUP BY n.id");
  std::map<std::string, std::string> times;
  while (statement.executeStep()) times[text(statement, 0)] = text(statement, 1);
  statement.reset();
  return times;
}

}  // namespace harvester::database::tallies

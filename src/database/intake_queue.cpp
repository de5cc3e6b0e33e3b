#include "harvester/database/intake_queue.hpp"

#include "harvester/database/doomed_files.hpp"
#include "statements.hpp"

namespace harvester::database::intake_queue {

bool is_current(Connection& connection, std::int64_t generation) {
  auto& select = connection.prepare("SELECT max(id) FROM process_owner");
  return select.executeStep() && integer(select, 0) == generation;
}

// The index of open objects serves a statement only if its own condition stands there word for word: without it each
// claim would read the whole inbox.
#define HARVESTER_OPEN "state IN ('received', 'claimed')"

namespace {

void set_poison_aside(Connection& connection, Instant now) {
  auto& update = connection.prepare(
      "UPDATE received_object SET state = 'failed', reason = 'killed_worker', ended_at = :now,"
      " message = 'importing it ended the importing process; the file is kept'"
      " WHERE " HARVESTER_OPEN " AND state = 'received' AND (worker_deaths >= 2 OR attempts >= 10) RETURNING id");
  put(update, ":now", utc_text(now));
  std::vector<ObjectId> ids;
  while (update.executeStep()) ids.push_back({integer(update, 0)});
  for (const auto id : ids) {
    auto& credit = connection.prepare(
        "UPDATE expected_instance SET state = 'failed', reason = 'killed_worker' WHERE object_id = :id");
    put(credit, ":id", id);
    credit.exec();
  }
}

std::vector<Claimed> next_objects(Connection& connection, int most) {
  auto& select = connection.prepare(
      "SELECT id, way_in, coalesce(spool_path, ''), attempts FROM received_object"
      " WHERE " HARVESTER_OPEN " AND state = 'received' ORDER BY id LIMIT :most");
  put(select, ":most", most);
  std::vector<Claimed> objects;
  while (select.executeStep()) {
    const bool suspect = integer(select, 3) > 0;
    if (suspect && !objects.empty()) break;
    objects.push_back({{integer(select, 0)}, text(select, 1), text(select, 2), {}});
    if (suspect) break;
  }
  return objects;
}

std::vector<std::string> nodes_that_expect(Connection& connection, ObjectId id) {
  auto& select = connection.prepare(
      "SELECT DISTINCT n.name FROM expected_instance AS e JOIN harvest AS h ON h.id = e.harvest_id"
      " JOIN node AS n ON n.id = h.node_id WHERE e.object_id = :id");
  put(select, ":id", id);
  std::vector<std::string> nodes;
  while (select.executeStep()) nodes.push_back(text(select, 0));
  return nodes;
}

void record_claim(Connection& connection, ObjectId id, WorkerToken worker, Instant now, std::chrono::seconds lease) {
  auto& update = connection.prepare(
      "UPDATE received_object SET state = 'claimed', attempts = attempts + 1, claimed_by = :worker, lease_until = "
      ":lease WHERE id = :id");
  put(update, ":worker", worker.value());
  put(update, ":lease", utc_text(now + lease));
  put(update, ":id", id);
  update.exec();
  auto& attempt =
      connection.prepare("INSERT INTO import_attempt (object_id, owner, started_at) VALUES (:id, :worker, :now)");
  put(attempt, ":id", id);
  put(attempt, ":worker", worker.value());
  put(attempt, ":now", utc_text(now));
  attempt.exec();
}

void end_attempt(Connection& connection, ObjectId id, const std::string& outcome, Instant now) {
  auto& update = connection.prepare(
      "UPDATE import_attempt SET ended_at = :now, outcome = :outcome WHERE object_id = :id AND ended_at IS NULL");
  put(update, ":now", utc_text(now));
  put(update, ":outcome", outcome);
  put(update, ":id", id);
  update.exec();
}

}  // namespace

std::vector<Claimed> claim(Connection& connection, WorkerToken worker, int most, Instant now,
                           std::chrono::seconds lease) {
  set_poison_aside(connection, now);
  auto objects = next_objects(connection, most);
  for (auto& object : objects) {
    record_claim(connection, object.id, worker, now, lease);
    object.nodes = nodes_that_expect(connection, object.id);
  }
  return objects;
}

void end(Connection& connection, const Ended& ended, Instant now) {
  auto& update = connection.prepare(
      "UPDATE received_object SET state = :state, reason = :reason, message = :message, object_kind = :kind, ended_at "
      "= :now,"
      " claimed_by = NULL, lease_until = NULL WHERE id = :id");
  put(update, ":state", ended.state);
  put(update, ":reason", ended.reason);
  put(update, ":message", ended.message);
  put(update, ":kind", ended.object_kind);
  put(update, ":now", utc_text(now));
  put(update, ":id", ended.id);
  update.exec();
  auto& credit =
      connection.prepare("UPDATE expected_instance SET state = :state, reason = :reason WHERE object_id = :id");
  put(credit, ":state", ended.state);
  put(credit, ":reason", ended.reason);
  put(credit, ":id", ended.id);
  credit.exec();
  if (ended.file_deleted) doomed_files::doom(connection, ended.id);
  end_attempt(connection, ended.id, ended.state, now);
}

int give_back(Connection& connection, WorkerToken worker, bool died, Instant now) {
  auto& select = connection.prepare("SELECT id FROM received_object WHERE " HARVESTER_OPEN
                                    " AND state = 'claimed' AND claimed_by = :worker");
  put(select, ":worker", worker.value());
  std::vector<ObjectId> ids;
  while (select.executeStep()) ids.push_back({integer(select, 0)});
  for (const auto id : ids) {
    auto& update = connection.prepare(
        "UPDATE received_object SET state = 'received', claimed_by = NULL, lease_until = NULL,"
        " worker_deaths = worker_deaths + :deaths WHERE id = :id");
    put(update, ":deaths", died ? 1 : 0);
    put(update, ":id", id);
    update.exec();
    end_attempt(connection, id, died ? "worker_died" : "given_back", now);
  }
  return static_cast<int>(ids.size());
}

int give_back_of_earlier_owners(Connection& connection, std::int64_t generation) {
  auto& update = connection.prepare(
      "UPDATE received_object SET state = 'received', claimed_by = NULL, lease_until = NULL"
      " WHERE " HARVESTER_OPEN " AND state = 'claimed' AND claimed_by / 1000000 < :generation");
  put(update, ":generation", generation);
  return update.exec();
}

std::int64_t open_objects(Connection& connection) {
  auto& select = connection.prepare("SELECT count(*) FROM received_object WHERE " HARVESTER_OPEN);
  select.executeStep();
  return integer(select, 0);
}

#undef HARVESTER_OPEN

}  // namespace harvester::database::intake_queue

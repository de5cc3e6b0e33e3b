#include "harvester/database/quarantine.hpp"

#include "harvester/database/doomed_files.hpp"
#include "statements.hpp"

namespace harvester::database::quarantine {
namespace {

Item item_of(SQLite::Statement& row) {
  Item item;
  item.id = {integer(row, 0)};
  item.reason = text(row, 1);
  item.message = text(row, 2);
  item.object_kind = text(row, 3);
  item.way_in = text(row, 4);
  item.size_bytes = integer(row, 5);
  item.attempts = integer(row, 6);
  item.received_at = text(row, 7);
  item.ended_at = text(row, 8);
  return item;
}

std::vector<Attempt> attempts_of(Connection& connection, ObjectId id) {
  auto& select = connection.prepare(
      "SELECT started_at, coalesce(ended_at, ''), coalesce(outcome, '') FROM import_attempt WHERE object_id = :id"
      " ORDER BY id");
  put(select, ":id", id);
  std::vector<Attempt> attempts;
  while (select.executeStep()) attempts.push_back({text(select, 0), text(select, 1), text(select, 2)});
  return attempts;
}

bool holds(Connection& connection, ObjectId id) {
  auto& select = connection.prepare(
      "SELECT 1 FROM received_object WHERE id = :id AND state = 'failed' AND spool_path IS NOT NULL");
  put(select, ":id", id);
  const bool found = select.executeStep();
  select.reset();
  return found;
}

std::vector<ObjectId> all_ids(Connection& connection) {
  auto& select = connection.prepare(
      "SELECT id FROM received_object WHERE state = 'failed' AND spool_path IS NOT NULL ORDER BY id");
  std::vector<ObjectId> ids;
  while (select.executeStep()) ids.push_back({integer(select, 0)});
  return ids;
}

Done chosen(Connection& connection, const Choice& choice) {
  if (choice.all) return {all_ids(connection), {}};
  Done done;
  for (const auto id : choice.ids) (holds(connection, id) ? done.ids : done.unknown).push_back(id);
  return done;
}

/// The harvests that an object is credited to are told of its new state.
void credit(Connection& connection, ObjectId id, const char* state, const char* reason) {
  auto& update =
      connection.prepare("UPDATE expected_instance SET state = :state, reason = :reason WHERE object_id = :id");
  put(update, ":state", state);
  put(update, ":reason", reason);
  put(update, ":id", id);
  update.exec();
}

}  // namespace

std::vector<Item> list(Connection& connection, int limit) {
  auto& select = connection.prepare(
      "SELECT id, reason, message, object_kind, way_in, size_bytes, attempts, received_at, coalesce(ended_at, '')"
      " FROM received_object WHERE state = 'failed' AND spool_path IS NOT NULL ORDER BY id DESC LIMIT :limit");
  put(select, ":limit", limit);
  std::vector<Item> items;
  while (select.executeStep()) items.push_back(item_of(select));
  return items;
}

std::int64_t count(Connection& connection) {
  auto& select =
      connection.prepare("SELECT count(*) FROM received_object WHERE state = 'failed' AND spool_path IS NOT NULL");
  select.executeStep();
  return integer(select, 0);
}

std::optional<Detail> find(Connection& connection, ObjectId id) {
  auto& select = connection.prepare(
      "SELECT id, reason, message, object_kind, way_in, size_bytes, attempts, received_at, coalesce(ended_at, ''),"
      " sop_class_uid, sop_instance_uid, study_uid, series_uid, modality, transfer_syntax_uid, calling_ae, called_ae,"
      " peer_address, sha256, spool_path FROM received_object"
      " WHERE id = :id AND state = 'failed' AND spool_path IS NOT NULL");
  put(select, ":id", id);
  if (!select.executeStep()) return std::nullopt;
  Detail detail;
  detail.item = item_of(select);
  int column = 9;
  for (auto* field : {&detail.sop_class_uid, &detail.sop_instance_uid, &detail.study_uid, &detail.series_uid,
                      &detail.modality, &detail.transfer_syntax_uid, &detail.calling_ae, &detail.called_ae,
                      &detail.peer_address, &detail.sha256, &detail.spool_path})
    *field = text(select, column++);
  select.reset();
  detail.attempts = attempts_of(connection, id);
  return detail;
}

/// What is left of the counters keeps it alone in its batch, and one death away from being set aside (intake_queue).
Done retry(Connection& connection, const Choice& choice) {
  auto done = chosen(connection, choice);
  if (!done.unknown.empty()) return {{}, std::move(done.unknown)};
  for (const auto id : done.ids) {
    auto& update = connection.prepare(
        "UPDATE received_object SET state = 'received', reason = '', message = '', ended_at = NULL,"
        " attempts = min(attempts, 5), worker_deaths = min(worker_deaths, 1) WHERE id = :id");
    put(update, ":id", id);
    update.exec();
    credit(connection, id, "received", "");
  }
  return done;
}

Done drop(Connection& connection, const Choice& choice, Instant now) {
  auto done = chosen(connection, choice);
  if (!done.unknown.empty()) return {{}, std::move(done.unknown)};
  for (const auto id : done.ids) {
    auto& update = connection.prepare(
        "UPDATE received_object SET message = 'dropped from quarantine; it had failed: ' || reason, reason = 'dropped',"
        " ended_at = :now WHERE id = :id");
    put(update, ":now", utc_text(now));
    put(update, ":id", id);
    update.exec();
    credit(connection, id, "failed", "dropped");
    doomed_files::doom(connection, id);
  }
  return done;
}

}  // namespace harvester::database::quarantine

#include "harvester/database/schedules.hpp"

#include "harvester/database/ledger.hpp"
#include "statements.hpp"

namespace harvester::database::schedules {
namespace {

void put_time(SQLite::Statement& statement, const char* name, const std::optional<Instant>& instant) {
  put(statement, name, instant ? std::optional(utc_text(*instant)) : std::nullopt);
}

std::optional<Instant> time(SQLite::Statement& statement, int column) {
  const auto text = optional_text(statement, column);
  return text ? parse_utc(*text) : std::nullopt;
}

void put_key(SQLite::Statement& statement, const Key& key) {
  put(statement, ":node", key.node);
  put(statement, ":name", key.name);
}

}  // namespace

std::optional<ScheduleState> find(Connection& connection, const Key& key) {
  auto& select = connection.prepare(
      "SELECT since, last_due, watermark, swept_at, paused FROM schedule_state"
      " WHERE node_id = (SELECT id FROM node WHERE name = :node) AND name = :name");
  put_key(select, key);
  if (!select.executeStep()) return std::nullopt;
  const ScheduleState state{time(select, 0).value_or(Instant{}), time(select, 1), time(select, 2), time(select, 3),
                            integer(select, 4) != 0};
  select.reset();
  return state;
}

ScheduleState open(Connection& connection, const Key& key, Instant now) {
  auto& insert = connection.prepare(
      "INSERT INTO schedule_state (node_id, name, since) VALUES (:node, :name, :now)"
      " ON CONFLICT (node_id, name) DO NOTHING");
  put(insert, ":node", ledger::node(connection, key.node));
  put(insert, ":name", key.name);
  put(insert, ":now", utc_text(now));
  insert.exec();
  return find(connection, key).value_or(ScheduleState{now});
}

void record_run(Connection& connection, const Key& key, const Run& run) {
  auto& update = connection.prepare(
      "UPDATE schedule_state SET last_due = coalesce(:due, last_due), swept_at = coalesce(:swept, swept_at),"
      " harvest_id = coalesce(:harvest, harvest_id), owed_until = coalesce(:until, owed_until),"
      " watermark = coalesce(watermark, :owed)"
      " WHERE node_id = (SELECT id FROM node WHERE name = :node) AND name = :name");
  put_key(update, key);
  put_time(update, ":due", run.due);
  put_time(update, ":swept", run.swept);
  put(update, ":harvest", run.harvest);
  put_time(update, ":until", run.until);
  put_time(update, ":owed", run.owed);
  update.exec();
}

void set_paused(Connection& connection, const Key& key, bool paused, Instant now) {
  open(connection, key, now);
  auto& update = connection.prepare(
      "UPDATE schedule_state SET paused = :paused, since = CASE WHEN paused > :paused THEN :now ELSE since END"
      " WHERE node_id = (SELECT id FROM node WHERE name = :node) AND name = :name");
  put_key(update, key);
  put(update, ":paused", paused);
  put(update, ":now", utc_text(now));
  update.exec();
}

void settle_watermarks(Connection& connection) {
  auto& update = connection.prepare(
      "UPDATE schedule_state SET watermark = max(coalesce(watermark, owed_until), owed_until), harvest_id = NULL,"
      " owed_until = NULL WHERE harvest_id IN (SELECT h.id FROM harvest AS h"
      " WHERE h.state IN ('complete', 'incomplete') AND NOT EXISTS (SELECT 1 FROM query_window AS w"
      " WHERE w.harvest_id = h.id AND w.state IN ('pending', 'capped', 'failed')))");
  update.exec();
}

}  // namespace harvester::database::schedules

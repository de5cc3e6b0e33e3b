#include "harvester/database/inbox.hpp"

#include <fmt/format.h>

#include "statements.hpp"

namespace harvester::database::inbox {

AssociationId begin_association(Connection& connection, const NewAssociation& association) {
  auto& insert = connection.prepare(
      "INSERT INTO association (store, calling_ae, called_ae, peer_address, started_at)"
      " VALUES (:store, :calling, :called, :peer, :now)");
  put(insert, ":store", association.store);
  put(insert, ":calling", association.calling_ae);
  put(insert, ":called", association.called_ae);
  put(insert, ":peer", association.peer_address);
  put(insert, ":now", utc_text(association.now));
  insert.exec();
  return {connection.last_row_id()};
}

void end_association(Connection& connection, AssociationId id, const std::string& outcome, std::int64_t objects,
                     Instant now) {
  auto& update = connection.prepare(
      "UPDATE association SET ended_at = :now, outcome = :outcome, objects = :objects WHERE id = :id");
  put(update, ":now", utc_text(now));
  put(update, ":outcome", outcome);
  put(update, ":objects", objects);
  put(update, ":id", id);
  update.exec();
}

void record_outgoing_association(Connection& connection, const OutgoingAssociation& association) {
  auto& insert = connection.prepare(
      "INSERT INTO association (direction, store, calling_ae, called_ae, peer_address, started_at, ended_at, outcome,"
      " queries, retrievals) VALUES ('out', :node, :calling, :called, :host, :started, :ended, :outcome, :queries,"
      " :retrievals)");
  put(insert, ":node", association.node);
  put(insert, ":calling", association.calling_ae);
  put(insert, ":called", association.called_ae);
  put(insert, ":host", association.host);
  put(insert, ":started", utc_text(association.started));
  put(insert, ":ended", utc_text(association.ended));
  put(insert, ":outcome", association.outcome);
  put(insert, ":queries", std::int64_t{association.queries});
  put(insert, ":retrievals", std::int64_t{association.retrievals});
  insert.exec();
}

int end_open_associations(Connection& connection, Instant now) {
  auto& update = connection.prepare("UPDATE association SET ended_at = :now, outcome = 'cut' WHERE ended_at IS NULL");
  put(update, ":now", utc_text(now));
  return update.exec();
}

int delete_associations_without_objects(Connection& connection, Instant ended_before, int most) {
  auto& remove = connection.prepare(
      "DELETE FROM association WHERE id IN (SELECT id FROM association AS old WHERE objects = 0 AND ended_at < :before"
      " AND NOT EXISTS (SELECT 1 FROM received_object WHERE association_id = old.id) ORDER BY ended_at LIMIT :most)");
  put(remove, ":before", utc_text(ended_before));
  put(remove, ":most", std::int64_t{most});
  return remove.exec();
}

namespace {

/// An earlier row of the same instance that did not fail, and that was more than a test.
struct Earlier {
  ObjectId id;
  std::string sha256;
  std::string state;
  std::string reason;
};

/// The row with the same bytes if there is one, else the one that counts: the first.
std::optional<Earlier> find_earlier(Connection& connection, const NewObject& object) {
  if (object.instance.empty()) return std::nullopt;
  auto& select = connection.prepare(
      "SELECT id, sha256, state, reason FROM received_object WHERE sop_instance_uid = :uid AND state <> 'failed'"
      " AND reason NOT IN ('duplicate', 'node_test') ORDER BY sha256 <> :sha256, id LIMIT 1");
  put(select, ":uid", object.instance);
  put(select, ":sha256", object.sha256);
  if (!select.executeStep()) return std::nullopt;
  Earlier earlier{{integer(select, 0)}, text(select, 1), text(select, 2), text(select, 3)};
  select.reset();
  return earlier;
}

/// Whether a harvest waits for the instance, or would be glad of it.
bool is_awaited(Connection& connection, const SopInstanceUid& instance) {
  auto& select = connection.prepare(
      "SELECT EXISTS (SELECT 1 FROM expected_instance WHERE sop_instance_uid = :uid"
      " AND state IN ('expected', 'missing'))");
  put(select, ":uid", instance);
  select.executeStep();
  return integer(select, 0) != 0;
}

/// How a new row begins.
struct Beginning {
  IntakeReason reason = IntakeReason::none;
  std::string message;
};

Beginning beginning_of(const NewObject& object, const std::optional<Earlier>& earlier) {
  if (object.failed != IntakeReason::none) return {object.failed, object.message};
  if (!earlier) return {};
  if (earlier->sha256 == object.sha256)
    return {IntakeReason::duplicate, fmt::format("the same bytes as inbox#{}", earlier->id.value)};
  return {IntakeReason::duplicate_changed, fmt::format("other bytes than inbox#{}: sha256 {} there, {} here",
                                                       earlier->id.value, earlier->sha256, object.sha256)};
}

void bind_origin(SQLite::Statement& insert, const NewObject& object) {
  if (object.association)
    put(insert, ":association", *object.association);
  else
    insert.bind(":association");
  put(insert, ":way_in", object.way_in);
  put(insert, ":calling", object.calling_ae);
  put(insert, ":called", object.called_ae);
  put(insert, ":peer", object.peer_address);
  put(insert, ":originator", object.move_originator_ae);
  put(insert, ":originator_id", object.move_originator_id);
}

void bind_content(SQLite::Statement& insert, const NewObject& object) {
  put(insert, ":sop_class", object.sop_class);
  put(insert, ":instance", object.instance);
  put(insert, ":study", object.study);
  put(insert, ":series", object.series);
  put(insert, ":modality", object.modality);
  put(insert, ":syntax", object.transfer_syntax);
  put(insert, ":size", object.size_bytes);
  put(insert, ":sha256", object.sha256);
}

void bind_state(SQLite::Statement& insert, const NewObject& object, const Beginning& beginning) {
  const bool open = beginning.reason == IntakeReason::none;
  const auto now = utc_text(object.now);
  if (beginning.reason == IntakeReason::duplicate)
    insert.bind(":path");
  else
    put(insert, ":path", object.spool_path);
  put(insert, ":state", std::string(open ? "received" : to_string(state_of(beginning.reason))));
  put(insert, ":reason", std::string(open ? "" : to_string(beginning.reason)));
  put(insert, ":message", beginning.message);
  put(insert, ":received_at", now);
  put(insert, ":ended_at", open ? std::nullopt : std::optional(now));
}

ObjectId add_row(Connection& connection, const NewObject& object, const Beginning& beginning) {
  auto& insert = connection.prepare(
      "INSERT INTO received_object (association_id, way_in, sop_class_uid, sop_instance_uid, study_uid, series_uid,"
      " modality, transfer_syntax_uid, calling_ae, called_ae, peer_address, move_originator_ae, move_originator_id,"
      " size_bytes, sha256, spool_path, state, reason, message, received_at, ended_at)"
      " VALUES (:association, :way_in, :sop_class, :instance, :study, :series, :modality, :syntax, :calling, :called,"
      " :peer, :originator, :originator_id, :size, :sha256, :path, :state, :reason, :message, :received_at, "
      ":ended_at)");
  bind_origin(insert, object);
  bind_content(insert, object);
  bind_state(insert, object, beginning);
  insert.exec();
  return {connection.last_row_id()};
}

/// What the harvests that wait for an instance are told: the row that stands for it, and how far that is.
struct Credit {
  ObjectId object;
  std::string state;
  std::string reason;
};

Credit credit_for(ObjectId id, const Beginning& beginning, const std::optional<Earlier>& earlier) {
  if (beginning.reason == IntakeReason::none) return {id, "received", ""};
  if (beginning.reason != IntakeReason::duplicate)
    return {id, std::string(to_string(state_of(beginning.reason))), std::string(to_string(beginning.reason))};
  const bool open = earlier->state == "received" || earlier->state == "claimed";
  return {earlier->id, open ? "received" : earlier->state, earlier->reason};
}

void credit_expected(Connection& connection, const SopInstanceUid& instance, const Credit& credit) {
  auto& update = connection.prepare(
      "UPDATE expected_instance SET state = :state, reason = :reason, object_id = :object"
      " WHERE sop_instance_uid = :uid AND state IN ('expected', 'missing')");
  put(update, ":state", credit.state);
  put(update, ":reason", credit.reason);
  put(update, ":object", credit.object);
  put(update, ":uid", instance);
  update.exec();
}

}  // namespace

Inserted insert(Connection& connection, const NewObject& object) {
  if (object.node_test && object.failed == IntakeReason::none && !is_awaited(connection, object.instance))
    return {add_row(connection, object, {IntakeReason::node_test, "a test of the node asked for it"}),
            IntakeState::ignored, IntakeReason::node_test};
  const auto earlier = find_earlier(connection, object);
  const auto beginning = beginning_of(object, earlier);
  const auto id = add_row(connection, object, beginning);
  if (!object.instance.empty()) credit_expected(connection, object.instance, credit_for(id, beginning, earlier));
  return {id, state_of(beginning.reason), beginning.reason};
}

std::vector<ObjectState> states_of(Connection& connection, const std::vector<ObjectId>& ids) {
  std::vector<ObjectState> states;
  for (const auto id : ids) {
    auto& select = connection.prepare("SELECT state, reason, message FROM received_object WHERE id = :id");
    put(select, ":id", id);
    if (select.executeStep()) states.push_back({id, text(select, 0), text(select, 1), text(select, 2)});
  }
  return states;
}

std::vector<std::string> spool_paths_since(Connection& connection, Instant since) {
  auto& select = connection.prepare("SELECT spool_path, received_at FROM received_object ORDER BY id DESC");
  const auto first = utc_text(since);
  std::vector<std::string> paths;
  while (select.executeStep() && text(select, 1) >= first)
    if (auto path = optional_text(select, 0)) paths.push_back(std::move(*path));
  select.reset();
  return paths;
}

bool has_spool_path(Connection& connection, const std::string& path) {
  auto& select = connection.prepare("SELECT 1 FROM received_object WHERE spool_path = :path LIMIT 1");
  put(select, ":path", path);
  return select.executeStep();
}

void for_each_file(Connection& connection, const std::function<void(ObjectId, const std::string&)>& visit) {
  auto& select = connection.prepare("SELECT id, spool_path FROM received_object WHERE spool_path IS NOT NULL");
  while (select.executeStep()) visit({integer(select, 0)}, text(select, 1));
  select.reset();
}

std::string verified_day(Connection& connection) {
  auto& select = connection.prepare("SELECT value FROM setting WHERE name = 'spool.verified_day'");
  return select.executeStep() ? text(select, 0) : std::string();
}

void set_verified_day(Connection& connection, const std::string& day) {
  auto& update = connection.prepare(
      "INSERT INTO setting (name, value) VALUES ('spool.verified_day', :day)"
      " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
  put(update, ":day", day);
  update.exec();
}

}  // namespace harvester::database::inbox

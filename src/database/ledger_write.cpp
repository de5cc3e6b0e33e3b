#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harvester/core/text.hpp"
#include "harvester/database/ledger.hpp"
#include "statements.hpp"

namespace harvester::database::ledger {
namespace {

/// A harvest that nobody resumed for so long has no more need of patient keys.
constexpr auto kKeysKept = std::chrono::hours(24 * 30);

void erase_old_patient_keys(Connection& connection, Instant now) {
  auto& update = connection.prepare(
      "UPDATE candidate_study SET patient_key = NULL WHERE patient_key IS NOT NULL AND harvest_id IN"
      " (SELECT id FROM harvest WHERE coalesce(ended_at, created_at) < :before)");
  put(update, ":before", utc_text(now - kKeysKept));
  update.exec();
}

/// A study that is still undecided, failed, or has a request that is not done, may be asked about again.
void erase_patient_keys(Connection& connection, HarvestId id, HarvestState state) {
  if (state == HarvestState::running || state == HarvestState::interrupted) return;
  const bool over = state == HarvestState::complete || state == HarvestState::cancelled;
  auto& update = connection.prepare(
      "UPDATE candidate_study SET patient_key = NULL WHERE harvest_id = :id AND patient_key IS NOT NULL AND (:over OR"
      " verdict NOT IN ('undecided', 'failed') AND NOT EXISTS (SELECT 1 FROM retrieve_request r JOIN candidate_series s"
      " ON s.id = r.candidate_series_id WHERE s.candidate_study_id = candidate_study.id AND r.state <> 'done'))");
  put(update, ":id", id);
  put(update, ":over", over);
  update.exec();
}

}  // namespace

std::int64_t take_ownership(Connection& connection, std::int64_t pid, const std::string& command, Instant now) {
  connection.run(
      "UPDATE harvest SET state = 'interrupted', stopped_by = 'process', message = 'the process that ran it ended'"
      " WHERE state = 'running'");
  auto& insert =
      connection.prepare("INSERT INTO process_owner (pid, command, started_at) VALUES (:pid, :command, :now)");
  put(insert, ":pid", pid);
  put(insert, ":command", command);
  put(insert, ":now", utc_text(now));
  insert.exec();
  const auto generation = connection.last_row_id();
  erase_old_patient_keys(connection, now);
  return generation;
}

NodeId node(Connection& connection, const std::string& name) {
  auto& insert = connection.prepare("INSERT INTO node (name) VALUES (:name) ON CONFLICT (name) DO NOTHING");
  put(insert, ":name", name);
  insert.exec();
  auto& select = connection.prepare("SELECT id FROM node WHERE name = :name");
  put(select, ":name", name);
  select.executeStep();
  return {integer(select, 0)};
}

std::string learnt(Connection& connection, const std::string& name) {
  auto& select = connection.prepare("SELECT learnt FROM node WHERE name = :name");
  put(select, ":name", name);
  return select.executeStep() ? text(select, 0) : std::string("{}");
}

void set_learnt(Connection& connection, const std::string& name, const std::string& json) {
  auto& update = connection.prepare("UPDATE node SET learnt = :learnt WHERE name = :name");
  put(update, ":learnt", json);
  put(update, ":name", name);
  update.exec();
}

HarvestId begin_harvest(Connection& connection, const NewHarvest& harvest) {
  auto& insert = connection.prepare(
      "INSERT INTO harvest (node_id, request, request_key, state, owner, created_at)"
      " VALUES (:node, :request, :key, 'running', :owner, :now)");
  put(insert, ":node", harvest.node);
  put(insert, ":request", harvest.request);
  put(insert, ":key", harvest.request_key);
  put(insert, ":owner", harvest.owner);
  put(insert, ":now", utc_text(harvest.now));
  insert.exec();
  return {connection.last_row_id()};
}

namespace {

void run_for_harvest(Connection& connection, const char* sql, HarvestId id) {
  auto& statement = connection.prepare(sql);
  put(statement, ":id", id);
  statement.exec();
}

}  // namespace

void reopen_harvest(Connection& connection, HarvestId id, std::int64_t owner) {
  auto& update = connection.prepare(
      "UPDATE harvest SET state = 'running', owner = :owner, message = '', stopped_by = '', ended_at = NULL"
      " WHERE id = :id");
  put(update, ":owner", owner);
  put(update, ":id", id);
  update.exec();
  run_for_harvest(connection,
                  "UPDATE query_window SET state = 'pending', attempts = 0"
                  " WHERE harvest_id = :id AND state IN ('pending', 'failed', 'capped')",
                  id);
  run_for_harvest(connection,
                  "UPDATE candidate_study SET verdict = 'undecided', reason = '', attempts = 0"
                  " WHERE harvest_id = :id AND verdict IN ('undecided', 'failed')",
                  id);
  run_for_harvest(
      connection,
      "UPDATE retrieve_request SET state = 'pending', attempts = 0 WHERE harvest_id = :id AND (state <> 'done' OR "
      "EXISTS"
      " (SELECT 1 FROM expected_instance e WHERE e.retrieve_request_id = retrieve_request.id AND e.state = 'missing'))",
      id);
  run_for_harvest(
      connection,
      "UPDATE expected_instance SET state = 'expected', reason = '' WHERE harvest_id = :id AND state = 'missing'", id);
}

void set_request(Connection& connection, HarvestId id, const std::string& request) {
  auto& update = connection.prepare("UPDATE harvest SET request = :request WHERE id = :id");
  put(update, ":request", request);
  put(update, ":id", id);
  update.exec();
}

void count_continuation(Connection& connection, HarvestId id) {
  run_for_harvest(connection, "UPDATE harvest SET continued = continued + 1 WHERE id = :id", id);
}

void end_harvest(Connection& connection, HarvestId id, const HarvestEnd& end, Instant now) {
  auto& update = connection.prepare(
      "UPDATE harvest SET state = :state, message = :message, stopped_by = :by, ended_at = :now WHERE id = :id");
  put(update, ":state", to_string(end.state));
  put(update, ":message", end.message);
  put(update, ":by", to_string(end.stopped_by));
  put(update, ":now", utc_text(now));
  put(update, ":id", id);
  update.exec();
  erase_patient_keys(connection, id, end.state);
}

namespace {

/// The modalities of both lists, each once, in order of appearance.
std::string joined_modalities(const std::string& stored, const std::vector<std::string>& more) {
  auto all = stored.empty() ? std::vector<std::string>{} : split(stored, '\\');
  for (const auto& modality : more)
    if (std::find(all.begin(), all.end(), modality) == all.end()) all.push_back(modality);
  return join(all, "\\");
}

std::string joined_classes(const std::vector<SopClassUid>& classes) {
  std::vector<std::string> all;
  for (const auto& uid : classes) all.push_back(uid.str());
  return join(all, "\\");
}

bool gain_modalities(Connection& connection, HarvestId harvest, const CandidateStudy& study) {
  auto& select =
      connection.prepare("SELECT id, modalities FROM candidate_study WHERE harvest_id = :harvest AND study_uid = :uid");
  put(select, ":harvest", harvest);
  put(select, ":uid", study.uid);
  if (!select.executeStep()) return false;
  const auto id = integer(select, 0);
  const auto modalities = joined_modalities(text(select, 1), study.modalities);
  auto& update = connection.prepare(
      "UPDATE candidate_study SET modalities = :modalities,"
      " verdict = CASE WHEN modalities <> :modalities AND reason = 'modality_not_wanted' THEN 'undecided' ELSE verdict"
      " END,"
      " reason = CASE WHEN modalities <> :modalities AND reason = 'modality_not_wanted' THEN '' ELSE reason END"
      " WHERE id = :id");
  put(update, ":modalities", modalities);
  put(update, ":id", id);
  update.exec();
  return true;
}

}  // namespace

bool add_study(Connection& connection, HarvestId harvest, const CandidateStudy& study) {
  if (gain_modalities(connection, harvest, study)) return false;
  auto& insert = connection.prepare(
      "INSERT INTO candidate_study (harvest_id, study_uid, study_date, study_time, accession_number, study_description,"
      " station_name, institution_name, modalities, sop_classes, verdict, patient_key)"
      " VALUES (:harvest, :uid, :date, :time, :accession, :description, :station, :institution, :modalities, :classes,"
      " 'undecided', :patient)");
  put(insert, ":harvest", harvest);
  put(insert, ":uid", study.uid);
  put(insert, ":date", study.date);
  put(insert, ":time", study.time);
  put(insert, ":accession", study.accession_number);
  put(insert, ":description", study.description);
  put(insert, ":station", study.station_name);
  put(insert, ":institution", study.institution_name);
  put(insert, ":modalities", join(study.modalities, "\\"));
  put(insert, ":patient", study.patient_id.empty() ? std::nullopt : std::optional(study.patient_id));
  put(insert, ":classes", joined_classes(study.sop_classes));
  insert.exec();
  return true;
}

namespace {

void erase_decision(Connection& connection, CandidateStudyId id) {
  static constexpr const char* kSeries = "(SELECT id FROM candidate_series WHERE candidate_study_id = :id)";
  const auto erase = [&](const std::string& sql) {
    auto& statement = connection.prepare(sql.c_str());
    put(statement, ":id", id);
    statement.exec();
  };
  erase(
      fmt::format("DELETE FROM expected_instance WHERE retrieve_request_id IN"
                  " (SELECT id FROM retrieve_request WHERE candidate_series_id IN {})",
                  kSeries));
  erase(fmt::format("DELETE FROM retrieve_request WHERE candidate_series_id IN {}", kSeries));
  erase(fmt::format("DELETE FROM candidate_instance WHERE candidate_series_id IN {}", kSeries));
  erase("DELETE FROM candidate_series WHERE candidate_study_id = :id");
}

void add_instances(Connection& connection, std::int64_t series_id, const std::vector<CandidateInstance>& instances) {
  for (const auto& instance : instances) {
    auto& insert = connection.prepare(
        "INSERT INTO candidate_instance (candidate_series_id, sop_instance_uid, sop_class_uid, instance_number, "
        "verdict, reason)"
        " VALUES (:series, :uid, :class, :number, :verdict, :reason) ON CONFLICT (candidate_series_id, "
        "sop_instance_uid) DO NOTHING");
    put(insert, ":series", series_id);
    put(insert, ":uid", instance.uid);
    put(insert, ":class", instance.sop_class);
    put(insert, ":number", instance.number);
    put(insert, ":verdict", to_string(instance.verdict.action));
    put(insert, ":reason", to_string(instance.verdict.reason));
    insert.exec();
  }
}

std::int64_t add_series(Connection& connection, CandidateStudyId study, const CandidateSeries& series) {
  auto& insert = connection.prepare(
      "INSERT INTO candidate_series (candidate_study_id, series_uid, modality, series_description, station_name, "
      "series_number,"
      " instance_count, availability, verdict, reason)"
      " VALUES (:study, :uid, :modality, :description, :station, :number, :count, :availability, :verdict, :reason)");
  put(insert, ":study", study);
  put(insert, ":uid", series.uid);
  put(insert, ":modality", series.modality);
  put(insert, ":description", series.description);
  put(insert, ":station", series.station_name);
  put(insert, ":number", series.number);
  put(insert, ":count", series.instance_count);
  put(insert, ":availability", series.availability);
  put(insert, ":verdict", to_string(series.verdict.action));
  put(insert, ":reason", to_string(series.verdict.reason));
  insert.exec();
  const auto id = connection.last_row_id();
  add_instances(connection, id, series.instances);
  return id;
}

void add_expected(Connection& connection, HarvestId harvest, std::int64_t request, const SopInstanceUid& uid) {
  auto& insert = connection.prepare(
      "INSERT INTO expected_instance (harvest_id, retrieve_request_id, sop_instance_uid, state)"
      " VALUES (:harvest, :request, :uid, 'expected') ON CONFLICT (harvest_id, sop_instance_uid) DO NOTHING");
  put(insert, ":harvest", harvest);
  put(insert, ":request", request);
  put(insert, ":uid", uid);
  insert.exec();
}

const char* name_of(MoveLevel level) {
  if (level == MoveLevel::study) return "study";
  return level == MoveLevel::series ? "series" : "image";
}

void add_request(Connection& connection, HarvestId harvest, std::int64_t series, const PlannedRequest& request) {
  auto& insert = connection.prepare(
      "INSERT INTO retrieve_request (harvest_id, candidate_series_id, level, contents_known, parked, state)"
      " VALUES (:harvest, :series, :level, :known, :parked, 'pending')");
  put(insert, ":harvest", harvest);
  put(insert, ":series", series);
  put(insert, ":level", name_of(request.level));
  put(insert, ":known", request.contents_known);
  put(insert, ":parked", request.parked);
  insert.exec();
  const auto id = connection.last_row_id();
  for (const auto& uid : request.instances) add_expected(connection, harvest, id, uid);
}

void set_verdict(Connection& connection, CandidateStudyId id, const CandidateStudy& study) {
  auto& update = connection.prepare(
      "UPDATE candidate_study SET verdict = :verdict, reason = :reason, modalities = :modalities, message = '' WHERE "
      "id = :id");
  put(update, ":verdict", to_string(study.verdict.action));
  put(update, ":reason", to_string(study.verdict.reason));
  put(update, ":modalities", join(study.modalities, "\\"));
  put(update, ":id", id);
  update.exec();
}

}  // namespace

void decide_study(Connection& connection, HarvestId harvest, CandidateStudyId id, const CandidateStudy& decided,
                  const std::vector<PlannedRequest>& requests) {
  erase_decision(connection, id);
  set_verdict(connection, id, decided);
  std::map<SeriesUid, std::int64_t> series_ids;
  for (const auto& series : decided.series) series_ids[series.uid] = add_series(connection, id, series);
  for (const auto& request : requests) add_request(connection, harvest, series_ids.at(request.series), request);
}

void record_study_failure(Connection& connection, CandidateStudyId id, const std::string& message, bool final_attempt) {
  auto& update = connection.prepare(
      "UPDATE candidate_study SET attempts = attempts + 1, message = :message,"
      " verdict = CASE WHEN :final THEN 'failed' ELSE verdict END, reason = CASE WHEN :final THEN 'query_failed' ELSE "
      "reason END"
      " WHERE id = :id");
  put(update, ":message", message);
  put(update, ":final", final_attempt);
  put(update, ":id", id);
  update.exec();
}

void record_attempt(Connection& connection, RetrieveRequestId id, MoveLevel level, Instant now) {
  auto& update = connection.prepare(
      "UPDATE retrieve_request SET attempts = attempts + 1, level = :level, sent_at = coalesce(sent_at, :now) WHERE id "
      "= :id");
  put(update, ":level", name_of(level));
  put(update, ":now", utc_text(now));
  put(update, ":id", id);
  update.exec();
}

void take_back_attempt(Connection& connection, RetrieveRequestId id) {
  auto& update = connection.prepare("UPDATE retrieve_request SET attempts = attempts - 1 WHERE id = :id");
  put(update, ":id", id);
  update.exec();
}

void park_request(Connection& connection, RetrieveRequestId id) {
  auto& update = connection.prepare("UPDATE retrieve_request SET parked = 1 WHERE id = :id");
  put(update, ":id", id);
  update.exec();
}

void record_response(Connection& connection, RetrieveRequestId id, const MoveResponse& response) {
  auto& update = connection.prepare(
      "UPDATE retrieve_request SET dimse_status = :status, remaining = :remaining, completed = :completed, failed = "
      ":failed,"
      " warning = :warning, message = :message WHERE id = :id");
  put(update, ":status", response.dimse_status);
  put(update, ":remaining", response.counts.remaining);
  put(update, ":completed", response.counts.completed);
  put(update, ":failed", response.counts.failed);
  put(update, ":warning", response.counts.warning);
  put(update, ":message", response.message);
  put(update, ":id", id);
  update.exec();
}

/// Since the request was sent first, or since its study was moved whole.
std::int64_t credit_unlisted(Connection& connection, RetrieveRequestId id) {
  auto& insert = connection.prepare(
      "INSERT INTO expected_instance (harvest_id, retrieve_request_id, sop_instance_uid, state, reason, object_id)"
      " SELECT r.harvest_id, r.id, o.sop_instance_uid,"
      "  CASE o.state WHEN 'claimed' THEN 'received' ELSE o.state END, o.reason, o.id"
      " FROM retrieve_request r JOIN candidate_series s ON s.id = r.candidate_series_id"
      " JOIN candidate_study st ON st.id = s.candidate_study_id"
      " JOIN received_object o ON o.study_uid = st.study_uid AND o.series_uid = s.series_uid AND o.received_at >="
      "  coalesce(r.sent_at, (SELECT min(whole.sent_at) FROM retrieve_request whole"
      "   JOIN candidate_series sibling ON sibling.id = whole.candidate_series_id"
      "   WHERE sibling.candidate_study_id = st.id AND whole.level = 'study'))"
      " WHERE r.id = :id AND r.contents_known = 0 AND o.reason <> 'node_test'"
      " ON CONFLICT (harvest_id, sop_instance_uid) DO NOTHING");
  put(insert, ":id", id);
  insert.exec();
  auto& count = connection.prepare("SELECT count(*) FROM expected_instance WHERE retrieve_request_id = :id");
  put(count, ":id", id);
  count.executeStep();
  return integer(count, 0);
}

void end_request(Connection& connection, RetrieveRequestId id, const std::string& missing_reason, Instant now) {
  credit_unlisted(connection, id);
  auto& missing = connection.prepare(
      "UPDATE expected_instance SET state = 'missing', reason = :reason WHERE retrieve_request_id = :id AND state = "
      "'expected'");
  put(missing, ":reason", missing_reason);
  put(missing, ":id", id);
  const bool any_missing = missing.exec() > 0;
  // Of a series whose contents the node did not list, only the caller knows whether all came.
  auto& update = connection.prepare(
      "UPDATE retrieve_request SET ended_at = :now, state = CASE WHEN :missing OR (:failed AND contents_known = 0)"
      " THEN 'failed' ELSE 'done' END WHERE id = :id");
  put(update, ":missing", any_missing);
  put(update, ":failed", !missing_reason.empty());
  put(update, ":now", utc_text(now));
  put(update, ":id", id);
  update.exec();
}

}  // namespace harvester::database::ledger

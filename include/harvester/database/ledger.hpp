#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/ledger.hpp"
#include "harvester/database/connection.hpp"
#include "harvester/database/ledger_windows.hpp"

/// The ledger: harvests, windows, candidates, verdicts, requests, expected instances. All functions run inside the
/// caller's transaction (Writer::run or reading()) and throw on database errors.
namespace harvester::database::ledger {

// ── owner and node ──────────────────────────────────────────────────────────────────────────────────────────────────

/// Records that this process took the data directory; returns its generation. Harvests that a dead process left
/// running become `interrupted`. Patient keys of harvests that ended long ago go.
std::int64_t take_ownership(Connection& connection, std::int64_t pid, const std::string& command, Instant now);

/// The node's row, made if it is new.
NodeId node(Connection& connection, const std::string& name);

/// What earlier harvests learnt of how the node answers, as they wrote it; "{}" for a node that is new.
[[nodiscard]] std::string learnt(Connection& connection, const std::string& name);
void set_learnt(Connection& connection, const std::string& name, const std::string& json);

// ── harvest ─────────────────────────────────────────────────────────────────────────────────────────────────────────

struct NewHarvest {
  NodeId node;
  std::string request;      ///< JSON: everything needed to run it again
  std::string request_key;  ///< equal for harvests that ask for the same: a new one continues an unfinished one
  std::int64_t owner = 0;   ///< generation of this process
  Instant now;
};

HarvestId begin_harvest(Connection& connection, const NewHarvest& harvest);

struct HarvestRow {
  HarvestId id;
  std::string node;
  std::string request;
  HarvestState state = HarvestState::running;
  std::int64_t owner = 0;
  std::string message;
  std::string created_at;
  std::string ended_at;
  StoppedBy stopped_by = StoppedBy::nobody;
  int continued = 0;  ///< how often it went on by itself
};

[[nodiscard]] std::optional<HarvestRow> find_harvest(Connection& connection, HarvestId id);

/// The newest first, at most `limit`.
[[nodiscard]] std::vector<HarvestRow> list_harvests(Connection& connection, int limit);

/// The newest harvest of this node and key that was interrupted, or that ended before all was looked at.
[[nodiscard]] std::optional<HarvestId> unfinished_harvest(Connection& connection, NodeId node,
                                                          const std::string& request_key);

/// All interrupted harvests, oldest first.
[[nodiscard]] std::vector<HarvestRow> interrupted_harvests(Connection& connection);

/// The newest harvest that asked a node for just this and ended complete.
[[nodiscard]] std::optional<HarvestId> complete_harvest(Connection& connection, const std::string& node,
                                                        const std::string& request_key);

/// When the newest harvest of a node began that brought something; of a node that never did, the oldest one. Nothing
/// for a node that was never harvested.
[[nodiscard]] std::optional<Instant> last_data(Connection& connection, const std::string& node);

/// Sets a harvest running under this owner again: what is missing or failed is open once more, with fresh attempts.
void reopen_harvest(Connection& connection, HarvestId id, std::int64_t owner);

/// What a harvest asks for from now on; its key stays.
void set_request(Connection& connection, HarvestId id, const std::string& request);

struct HarvestEnd {
  HarvestState state = HarvestState::failed;
  std::string message{};
  StoppedBy stopped_by = StoppedBy::nobody;
};

/// Patient keys of studies that nothing more will be asked about go: all of them with `complete` and `cancelled`.
void end_harvest(Connection& connection, HarvestId id, const HarvestEnd& end, Instant now);

/// It goes on by itself once more.
void count_continuation(Connection& connection, HarvestId id);

[[nodiscard]] HarvestSummary summary(Connection& connection, HarvestId id);

// ── studies ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Adds a study that was found; one that is known keeps its row and only gains modalities: if it was skipped for its
/// modalities alone, it is undecided again (a node may tell one at a time). True if it was new.
bool add_study(Connection& connection, HarvestId harvest, const CandidateStudy& study);

struct StoredStudy {
  CandidateStudyId id;
  CandidateStudy study;
  int attempts = 0;
};

/// Undecided studies with an id above `after`, in order of id, at most `limit`.
[[nodiscard]] std::vector<StoredStudy> undecided_studies(Connection& connection, HarvestId harvest,
                                                         CandidateStudyId after, int limit);

/// Writes a decided study: its verdict, series, instances, requests and expected instances, all or nothing. Deciding
/// again replaces what was written before.
void decide_study(Connection& connection, HarvestId harvest, CandidateStudyId id, const CandidateStudy& decided,
                  const std::vector<PlannedRequest>& requests);

/// The questions about a study failed: it stays undecided until `final_attempt`, then it is failed(query_failed).
void record_study_failure(Connection& connection, CandidateStudyId id, const std::string& message, bool final_attempt);

/// Whether something of the study came in before, by any way but a test of a node, and did not fail.
[[nodiscard]] bool knows_study(Connection& connection, const StudyUid& study);

/// What is known of these instances. One that failed on its way in, or whose file is gone, is neither held nor set
/// aside: it is worth fetching again. Nor is one that only a test of a node asked for.
[[nodiscard]] HeldInstances held_instances(Connection& connection, const std::vector<SopInstanceUid>& instances);

/// How many instances of each series of a study came before and did not fail.
[[nodiscard]] std::map<SeriesUid, std::int64_t> held_by_series(Connection& connection, const StudyUid& study);

// ── requests and expected instances ─────────────────────────────────────────────────────────────────────────────────

struct StoredRequest {
  RetrieveRequestId id;
  StudyUid study;
  SeriesUid series;
  MoveLevel level = MoveLevel::series;
  bool contents_known = true;
  bool parked = false;
  std::string availability{};  ///< of the series, as the node says
  int attempts = 0;
  std::vector<SopInstanceUid> wanted;      ///< expected instances that are not there yet
  std::size_t expected = 0;                ///< all expected instances of the request
  std::optional<int> announced;            ///< instances in the series as the node says; a hint
  std::string patient_id{};                ///< see CandidateStudy
  std::vector<SopClassUid> sop_classes{};  ///< of the wanted instances, as far as the node told them
};

enum class Parked { no, yes, either };

/// In order of id, above `after`, at most `limit`.
[[nodiscard]] std::vector<StoredRequest> pending_requests(Connection& connection, HarvestId harvest,
                                                          RetrieveRequestId after, int limit,
                                                          Parked parked = Parked::either);
[[nodiscard]] std::optional<StoredRequest> request(Connection& connection, RetrieveRequestId id);

/// From now on it is tried once, after all others.
void park_request(Connection& connection, RetrieveRequestId id);

/// Written before a request is sent: the attempt counts even if we die now.
void record_attempt(Connection& connection, RetrieveRequestId id, MoveLevel level, Instant now);

/// What was recorded was never sent: no association could be had, which is no fault of the request.
void take_back_attempt(Connection& connection, RetrieveRequestId id);

struct MoveResponse {
  std::optional<int> dimse_status;  ///< nothing: no response came
  MoveCounts counts;
  std::string message;
};

void record_response(Connection& connection, RetrieveRequestId id, const MoveResponse& response);

/// Ends a request; its instances still expected become missing(`reason`). Objects of a series whose contents the node
/// did not list, and that came in since the request was first sent, are credited to it first.
void end_request(Connection& connection, RetrieveRequestId id, const std::string& missing_reason, Instant now);

/// Credits arrivals of a request whose contents were not listed; returns how many instances it has now.
std::int64_t credit_unlisted(Connection& connection, RetrieveRequestId id);

/// How many expected instances of a request are not there yet.
[[nodiscard]] std::int64_t open_instances(Connection& connection, RetrieveRequestId id);

/// Expected instances that came in but are not imported, ignored or failed yet.
[[nodiscard]] std::int64_t waiting_for_import(Connection& connection, HarvestId harvest);

}  // namespace harvester::database::ledger

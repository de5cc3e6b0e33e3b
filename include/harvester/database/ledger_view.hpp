#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/core/ledger.hpp"
#include "harvester/database/connection.hpp"

/// The ledger for people: what a harvest found and what became of it. All functions only read, run inside the caller's
/// transaction, and throw on database errors.
namespace harvester::database::ledger_view {

/// The newest harvest of a node, by its name.
[[nodiscard]] std::optional<HarvestId> latest_harvest(Connection& connection, const std::string& node);

/// One study that a harvest found.
struct Candidate {
  CandidateStudyId id;
  StudyUid study;
  std::string date, time, modalities, description;  ///< as the node told them
  std::string verdict, reason, message;
  std::int64_t series_to_fetch = 0;
  std::int64_t instances_to_fetch = 0;  ///< those that are known by UID
};

/// The next studies of a harvest after this one, in the order in which they were found; at most `limit`.
[[nodiscard]] std::vector<Candidate> candidates(Connection& connection, HarvestId harvest, CandidateStudyId after,
                                                int limit);

/// One request that did not bring all that was expected of it.
struct OpenRequest {
  RetrieveRequestId id;
  CandidateStudyId study;
  std::string state, message;
  std::optional<int> dimse_status;
  std::int64_t attempts = 0;
  std::int64_t missing = 0;  ///< instances
};

[[nodiscard]] std::vector<OpenRequest> open_requests(Connection& connection, HarvestId harvest, int limit);

/// One request of a harvest, with what the node said of it and what there is of it.
struct LoggedRequest {
  RetrieveRequestId id;
  CandidateStudyId study;
  std::string sent_at, ended_at;  ///< UTC; empty: not yet
  std::string level, state, message;
  std::int64_t attempts = 0;
  std::optional<int> dimse_status;
  MoveCounts counts;
  std::int64_t expected = 0;  ///< instances
  std::int64_t arrived = 0;
};

/// All requests of a harvest in the order in which they were planned, one at a time.
void for_each_request(Connection& connection, HarvestId harvest,
                      const std::function<void(const LoggedRequest&)>& visit);

/// Studies of which earlier harvests of the same node and days got something, and that this one did not find.
[[nodiscard]] std::vector<CandidateStudyId> lost_studies(Connection& connection, HarvestId harvest);

/// What a harvest found on one day: studies of one verdict with the same modalities.
struct DayCount {
  std::string date;        ///< as the node told it
  std::string modalities;  ///< joined by backslashes
  std::int64_t studies = 0;
  std::int64_t open = 0;       ///< studies without a verdict, or whose questions failed
  std::int64_t missing = 0;    ///< instances that are missing or failed
  std::int64_t instances = 0;  ///< instances that are there
};

[[nodiscard]] std::vector<DayCount> count_by_day(Connection& connection, HarvestId harvest);

/// An object that a harvest got and that could not be imported.
struct FailedObject {
  ObjectId id;
  std::string reason, message;
};

[[nodiscard]] std::vector<FailedObject> failed_objects(Connection& connection, HarvestId harvest, int limit);

}  // namespace harvester::database::ledger_view

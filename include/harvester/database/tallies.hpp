#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

/// What happened since somebody last asked, for counters: each question looks at new rows alone. All functions only
/// read, run inside the caller's transaction and throw on database errors.
namespace harvester::database::tallies {

/// The studies that a harvest found, by modality and verdict.
struct StudyTally {
  std::string modalities;  ///< as the node told them
  std::string verdict;
  std::int64_t studies = 0;
};
[[nodiscard]] std::vector<StudyTally> studies_of(Connection& connection, HarvestId harvest);

/// Objects received after a row: by SOP class; and the newest row now.
struct Received {
  std::map<std::string, std::int64_t> by_sop_class;
  std::int64_t newest = 0;
};
[[nodiscard]] Received received_after(Connection& connection, std::int64_t object);

/// Attempts to import that failed, of those after a row, up to the first that goes on: by reason; and the row to go on
/// after. Attempts that began long ago and never ended are passed over.
struct Attempts {
  std::map<std::string, std::int64_t> failed_by_reason;
  std::int64_t newest = 0;
};
[[nodiscard]] Attempts attempts_after(Connection& connection, std::int64_t attempt, const std::string& long_ago);

/// The newest rows of the inbox and of attempts: where counting begins.
[[nodiscard]] std::int64_t newest_object(Connection& connection);
[[nodiscard]] std::int64_t newest_attempt(Connection& connection);

/// When the newest complete harvest of each node ended (UTC), queries aside.
[[nodiscard]] std::map<std::string, std::string> last_success(Connection& connection);

}  // namespace harvester::database::tallies

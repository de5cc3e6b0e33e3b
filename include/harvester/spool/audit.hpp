#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

namespace harvester::spool {

/// Files of the spool against rows of the inbox.
struct Audit {
  std::int64_t files = 0;         ///< that a row names
  std::vector<ObjectId> missing;  ///< rows whose file is not there; at most kMostNamed
  std::int64_t all_missing = 0;
  std::vector<std::string> without_row;  ///< files that no row names, relative to the spool; at most kMostNamed
  std::int64_t all_without_row = 0;
  std::int64_t to_be_deleted = 0;  ///< files whose deletion is committed, and that are still there
};

inline constexpr std::size_t kMostNamed = 20;

/// Reads both and changes nothing. Files changed within a minute before `now` are taken for arrivals under way.
/// Inside the caller's transaction; throws on database errors. `folder`: the spool.
[[nodiscard]] Audit audit(database::Connection& connection, const std::filesystem::path& folder, Instant now);

}  // namespace harvester::spool

#pragma once

#include <string>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

/// Files of the spool that are to go. That a file goes is committed to stable storage together with what makes it
/// needless; only then is it deleted, and only after that forgotten here, so that after a crash the next start deletes
/// what is left. All functions run inside the caller's transaction and throw on database errors.
namespace harvester::database::doomed_files {

/// The file of this inbox row goes; the row no longer names it.
void doom(Connection& connection, ObjectId id);

/// Paths in the spool of all files that are to go.
[[nodiscard]] std::vector<std::string> all(Connection& connection);

/// These are deleted.
void forget(Connection& connection, const std::vector<std::string>& paths);

}  // namespace harvester::database::doomed_files

#pragma once

#include <optional>
#include <string>

#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

/// The jobs that were handed to the process which owns the data directory: one row each. All functions run inside the
/// caller's transaction and throw on database errors.
namespace harvester::database::jobs {

struct NewJob {
  std::string kind;        ///< harvest, resume, …
  std::string arguments;   ///< JSON; no patient data
  std::int64_t owner = 0;  ///< generation of this process
  Instant now;
  std::string asked_by{};  ///< "user anna", "schedule main/nightly"
};

/// A job that runs from now on.
JobId begin(Connection& connection, const NewJob& job);

/// `state`: done, failed or cancelled.
void end(Connection& connection, JobId id, const std::string& state, int exit_code, const std::string& message,
         Instant now);

/// Jobs that an earlier owner left running are failed: what they did stands in the ledger and is resumed there.
int end_orphans(Connection& connection, std::int64_t owner, Instant now);

}  // namespace harvester::database::jobs

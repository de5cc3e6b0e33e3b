#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

#include "harvester/config/site.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/database/writer.hpp"
#include "harvester/spool/spool.hpp"

/// What a daemon throws away by itself, so that its database does not grow with time alone (G10).
namespace harvester::serve {

/// Rows and files that were let go.
struct Tidied {
  std::int64_t associations = 0, studies = 0, jobs = 0, owners = 0, audit_events = 0, objects = 0, files = 0;
  [[nodiscard]] bool any() const { return associations + studies + jobs + owners + audit_events + objects + files > 0; }
};

/// Deletes rows of associations without objects that ended before that, in small batches between which others write.
/// Returns how many; fails with `storage` as the writer does, and what was deleted until then stays so.
Result<std::int64_t> delete_old_associations(database::Writer& writer, Instant ended_before, std::stop_token stop);

/// Lets go of everything that is older than `retention` keeps it, likewise; then of the files that are doomed.
Result<Tidied> tidy(database::Writer& writer, spool::Spool& spool, const config::Retention& retention, Instant now,
                    std::stop_token stop);

}  // namespace harvester::serve

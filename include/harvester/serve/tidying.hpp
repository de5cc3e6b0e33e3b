#pragma once

#include <chrono>
#include <stop_token>

#include "harvester/core/clock.hpp"
#include "harvester/database/writer.hpp"

/// What a daemon throws away by itself, so that its database does not grow with time alone (G10).
namespace harvester::serve {

/// How long a row of an association is kept that no object came over.
inline constexpr std::chrono::hours kKeepAssociations{24 * 30};

/// Deletes such rows that are older, in small batches between which others write. Returns how many; fails with
/// `storage` as the writer does, and what was deleted until then stays so.
Result<std::int64_t> delete_old_associations(database::Writer& writer, Instant now, std::stop_token stop);

}  // namespace harvester::serve

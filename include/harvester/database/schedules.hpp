#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/core/schedule_state.hpp"
#include "harvester/database/connection.hpp"

/// What is known of the schedules of nodes, one row each. All functions run inside the caller's transaction and throw
/// on database errors.
namespace harvester::database::schedules {

/// A schedule: its name in the profile of a node.
struct Key {
  std::string node;
  std::string name;
  auto operator<=>(const Key&) const = default;
};

/// Nothing for one that was never seen.
[[nodiscard]] std::optional<ScheduleState> find(Connection& connection, const Key& key);

/// The same; one that is new begins at `now`.
ScheduleState open(Connection& connection, const Key& key, Instant now);

/// A run has begun, came to nothing, or was passed over. What is not given stays.
struct Run {
  std::optional<Instant> due{};        ///< nothing up to then is due any more; a run by hand has none
  std::optional<Instant> swept{};      ///< now, if it asks for the days of the sweep
  std::optional<HarvestId> harvest{};  ///< whose end moves the watermark …
  std::optional<Instant> until{};      ///< … up to then
  std::optional<Instant> owed{};       ///< where the watermark begins if there is none yet
};
void record_run(Connection& connection, const Key& key, const Run& run);

/// A schedule that is resumed makes up for nothing: its watermark does.
void set_paused(Connection& connection, const Key& key, bool paused, Instant now);

/// Moves the watermarks of those whose latest harvest has every window verified. Objects that such a harvest had to
/// give up are carried on by the next ones.
void settle_watermarks(Connection& connection);

}  // namespace harvester::database::schedules

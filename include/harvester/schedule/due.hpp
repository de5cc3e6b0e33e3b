#pragma once

#include <optional>
#include <string>

#include "harvester/config/profile.hpp"
#include "harvester/core/schedule_state.hpp"
#include "harvester/schedule/civil_clock.hpp"

namespace harvester::schedule {

/// What is to be done about a schedule now.
struct Decision {
  enum class Act {
    nothing,   ///< it is paused
    wait,      ///< until `at`
    run,       ///< the run that was due at `at`, for itself and for those before that were missed
    pass_over  ///< what was due until `at`: it is too late for it
  };
  Act act = Act::nothing;
  Instant at{};
  bool operator==(const Decision&) const = default;
};

/// A schedule of a node.
struct Planned {
  const config::Profile& profile;
  const config::Schedule& schedule;
};

/// What is due: of several missed times the latest, for all; each time once, whatever the clock does. A run begins
/// after its jitter and within the node's allowed hours. Pure.
[[nodiscard]] Decision decide(const Planned& planned, const ScheduleState& state, Instant now);

/// When a run that is due then begins: a delay of its own within the jitter, always the same for the same run, and
/// never so long that it meets the next one.
[[nodiscard]] Instant begin_of(const Planned& planned, Instant due);

struct Days {
  CivilDate from;
  CivilDate until;  ///< included
  bool sweep = false;
  bool operator==(const Days&) const = default;
};

/// The days that a run asks for: those of `date` as seen from when it was due, further on to what they mean now, and
/// back to the watermark; once a week the days of the sweep. Days that are given as dates stay as they are. Fails with
/// `config` for an unknown time zone.
[[nodiscard]] Result<Days> days_of(const Planned& planned, const ScheduleState& state, Instant due, Instant now);

}  // namespace harvester::schedule

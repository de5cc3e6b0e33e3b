#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/schedule/civil_clock.hpp"

namespace harvester::schedule {

/// Whether a node may be worked on at that moment of its own clock. No hours at all: always. Hours that run past
/// midnight belong to the day on which they begin.
[[nodiscard]] bool is_allowed(const std::vector<config::AllowedHours>& hours, const CivilNow& now);

/// How long until they begin, on a clock without changes; zero if they have; nothing if no day is among them.
[[nodiscard]] std::optional<std::chrono::minutes> until_allowed(const std::vector<config::AllowedHours>& hours,
                                                                const CivilNow& now);

}  // namespace harvester::schedule

#pragma once

#include <optional>
#include <string>

#include "harvester/config/cron.hpp"
#include "harvester/core/clock.hpp"

namespace harvester::schedule {

/// The first time after `after` that fits, on the clock of an IANA time zone (of this machine's own without one). A
/// clock time that a change of clocks skips is due at the next moment that there is; one that comes twice, the first
/// time. Where day of the month and weekday are both restricted, either will do. Nothing for an unknown zone.
[[nodiscard]] std::optional<Instant> next_run(const config::Cron& cron, const std::optional<std::string>& timezone,
                                              Instant after);

}  // namespace harvester::schedule

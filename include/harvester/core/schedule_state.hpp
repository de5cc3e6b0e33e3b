#pragma once

#include <optional>

#include "harvester/core/clock.hpp"

namespace harvester {

/// What is known of a schedule's past.
struct ScheduleState {
  Instant since{};                     ///< it was made, or resumed: nothing up to then is due
  std::optional<Instant> last_due{};   ///< the latest due time that was run or passed over
  std::optional<Instant> watermark{};  ///< everything up to this moment has been verified
  std::optional<Instant> swept{};      ///< when the days of its sweep were last asked for
  bool paused = false;
  bool operator==(const ScheduleState&) const = default;
};

}  // namespace harvester

#include "harvester/core/clock.hpp"

#include <fmt/chrono.h>

namespace harvester {

Instant SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string utc_text(Instant instant) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(instant);
  const auto millis = (instant - whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)), millis);
}

}  // namespace harvester

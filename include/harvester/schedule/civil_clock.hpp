#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "harvester/core/civil.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/core/result.hpp"

/// When things are due, and when they may be done: pure functions of configuration, clock and what was done.
namespace harvester::schedule {

/// A moment on the clock of a place.
struct CivilNow {
  CivilDate date{};
  CivilTime time{};
  bool operator==(const CivilNow&) const = default;
};

/// What the clock of an IANA time zone shows at that instant; of this machine's own zone without one. Fails with
/// `config` for a zone nobody knows.
[[nodiscard]] Result<CivilNow> civil_at(std::chrono::system_clock::time_point instant,
                                        const std::optional<std::string>& timezone);

/// When the clock of a place shows that: the first time where it does so twice; where it never does, the moment at
/// which it is set forward. Fails like civil_at().
[[nodiscard]] Result<Instant> instant_of(const CivilNow& shown, const std::optional<std::string>& timezone);

/// civil_at() for now.
[[nodiscard]] Result<CivilNow> civil_now(const std::optional<std::string>& timezone);

}  // namespace harvester::schedule

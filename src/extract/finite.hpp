#pragma once

#include <cmath>

#include "harvester/core/dose_common.hpp"

namespace harvester::extract {

/// What was worked out of two numbers of an object, if it is a number.
[[nodiscard]] inline MaybeNumber finite(double value) {
  return std::isfinite(value) ? MaybeNumber(value) : std::nullopt;
}

}  // namespace harvester::extract

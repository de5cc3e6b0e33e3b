#pragma once

#include <cstddef>
#include <vector>

#include "harvester/core/dose_common.hpp"

namespace harvester {

/// Which descriptions are of one machine, although they differ in software versions, spelling, or what an image and a
/// report tell: for each description the index of the first one of the same machine. Pure, and independent of the order
/// but for these indices. One machine have
/// - the same Device Observer UID,
/// - the same manufacturer, model, serial number and station,
/// - the same manufacturer, model and station where a serial number is missing,
/// unless what else they tell contradicts: several serial numbers with one UID or one station, several stations with
/// one serial number, several institutions with one station. Where it does, what leaves the question open stays apart.
[[nodiscard]] std::vector<std::size_t> same_machines(const std::vector<Equipment>& descriptions);

}  // namespace harvester

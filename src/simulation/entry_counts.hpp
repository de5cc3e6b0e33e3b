#pragma once

#include "harvester/simulation/archive.hpp"

namespace harvester::simulation {

/// Sets the modalities, SOP classes and counts of a study from its series.
void set_counts(StudyEntry& entry);

}  // namespace harvester::simulation

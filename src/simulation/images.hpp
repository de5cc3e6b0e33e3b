#pragma once

#include "harvester/simulation/study_plan.hpp"

class DcmItem;

namespace harvester::simulation {

/// Image modules of an image instance: what its modality's header says of the dose, and its pixels.
void write_image(DcmItem& item, const StudyPlan& study, const InstancePlan& instance);

}  // namespace harvester::simulation

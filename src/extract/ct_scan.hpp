#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/extract/dataset_reader.hpp"

namespace harvester::extract {

/// One scan as image headers and items of Exposure Dose Sequence (0040,030E) tell of it: type, collimation, pitch,
/// CTDIvol, modulation and tubes (PS3.3 C.8.2.1, C.8.15.3). When it was, its length and its DLP are told differently
/// by each of them and left out.
[[nodiscard]] CtEvent scan_of(const DatasetReader& reader);

}  // namespace harvester::extract

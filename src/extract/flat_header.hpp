#pragma once

#include <memory>

class DcmDataset;

namespace harvester::extract {

/// The header of a multi-frame image laid out as that of a single-frame one: its own attributes and, where it lacks
/// them, those of its first 3D acquisition, of the shared functional groups and of the groups of its first frame
/// (PS3.3 C.7.6.16, C.8.21.3). kV, mA and CTDIvol are means over the frames or projections, times and charges sums.
/// Without pixels. Null for an image that has no such parts: then the data set is flat already.
[[nodiscard]] std::unique_ptr<DcmDataset> flat_header(DcmDataset& dataset);

}  // namespace harvester::extract

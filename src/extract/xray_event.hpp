#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/extract/item_reader.hpp"

namespace harvester::extract {

/// One Irradiation Event X-Ray Data container (PS3.16 TID 10003 with 10003A to 10003C).
[[nodiscard]] XrayEvent xray_event(const ContentItem& item, const ItemReader& reader);

/// What an event does not tell and its other values give: mean tube current of samples, exposure time of pulses, order
/// of filter thicknesses. Also for images.
void complete(XrayEvent& event);

}  // namespace harvester::extract

#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/extract/item_reader.hpp"

namespace harvester::extract {

/// One CT Acquisition container (PS3.16 TID 10013) as an event.
[[nodiscard]] CtEvent ct_event(const ContentItem& item, const ItemReader& reader);

/// What a Siemens comment says behind "X-ray Modulation Type = "; nothing if it does not.
[[nodiscard]] MaybeText modulation_in_comment(const MaybeText& comment);

}  // namespace harvester::extract

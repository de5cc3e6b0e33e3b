#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/extract/item_reader.hpp"

namespace harvester::extract {

/// One CT Acquisition container (PS3.16 TID 10013) as an event.
[[nodiscard]] CtEvent ct_event(const ContentItem& item, const ItemReader& reader);

/// What a Siemens comment says behind "X-ray Modulation Type = "; nothing if it does not.
[[nodiscard]] MaybeText modulation_in_comment(const MaybeText& comment);

/// An event of an enhanced report (PS3.16 TID 10042), whose values stand beside each other.
[[nodiscard]] CtEvent ct_event_summary(const ContentItem& item, const ItemReader& reader);

/// CT Accumulated Dose Data (PS3.16 TID 10012), or accumulated data of an enhanced report (TID 10041).
[[nodiscard]] CtAccumulated ct_accumulated(const ContentItem& item, const ItemReader& reader);

}  // namespace harvester::extract

#pragma once

#include <string>
#include <vector>

#include "harvester/core/dose.hpp"
#include "harvester/extract/item_reader.hpp"

namespace harvester::extract {

/// One container of accumulated dose (PS3.16 TID 10002, 10041): a row, or one for each breast (TID 10005).
[[nodiscard]] std::vector<XrayAccumulated> xray_accumulated(const ContentItem& item, const ItemReader& reader);

/// RF by device type or model, or because fluoroscopy gave dose; else DX.
[[nodiscard]] std::string projection_modality(const DoseRecord& record);

}  // namespace harvester::extract

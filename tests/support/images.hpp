#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

/// Headers of images made in code.
namespace harvester::tests {

using Attributes = std::vector<std::pair<DcmTagKey, const char*>>;

inline void must(const OFCondition& condition) {
  if (condition.bad()) throw std::runtime_error(condition.text());
}

inline void put(DcmItem& item, const Attributes& attributes) {
  for (const auto& [tag, value] : attributes) {
    if (DcmTag(tag).getEVR() == EVR_FD)
      must(item.putAndInsertFloat64(tag, std::stod(value)));
    else if (DcmTag(tag).getEVR() == EVR_FL)
      must(item.putAndInsertFloat32(tag, std::stof(value)));
    else
      must(item.putAndInsertString(tag, value));
  }
}

/// A new item at the end of a sequence.
inline DcmItem& add_item(DcmItem& item, const DcmTagKey& sequence) {
  DcmItem* inner = nullptr;
  must(item.findOrCreateSequenceItem(sequence, inner, -2));
  return *inner;
}

/// One functional group, in the item of a frame or in that of all.
inline void put_group(DcmItem& groups, const DcmTagKey& group, const Attributes& attributes) {
  put(add_item(groups, group), attributes);
}

/// What all images have, and more.
inline std::unique_ptr<DcmDataset> image(const Attributes& more) {
  auto data = std::make_unique<DcmDataset>();
  put(*data, {{DCM_SOPInstanceUID, "1.2.3.4"},
              {DCM_StudyInstanceUID, "1.2.3"},
              {DCM_SeriesInstanceUID, "1.2.3.1"},
              {DCM_AcquisitionDate, "20240229"},
              {DCM_AcquisitionTime, "101112"}});
  put(*data, more);
  return data;
}

}  // namespace harvester::tests

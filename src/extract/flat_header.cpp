#include "flat_header.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <vector>

namespace harvester::extract {
namespace {

using Items = std::vector<DcmItem*>;

const std::array kNested{DCM_XRay3DAcquisitionSequence, DCM_SharedFunctionalGroupsSequence,
                         DCM_PerFrameFunctionalGroupsSequence};

bool is_nested(const DcmTagKey& tag) { return std::find(kNested.begin(), kNested.end(), tag) != kNested.end(); }

Items items_of(DcmItem& item, const DcmTagKey& tag) {
  Items all;
  DcmSequenceOfItems* found = nullptr;
  if (item.findAndGetSequence(tag, found).bad() || found == nullptr) return all;
  for (DcmObject* each = found->nextInContainer(nullptr); each != nullptr; each = found->nextInContainer(each))
    if (auto* inner = dynamic_cast<DcmItem*>(each)) all.push_back(inner);
  return all;
}

void copy(DcmItem& target, DcmElement& element) {
  std::unique_ptr<DcmObject> clone(element.clone());
  auto* copied = dynamic_cast<DcmElement*>(clone.get());
  if (copied != nullptr && target.insert(copied).good()) (void)clone.release();
}

/// What the target lacks of an item's attributes; private ones mean something only beside their creator.
void fill(DcmItem& target, DcmItem& item) {
  for (DcmObject* each = item.nextInContainer(nullptr); each != nullptr; each = item.nextInContainer(each)) {
    auto* element = dynamic_cast<DcmElement*>(each);
    const auto& tag = each->getTag();
    if (element != nullptr && !tag.isPrivate() && !is_nested(tag) && !target.tagExists(tag)) copy(target, *element);
  }
}

/// The groups of one frame, or those that all share: each a sequence of one item.
void fill_groups(DcmItem& target, DcmItem& groups) {
  for (DcmObject* each = groups.nextInContainer(nullptr); each != nullptr; each = groups.nextInContainer(each)) {
    auto* group = dynamic_cast<DcmSequenceOfItems*>(each);
    if (group != nullptr && group->card() > 0) fill(target, *group->getItem(0));
  }
}

std::optional<double> number_in(DcmItem& item, const DcmTagKey& tag) {
  Float64 value = 0;
  if (item.findAndGetFloat64(tag, value).bad() || !std::isfinite(value)) return std::nullopt;
  return value;
}

void put(DcmItem& target, const DcmTagKey& tag, double value) {
  if (DcmTag(tag).getEVR() == EVR_DS)
    (void)target.putAndInsertString(tag, fmt::format("{:.10g}", value).c_str());
  else
    (void)target.putAndInsertFloat64(tag, value);
}

enum class Combined { mean, sum };

void combine(DcmItem& target, const Items& parts, std::initializer_list<DcmTagKey> tags, Combined how) {
  for (const auto& tag : tags) {
    if (target.tagExists(tag)) continue;
    double sum = 0;
    std::size_t count = 0;
    for (auto* part : parts)
      if (const auto value = number_in(*part, tag)) sum += *value, ++count;
    if (count > 0 && std::isfinite(sum))
      put(target, tag, how == Combined::sum ? sum : sum / static_cast<double>(count));
  }
}

void combine_exposures(DcmItem& target, const Items& parts) {
  combine(target, parts, {DCM_KVP, DCM_XRayTubeCurrentInmA, DCM_AveragePulseWidth}, Combined::mean);
  combine(target, parts, {DCM_ExposureTimeInms, DCM_ExposureInmAs}, Combined::sum);
}

/// One group of all frames.
Items in_frames(const Items& frames, const DcmTagKey& group) {
  Items found;
  for (auto* frame : frames)
    for (auto* item : items_of(*frame, group)) found.push_back(item);
  return found;
}

void fill_acquisition(DcmItem& target, DcmItem& acquisition) {
  fill(target, acquisition);
  combine_exposures(target, items_of(acquisition, DCM_PerProjectionAcquisitionSequence));
}

void fill_frames(DcmItem& target, const Items& frames) {
  combine_exposures(target, in_frames(frames, DCM_FrameAcquisitionSequence));
  combine(target, in_frames(frames, DCM_CTXRayDetailsSequence), {DCM_KVP}, Combined::mean);
  combine(target, in_frames(frames, DCM_CTExposureSequence), {DCM_CTDIvol, DCM_XRayTubeCurrentInmA}, Combined::mean);
  fill_groups(target, *frames.front());
}

/// The data set itself without pixels and nested parts.
std::unique_ptr<DcmDataset> own_attributes(DcmDataset& dataset) {
  auto flat = std::make_unique<DcmDataset>();
  for (DcmObject* each = dataset.nextInContainer(nullptr); each != nullptr; each = dataset.nextInContainer(each)) {
    auto* element = dynamic_cast<DcmElement*>(each);
    if (element != nullptr && !is_nested(each->getTag()) && each->getGTag() != 0x7fe0) copy(*flat, *element);
  }
  return flat;
}

}  // namespace

std::unique_ptr<DcmDataset> flat_header(DcmDataset& dataset) {
  const bool nested =
      std::any_of(kNested.begin(), kNested.end(), [&](const DcmTagKey& tag) { return dataset.tagExists(tag); });
  if (!nested) return nullptr;
  auto flat = own_attributes(dataset);
  for (auto* acquisition : items_of(dataset, DCM_XRay3DAcquisitionSequence)) fill_acquisition(*flat, *acquisition);
  for (auto* shared : items_of(dataset, DCM_SharedFunctionalGroupsSequence)) fill_groups(*flat, *shared);
  if (const auto frames = items_of(dataset, DCM_PerFrameFunctionalGroupsSequence); !frames.empty())
    fill_frames(*flat, frames);
  return flat;
}

}  // namespace harvester::extract

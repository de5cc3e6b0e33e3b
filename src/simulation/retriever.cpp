#include "retriever.hpp"

#include <algorithm>

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
using dicom::Attributes;

constexpr std::uint16_t kIdentifierMismatch = 0xA900;

bool holds(const std::vector<std::string>& uids, const std::string& uid) {
  return std::find(uids.begin(), uids.end(), uid) != uids.end();
}

/// What of a study is asked for, level by level; an empty list means all of that level.
struct Wanted {
  std::vector<std::string> studies;
  std::vector<std::string> series;
  std::vector<std::string> instances;
};

void collect(const std::shared_ptr<Archive>& archive, int number, const Wanted& wanted,
             std::vector<ObjectPlace>& objects) {
  const auto study = archive->study(number);
  for (const auto& series : study->series) {
    if (!wanted.series.empty() && !holds(wanted.series, series.attributes.text(tag::kSeriesInstanceUid))) continue;
    for (const auto& instance : series.instances) {
      const auto uid = instance.attributes.text(tag::kSopInstanceUid);
      if (!wanted.instances.empty() && !holds(wanted.instances, uid)) continue;
      objects.push_back({archive, number, series.number, instance.number, instance.attributes.text(tag::kSopClassUid),
                         uid, instance.attributes.text({0x0008, 0x3002})});
    }
  }
}

}  // namespace

Resolved resolve(const Archives& archives, const Attributes& keys, bool patient_root) {
  const auto level = level_of(keys);
  Wanted wanted{keys.values(tag::kStudyInstanceUid), {}, {}};
  if (!level || wanted.studies.empty()) return {kIdentifierMismatch, {}};
  if (patient_root && keys.text(tag::kPatientId).empty()) return {kIdentifierMismatch, {}};
  if (*level != Level::study) {
    wanted.series = keys.values(tag::kSeriesInstanceUid);
    if (wanted.series.empty()) return {kIdentifierMismatch, {}};
  }
  if (*level == Level::image) {
    wanted.instances = keys.values(tag::kSopInstanceUid);
    if (wanted.instances.empty()) return {kIdentifierMismatch, {}};
  }
  Resolved resolved;
  for (const auto& archive : archives) {
    for (const auto& uid : wanted.studies) {
      if (const auto number = archive->find(uid)) collect(archive, *number, wanted, resolved.objects);
    }
  }
  return resolved;
}

void Tally::add(dicom::DimseStatus status, const std::string& uid) {
  if (status.success()) {
    ++completed;
  } else if (status.warning()) {
    ++warning;
  } else {
    fail(uid);
  }
}

void Tally::fail(const std::string& uid) {
  ++failed;
  failed_uids.push_back(uid);
}

MoveCounts told_counts(const Tally& tally, const Quirks& quirks, bool final) {
  if (quirks.move_counts == Counts::absent) return {};
  MoveCounts counts;
  if (!final) counts.remaining = tally.remaining();
  const bool wrong = quirks.move_counts == Counts::wrong;
  counts.completed = wrong ? tally.completed + tally.failed : tally.completed;
  counts.failed = wrong ? 0 : tally.failed;
  counts.warning = tally.warning;
  return counts;
}

std::uint16_t told_status(const Tally& tally, const Quirks& quirks, bool no_association) {
  if (quirks.success_whatever) return 0x0000;
  if (no_association && tally.completed == 0) return 0xA702;
  return tally.failed + tally.warning > 0 ? 0xB000 : 0x0000;
}

}  // namespace harvester::simulation

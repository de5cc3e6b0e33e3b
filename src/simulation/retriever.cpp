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

/// What is asked for, level by level; an empty list means all of that level.
struct Wanted {
  std::string patient;
  std::vector<std::string> studies;
  std::vector<std::string> series;
  std::vector<std::string> instances;

  [[nodiscard]] bool is_everything() const {
    return patient.empty() && studies.empty() && series.empty() && instances.empty();
  }
};

/// Q51: the syntax that an object is sent in.
std::string sent_syntax(const std::string& kept, ObjectSyntax syntax) {
  switch (syntax) {
    case ObjectSyntax::implicit:
      return "1.2.840.10008.1.2";
    case ObjectSyntax::big_endian:
      return "1.2.840.10008.1.2.2";
    case ObjectSyntax::deflated:
      return "1.2.840.10008.1.2.1.99";
    case ObjectSyntax::kept:
      break;
  }
  return kept;
}

ObjectPlace place_of(const std::shared_ptr<Archive>& archive, int study, const SeriesEntry& series,
                     const InstanceEntry& instance, const Quirks& quirks) {
  const auto& attributes = instance.attributes;
  return {archive,
          study,
          series.number,
          instance.number,
          attributes.text(tag::kSopClassUid),
          attributes.text(tag::kSopInstanceUid),
          sent_syntax(attributes.text({0x0008, 0x3002}), quirks.object_syntax)};
}

void collect(const std::shared_ptr<Archive>& archive, int number, const Wanted& wanted, const Quirks& quirks,
             std::vector<ObjectPlace>& objects) {
  const auto study = archive->study(number);
  if (!wanted.patient.empty() && study->attributes.text(tag::kPatientId) != wanted.patient) return;
  for (const auto& series : study->series) {
    if (!wanted.series.empty() && !holds(wanted.series, series.attributes.text(tag::kSeriesInstanceUid))) continue;
    for (const auto& instance : series.instances) {
      const auto uid = instance.attributes.text(tag::kSopInstanceUid);
      if (!wanted.instances.empty() && !holds(wanted.instances, uid)) continue;
      objects.push_back(place_of(archive, number, series, instance, quirks));
    }
  }
}

void collect(const std::shared_ptr<Archive>& archive, const Wanted& wanted, const Quirks& quirks,
             std::vector<ObjectPlace>& objects) {
  for (const auto& uid : wanted.studies) {
    if (const auto number = archive->find(uid)) collect(archive, *number, wanted, quirks, objects);
  }
  if (!wanted.studies.empty()) return;
  for (int number = 0; number < archive->studies(); ++number) collect(archive, number, wanted, quirks, objects);
}

dicom::Tag unique_key(Level level) {
  constexpr dicom::Tag kKeys[] = {tag::kPatientId, tag::kStudyInstanceUid, tag::kSeriesInstanceUid,
                                  tag::kSopInstanceUid};
  return kKeys[static_cast<std::size_t>(level)];
}

/// Whether a unique key that the request needs is missing (PS3.4 C.4.2.2.1), or others are there (Q27).
bool is_broken(const Attributes& keys, Level level, QueryModel model, const Quirks& quirks) {
  if (level == Level::patient && !model.patient_root) return true;
  if (keys.text(unique_key(level)).empty()) return true;
  const auto needed = [&](Level at) { return at < level && keys.text(unique_key(at)).empty(); };
  const bool patient = model.patient_root && quirks.patient_id != PatientKey::free && needed(Level::patient);
  if (!model.relational && (patient || needed(Level::study) || needed(Level::series))) return true;
  if (quirks.relational != Relational::refused) return false;
  return std::any_of(keys.begin(), keys.end(), [](const auto& key) {
    static const std::vector<dicom::Tag> kMay = {tag::kQueryRetrieveLevel, tag::kSpecificCharacterSet,
                                                 tag::kPatientId,          tag::kStudyInstanceUid,
                                                 tag::kSeriesInstanceUid,  tag::kSopInstanceUid};
    return !key.second.empty() && std::find(kMay.begin(), kMay.end(), key.first) == kMay.end();
  });
}

Wanted wanted_of(const Attributes& keys, Level level, bool patient_root) {
  Wanted wanted;
  if (patient_root) wanted.patient = keys.text(tag::kPatientId);
  if (level >= Level::study) wanted.studies = keys.values(tag::kStudyInstanceUid);
  if (level >= Level::series) wanted.series = keys.values(tag::kSeriesInstanceUid);
  if (level >= Level::image) wanted.instances = keys.values(tag::kSopInstanceUid);
  return wanted;
}

}  // namespace

Resolved resolve(const Archives& archives, const Attributes& keys, QueryModel model, const Quirks& quirks) {
  const auto level = level_of(keys);
  if (!level || is_broken(keys, *level, model, quirks)) return {kIdentifierMismatch, {}};
  if (quirks.whole_studies_only && *level > Level::study) return {kIdentifierMismatch, {}};
  auto wanted = wanted_of(keys, *level, model.patient_root);
  if (wanted.is_everything()) return {kIdentifierMismatch, {}};
  auto& asked = *level == Level::image ? wanted.instances : *level == Level::series ? wanted.series : wanted.studies;
  if (asked.size() > 1 && quirks.move_uid_list == UidList::refused) return {kIdentifierMismatch, {}};
  if (asked.size() > 1 && quirks.move_uid_list == UidList::first) asked.resize(1);
  Resolved resolved;
  for (const auto& archive : archives) collect(archive, wanted, quirks, resolved.objects);
  return resolved;
}

std::optional<ObjectPlace> unasked_object(const std::vector<ObjectPlace>& objects, const Quirks& quirks) {
  if (objects.empty()) return std::nullopt;
  const auto& archive = objects.front().archive;
  const int number = (objects.front().study + 1) % archive->studies();
  if (number == objects.front().study) return std::nullopt;
  const auto study = archive->study(number);
  if (study->series.empty() || study->series.back().instances.empty()) return std::nullopt;
  return place_of(archive, number, study->series.back(), study->series.back().instances.back(), quirks);
}

bool any_offline(const std::vector<ObjectPlace>& objects, const Quirks& quirks) {
  return std::any_of(objects.begin(), objects.end(), [&](const auto& o) { return is_offline(quirks, o.study); });
}

Tally Tally::all_failed(const std::vector<ObjectPlace>& objects) {
  Tally tally{static_cast<int>(objects.size()), 0, 0, 0, {}};
  for (const auto& object : objects) tally.fail(object.sop_instance);
  return tally;
}

Tally Tally::all_completed(const std::vector<ObjectPlace>& objects) {
  const auto count = static_cast<int>(objects.size());
  return {count, count, 0, 0, {}};
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

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "entry_counts.hpp"
#include "parsing.hpp"

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
using dicom::Attributes;

Attributes chosen(const Attributes& from, std::initializer_list<dicom::Tag> tags) {
  Attributes attributes;
  for (const auto& key : tags) attributes.set(key, from.raw(key));
  return attributes;
}

/// Entries are replaced, never changed, so that readers may go on with what they hold.
class MemoryArchive final : public StoringArchive {
 public:
  Status store(EncodedObject object) override;

  int studies() const override {
    std::lock_guard lock(mutex_);
    return static_cast<int>(studies_.size());
  }
  std::optional<CivilDate> date(int study) const override {
    return parse_date(this->study(study)->attributes.text(tag::kStudyDate));
  }
  std::shared_ptr<const StudyEntry> study(int study) const override {
    std::lock_guard lock(mutex_);
    return studies_.at(static_cast<std::size_t>(study));
  }
  std::optional<int> find(const std::string& study_uid) const override {
    std::lock_guard lock(mutex_);
    const auto found = numbers_.find(study_uid);
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
  }
  EncodedObject object(int study, int series, int instance) const override {
    std::lock_guard lock(mutex_);
    const auto& entry = *studies_.at(static_cast<std::size_t>(study));
    const auto& place =
        entry.series.at(static_cast<std::size_t>(series)).instances.at(static_cast<std::size_t>(instance));
    return objects_.at(place.attributes.text(tag::kSopInstanceUid));
  }

 private:
  void add(Attributes header, const std::string& charset, const std::string& transfer_syntax);

  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const StudyEntry>> studies_;
  std::map<std::string, int> numbers_;
  std::map<std::string, EncodedObject> objects_;
};

StudyEntry new_study(const Attributes& header, const std::string& charset) {
  return {chosen(header, {tag::kPatientName,
                          tag::kPatientId,
                          tag::kPatientBirthDate,
                          {0x0010, 0x0040},
                          tag::kStudyInstanceUid,
                          tag::kStudyDate,
                          tag::kStudyTime,
                          tag::kAccessionNumber,
                          tag::kStudyDescription,
                          tag::kInstitutionName,
                          tag::kStationName,
                          {0x0020, 0x0010}}),
          charset,
          {}};
}

SeriesEntry& series_for(StudyEntry& study, const Attributes& header) {
  const auto uid = header.text(tag::kSeriesInstanceUid);
  for (auto& series : study.series) {
    if (series.attributes.text(tag::kSeriesInstanceUid) == uid) return series;
  }
  study.series.push_back(
      {chosen(header, {tag::kModality, tag::kSeriesInstanceUid, tag::kSeriesNumber, tag::kSeriesDescription,
                       tag::kManufacturer, tag::kInstitutionName, tag::kStationName}),
       {},
       static_cast<int>(study.series.size())});
  return study.series.back();
}

void MemoryArchive::add(Attributes header, const std::string& charset, const std::string& transfer_syntax) {
  header.set({0x0008, 0x3002}, transfer_syntax);
  const auto uid = header.text(tag::kStudyInstanceUid);
  const auto [place, fresh] = numbers_.emplace(uid, static_cast<int>(studies_.size()));
  if (fresh) studies_.push_back(nullptr);
  auto& slot = studies_[static_cast<std::size_t>(place->second)];
  auto study = fresh ? new_study(header, charset) : *slot;
  auto& series = series_for(study, header);
  series.instances.push_back({chosen(header, {tag::kSopClassUid,
                                              tag::kSopInstanceUid,
                                              tag::kInstanceNumber,
                                              {0x0008, 0x0023},
                                              {0x0008, 0x0033},
                                              {0x0008, 0x3002}}),
                              static_cast<int>(series.instances.size())});
  set_counts(study);
  slot = std::make_shared<const StudyEntry>(std::move(study));
}

Status MemoryArchive::store(EncodedObject object) {
  auto data_set = parsed(object);
  if (!data_set) return data_set.error();
  OFString charset;
  (*data_set)->findAndGetOFStringArray(DCM_SpecificCharacterSet, charset);
  const auto header = dicom::from_dataset(**data_set);
  for (const auto& key : {tag::kStudyInstanceUid, tag::kSeriesInstanceUid, tag::kSopInstanceUid}) {
    if (header.text(key).empty()) return Error{ErrorKind::bad_data, "an identifier is missing"};
  }
  const auto uid = header.text(tag::kSopInstanceUid);
  std::lock_guard lock(mutex_);
  const bool fresh = !objects_.contains(uid);
  if (fresh) add(header, charset.c_str(), object.transfer_syntax.str());
  objects_[uid] = std::move(object);
  return ok();
}

}  // namespace

std::shared_ptr<StoringArchive> make_storing_archive() { return std::make_shared<MemoryArchive>(); }

}  // namespace harvester::simulation

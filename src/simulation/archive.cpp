#include "harvester/simulation/archive.hpp"

#include <map>
#include <set>

#include "entry_counts.hpp"
#include "harvester/core/text.hpp"

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
using dicom::Attributes;

constexpr const char* kExplicitLittleEndian = "1.2.840.10008.1.2.1";

InstanceEntry instance_entry(const StudyPlan& study, const InstancePlan& plan, int number) {
  const auto date = study.date ? dicom_date(*study.date) : "";
  return {Attributes{{tag::kSopClassUid, sop_class_of(plan.content)},
                     {tag::kSopInstanceUid, plan.uid},
                     {tag::kInstanceNumber, plan.instance_number},
                     {{0x0008, 0x0023}, date},
                     {{0x0008, 0x0033}, dicom_time(plan.time)},
                     {{0x0008, 0x3002}, kExplicitLittleEndian}},
          number};
}

SeriesEntry series_entry(const StudyPlan& study, const SeriesPlan& plan, int number) {
  const auto& equipment = study.equipment;
  SeriesEntry entry{Attributes{{tag::kModality, plan.modality},
                               {tag::kSeriesInstanceUid, plan.uid},
                               {tag::kSeriesNumber, plan.number},
                               {tag::kSeriesDescription, plan.description},
                               {tag::kManufacturer, equipment.manufacturer},
                               {tag::kInstitutionName, equipment.institution},
                               {tag::kStationName, plan.station.empty() ? equipment.station : plan.station}},
                    {},
                    number};
  for (const auto& instance : plan.instances) {
    entry.instances.push_back(instance_entry(study, instance, static_cast<int>(entry.instances.size())));
  }
  return entry;
}

Attributes study_attributes(const StudyPlan& plan) {
  const auto& patient = plan.patient;
  return Attributes{{tag::kPatientName, patient.name},
                    {tag::kPatientId, patient.id},
                    {tag::kPatientBirthDate, patient.birth_date},
                    {{0x0010, 0x0040}, patient.sex},
                    {tag::kStudyInstanceUid, plan.uid},
                    {tag::kStudyDate, plan.date ? dicom_date(*plan.date) : ""},
                    {tag::kStudyTime, plan.time ? dicom_time(*plan.time) : ""},
                    {tag::kAccessionNumber, plan.accession_number},
                    {tag::kStudyDescription, plan.description},
                    {tag::kInstitutionName, plan.equipment.institution},
                    {tag::kStationName, plan.equipment.station},
                    {{0x0020, 0x0010}, plan.id}};
}

EncodedObject encode_at(const StudyPlan& plan, int series, int instance) {
  const auto& chosen = plan.series.at(static_cast<std::size_t>(series));
  return encode(plan, chosen, chosen.instances.at(static_cast<std::size_t>(instance)));
}

class PlannedArchive final : public Archive {
 public:
  explicit PlannedArchive(std::vector<StudyPlan> plans) : plans_(std::move(plans)) {
    for (const auto& plan : plans_) {
      numbers_.emplace(plan.uid, static_cast<int>(entries_.size()));
      entries_.push_back(std::make_shared<const StudyEntry>(entry_of(plan)));
    }
  }

  int studies() const override { return static_cast<int>(plans_.size()); }
  std::optional<CivilDate> date(int study) const override { return plan(study).date; }
  std::shared_ptr<const StudyEntry> study(int study) const override {
    return entries_.at(static_cast<std::size_t>(study));
  }
  std::optional<int> find(const std::string& study_uid) const override {
    const auto found = numbers_.find(study_uid);
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
  }
  EncodedObject object(int study, int series, int instance) const override {
    return encode_at(plan(study), series, instance);
  }

 private:
  const StudyPlan& plan(int study) const { return plans_.at(static_cast<std::size_t>(study)); }

  const std::vector<StudyPlan> plans_;
  std::vector<std::shared_ptr<const StudyEntry>> entries_;
  std::map<std::string, int> numbers_;
};

class LazyArchive final : public Archive {
 public:
  explicit LazyArchive(CtArchiveOptions options) : options_(options) {}

  int studies() const override { return options_.studies; }
  std::optional<CivilDate> date(int study) const override { return ct_archive_date(options_, study); }
  std::shared_ptr<const StudyEntry> study(int study) const override {
    return std::make_shared<const StudyEntry>(entry_of(ct_archive_study(options_, study)));
  }
  /// The number stands in the UID.
  std::optional<int> find(const std::string& study_uid) const override {
    const Attributes last{{tag::kInstanceNumber, study_uid.substr(study_uid.find_last_of('.') + 1)}};
    const auto number = last.integer(tag::kInstanceNumber).value_or(0) - 1;
    const bool there = number >= 0 && number < options_.studies && ct_archive_study(options_, number).uid == study_uid;
    return there ? std::optional(number) : std::nullopt;
  }
  EncodedObject object(int study, int series, int instance) const override {
    return encode_at(ct_archive_study(options_, study), series, instance);
  }

 private:
  const CtArchiveOptions options_;
};

}  // namespace

StudyEntry entry_of(const StudyPlan& plan) {
  StudyEntry entry{study_attributes(plan), plan.patient.charset, {}};
  for (const auto& series : plan.series) {
    entry.series.push_back(series_entry(plan, series, static_cast<int>(entry.series.size())));
  }
  set_counts(entry);
  return entry;
}

void set_counts(StudyEntry& entry) {
  std::set<std::string> modalities;
  std::set<std::string> classes;
  std::size_t instances = 0;
  for (auto& series : entry.series) {
    if (const auto modality = series.attributes.text(tag::kModality); !modality.empty()) modalities.insert(modality);
    for (const auto& instance : series.instances) classes.insert(instance.attributes.text(tag::kSopClassUid));
    series.attributes.set(tag::kNumberOfSeriesRelatedInstances, std::to_string(series.instances.size()));
    instances += series.instances.size();
  }
  entry.attributes.set(tag::kModalitiesInStudy, join({modalities.begin(), modalities.end()}, "\\"));
  entry.attributes.set(tag::kSopClassesInStudy, join({classes.begin(), classes.end()}, "\\"));
  entry.attributes.set(tag::kNumberOfStudyRelatedSeries, std::to_string(entry.series.size()));
  entry.attributes.set(tag::kNumberOfStudyRelatedInstances, std::to_string(instances));
}

std::shared_ptr<Archive> make_archive(std::vector<StudyPlan> plans) {
  return std::make_shared<PlannedArchive>(std::move(plans));
}

std::shared_ptr<Archive> make_lazy_archive(const CtArchiveOptions& options) {
  return std::make_shared<LazyArchive>(options);
}

}  // namespace harvester::simulation

#include "finder.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "harvester/core/text.hpp"
#include "harvester/simulation/matching.hpp"

namespace harvester::simulation {
namespace {

namespace tag {
using namespace dicom::tag;
inline constexpr dicom::Tag kPatientSex{0x0010, 0x0040};
inline constexpr dicom::Tag kStudyId{0x0020, 0x0010};
}  // namespace tag
using dicom::Attributes;

constexpr std::uint16_t kIdentifierMismatch = 0xA900;
constexpr std::uint16_t kOutOfResources = 0xA700;

bool is_count(dicom::Tag key) {
  return key == tag::kNumberOfStudyRelatedSeries || key == tag::kNumberOfStudyRelatedInstances ||
         key == tag::kNumberOfSeriesRelatedInstances;
}

bool is_text_key(dicom::Tag key) {
  return key == tag::kStudyDescription || key == tag::kSeriesDescription || key == tag::kPatientName ||
         key == tag::kPatientBirthDate || key == tag::kStationName;
}

bool is_patient_key(dicom::Tag key) {
  static const std::set<dicom::Tag> kKeys = {tag::kPatientName, tag::kPatientId, tag::kPatientBirthDate,
                                             tag::kPatientSex};
  return kKeys.contains(key);
}

/// Keys of the study level that no lower level has; unique ones aside.
bool is_study_key(dicom::Tag key) {
  static const std::set<dicom::Tag> kKeys = {
      tag::kStudyDate,         tag::kStudyTime,        tag::kAccessionNumber, tag::kModalitiesInStudy,
      tag::kSopClassesInStudy, tag::kStudyDescription, tag::kStudyId};
  return kKeys.contains(key) || is_patient_key(key);
}

bool is_series_key(dicom::Tag key) {
  static const std::set<dicom::Tag> kKeys = {tag::kModality,     tag::kSeriesNumber,    tag::kSeriesDescription,
                                             tag::kManufacturer, tag::kInstitutionName, tag::kStationName};
  return kKeys.contains(key);
}

/// The days a date key spans; very many where an end is open.
int days_of(const std::string& key) {
  const auto dash = key.find('-');
  if (dash == std::string::npos) return key.empty() ? std::numeric_limits<int>::max() : 1;
  const auto from = parse_date(trimmed(key.substr(0, dash)));
  const auto until = parse_date(trimmed(key.substr(dash + 1)));
  return from && until ? days_between(*from, *until) + 1 : std::numeric_limits<int>::max();
}

}  // namespace

std::optional<Level> level_of(const Attributes& keys) {
  const auto level = keys.text(tag::kQueryRetrieveLevel);
  if (level == "PATIENT") return Level::patient;
  if (level == "STUDY") return Level::study;
  if (level == "SERIES") return Level::series;
  if (level == "IMAGE") return Level::image;
  return std::nullopt;
}

bool is_offline(const Quirks& quirks, int number) {
  return quirks.offline_every > 0 && (number + 1) % quirks.offline_every == 0;
}

bool has_unknown_keys(const Attributes& keys) {
  static const std::set<dicom::Tag> kOthers = {
      tag::kSpecificCharacterSet, tag::kQueryRetrieveLevel, tag::kRetrieveAeTitle, tag::kInstanceAvailability,
      tag::kStudyInstanceUid,     tag::kSeriesInstanceUid,  tag::kSopInstanceUid,  tag::kSopClassUid,
      tag::kInstanceNumber,       {0x0008, 0x0023},         {0x0008, 0x0033},      {0x0008, 0x3002}};
  return std::any_of(keys.begin(), keys.end(), [](const auto& key) {
    const auto& tag = key.first;
    return !kOthers.contains(tag) && !is_study_key(tag) && !is_series_key(tag) && !is_count(tag);
  });
}

Finder::Finder(const Archives& archives, const Quirks& quirks, Attributes keys, QueryModel model)
    : archives_(archives),
      quirks_(quirks),
      keys_(std::move(keys)),
      model_(model),
      level_(level_of(keys_)),
      matching_(matching_keys()) {}

/// Q26: in Patient Root.
bool Finder::lacks_patient() const {
  if (!model_.patient_root || quirks_.patient_id == PatientKey::free || *level_ == Level::patient) return false;
  if (quirks_.patient_id == PatientKey::below_study && *level_ == Level::study) return false;
  return keys_.text(tag::kPatientId).empty();
}

/// Hierarchical queries need the unique keys of the levels above (PS3.4 C.4.1.2.1) …
bool Finder::lacks_unique_keys() const {
  if (lacks_patient()) return true;
  if (*level_ > Level::study && keys_.text(tag::kStudyInstanceUid).empty()) return true;
  return *level_ == Level::image && keys_.text(tag::kSeriesInstanceUid).empty();
}

/// … and have no others of those levels.
bool Finder::names_upper_keys() const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const auto& key) {
    const auto& [tag, value] = key;
    if (value.empty() || (model_.patient_root && tag == tag::kPatientId)) return false;
    return (*level_ > Level::study && is_study_key(tag)) || (*level_ > Level::series && is_series_key(tag));
  });
}

std::uint16_t Finder::fault() const {
  if (!level_ || (*level_ == Level::patient && !model_.patient_root)) return kIdentifierMismatch;
  if (!model_.relational && (lacks_unique_keys() || names_upper_keys())) return kIdentifierMismatch;
  const bool list = keys_.values(tag::kModalitiesInStudy).size() > 1;
  if (list && quirks_.modality_list == ModalityList::refused) return kIdentifierMismatch;
  const bool modality = *level_ == Level::study && !keys_.text(tag::kModality).empty();
  return modality && quirks_.modality_at_study == StudyModality::refused ? kIdentifierMismatch : 0;
}

bool Finder::too_broad() const {
  const bool named = !keys_.text(tag::kStudyInstanceUid).empty() || !keys_.text(tag::kAccessionNumber).empty();
  return quirks_.too_broad_days > 0 && *level_ == Level::study && !named &&
         days_of(keys_.text(tag::kStudyDate)) > quirks_.too_broad_days;
}

bool Finder::ignored(dicom::Tag key, const std::string& value) const {
  if (key == tag::kModalitiesInStudy) return true;  // matched on its own, lists and all
  if (level_ == Level::patient && !is_patient_key(key)) return true;
  if (quirks_.id_ranges && (key == tag::kPatientId || key == tag::kAccessionNumber)) return true;
  if (key == tag::kSopClassesInStudy && !quirks_.sop_classes_in_study) return true;
  if (key == tag::kSopClassUid && !quirks_.sop_class_matched) return true;
  if (quirks_.date_and_time_combined && (key == tag::kStudyDate || key == tag::kStudyTime)) return true;
  if (key == tag::kSopClassUid && quirks_.no_sop_class) return true;
  const bool wildcard = value.find_first_of("*?") != std::string::npos;
  return quirks_.ignore_text_keys && (wildcard || is_text_key(key));
}

Attributes Finder::matching_keys() const {
  Attributes chosen;
  for (const auto& [key, value] : keys_) {
    if (!ignored(key, value)) chosen.set(key, value);
  }
  return chosen;
}

bool Finder::hidden(dicom::Tag key) const {
  if (key == tag::kModalitiesInStudy) {
    return quirks_.modalities == ModalitiesKey::absent || quirks_.modalities == ModalitiesKey::absent_but_matched;
  }
  if (key == tag::kSopClassesInStudy) return quirks_.no_sop_class || !quirks_.sop_classes_in_study;
  if (key == tag::kSopClassUid) return quirks_.no_sop_class;
  if (key == tag::kModality) return quirks_.no_series_modality;
  return is_count(key) && quirks_.related_counts == Counts::absent;
}

bool Finder::modalities_match(const Attributes& study) const {
  if (quirks_.modalities == ModalitiesKey::unmatched || quirks_.modalities == ModalitiesKey::absent) return true;
  const auto wanted = keys_.values(tag::kModalitiesInStudy);
  if (wanted.empty()) return true;
  if (quirks_.modalities == ModalitiesKey::nothing) return false;
  if (wanted.size() > 1 && quirks_.modality_list == ModalityList::nothing) return false;
  return std::any_of(wanted.begin(), wanted.end(), [&](const auto& modality) {
    return matches(KeyKind::text, modality, study.raw(tag::kModalitiesInStudy));
  });
}

/// Q1: Modality as a key of the study level.
bool Finder::modality_matches(const Attributes& study) const {
  const auto wanted = keys_.values(tag::kModality);
  if (*level_ != Level::study || wanted.empty()) return true;
  if (quirks_.modality_at_study == StudyModality::nothing) return false;
  if (quirks_.modality_at_study == StudyModality::ignored) return true;
  return std::any_of(wanted.begin(), wanted.end(), [&](const auto& modality) {
    return matches(KeyKind::text, modality, study.raw(tag::kModalitiesInStudy));
  });
}

/// Q55: a hyphen within an identifier makes a range of it.
bool Finder::ids_match(const Attributes& study) const {
  if (!quirks_.id_ranges) return true;
  for (const auto& key : {tag::kPatientId, tag::kAccessionNumber}) {
    const auto wanted = keys_.text(key);
    const auto value = study.text(key);
    const auto dash = wanted.find('-');
    if (dash == std::string::npos && !matches(KeyKind::text, wanted, value)) return false;
    if (dash != std::string::npos && (value < wanted.substr(0, dash) || value > wanted.substr(dash + 1))) return false;
  }
  return true;
}

/// Q8: whether the two ranges are taken as one range of moments.
bool Finder::date_and_time_match(const Attributes& study) const {
  if (!quirks_.date_and_time_combined) return true;
  const auto dates = split(keys_.text(tag::kStudyDate), '-');
  const auto times = split(keys_.text(tag::kStudyTime), '-');
  if (dates.size() != 2 || times.size() != 2) {
    return matches(KeyKind::date, keys_.raw(tag::kStudyDate), study.raw(tag::kStudyDate)) &&
           matches(KeyKind::time, keys_.raw(tag::kStudyTime), study.raw(tag::kStudyTime));
  }
  if (study.text(tag::kStudyDate).empty() || study.text(tag::kStudyTime).empty()) return false;
  const auto moment = study.text(tag::kStudyDate) + study.text(tag::kStudyTime);
  const auto until = times[1].empty() ? "235959.999999" : times[1];
  return dates[0] + times[0] <= moment && moment <= dates[1] + until;
}

/// Q14: a PACS with odd numbers compares them as texts.
bool Finder::numbers_match(const Attributes& candidate) const {
  if (quirks_.numbers != Numbers::odd) return true;
  for (const auto& key : {tag::kSeriesNumber, tag::kInstanceNumber}) {
    const auto wanted = keys_.text(key);
    if (!wanted.empty() && candidate.has(key) && candidate.text(key) != wanted) return false;
  }
  return true;
}

bool Finder::matches_level(const Attributes& candidate) const {
  return matches_all(matching_, candidate) && numbers_match(candidate);
}

/// Station and institution are keys of the study level, too, but below it they speak of the series.
bool Finder::study_matches(const Attributes& study) const {
  auto keys = matching_;
  if (*level_ > Level::study) {
    keys = {};
    for (const auto& [key, value] : matching_)
      if (!is_series_key(key)) keys.set(key, value);
  }
  return matches_all(keys, study) && modalities_match(study) && modality_matches(study) && date_and_time_match(study) &&
         ids_match(study);
}

/// What is told of one attribute, where it is not simply its value.
std::string Finder::told(dicom::Tag key, const std::string& value, const StudyEntry& study) const {
  const bool single = key == tag::kModalitiesInStudy && quirks_.modalities_single && !study.series.empty();
  return single ? study.series.front().attributes.raw(tag::kModality) : value;
}

bool Finder::answer(const StudyEntry& study, const std::vector<const Attributes*>& sources) {
  if (quirks_.cap > 0 && answers_ >= quirks_.cap) return !(capped_ = true);
  Answer made{{{tag::kQueryRetrieveLevel, keys_.text(tag::kQueryRetrieveLevel)}}, study.charset};
  for (const auto& [key, value] : keys_) {
    if (key == tag::kInstanceAvailability && quirks_.availability && *level_ != Level::patient) {
      made.attributes.set(key, offline_ ? "OFFLINE" : "ONLINE");
    }
    if (*level_ == Level::patient && !is_patient_key(key)) continue;
    for (const auto* source : sources) {
      if (source->has(key) && !hidden(key)) made.attributes.set(key, told(key, source->raw(key), study));
    }
  }
  ++answers_;
  return (*on_answer_)(made);
}

/// A patient is one answer, whatever the number of studies.
bool Finder::answer_patient(const StudyEntry& study) {
  if (!patients_.insert(study.attributes.text(tag::kPatientId)).second) return true;
  return answer(study, {&study.attributes});
}

bool Finder::search_series(const StudyEntry& study, const SeriesEntry& series) {
  if (!matches_level(series.attributes)) return true;
  if (*level_ == Level::series) return answer(study, {&study.attributes, &series.attributes});
  if (quirks_.empty_image_level_for_sr && series.attributes.text(tag::kModality) == "SR") return true;
  for (const auto& instance : series.instances) {
    if (!matches_level(instance.attributes)) continue;
    if (!answer(study, {&study.attributes, &series.attributes, &instance.attributes})) return false;
  }
  return true;
}

bool Finder::search_study(const Archive& archive, int number) {
  const auto study = presented(*archive.study(number), quirks_);
  if (!study_matches(study.attributes)) return true;
  offline_ = is_offline(quirks_, number);
  if (*level_ == Level::patient) return answer_patient(study);
  if (*level_ == Level::study) {
    return answer(study, {&study.attributes}) && (!quirks_.answer_twice || answer(study, {&study.attributes}));
  }
  return std::all_of(study.series.begin(), study.series.end(),
                     [&](const auto& series) { return search_series(study, series); });
}

/// By UID where the query names some, else one after the other, by date first since that is cheap.
bool Finder::search(const Archive& archive) {
  const auto uids = *level_ == Level::patient ? std::vector<std::string>() : keys_.values(tag::kStudyInstanceUid);
  for (const auto& uid : uids) {
    const auto number = archive.find(uid);
    if (number && !search_study(archive, *number)) return false;
  }
  if (!uids.empty()) return true;
  const auto dates = *level_ == Level::patient ? std::string() : keys_.raw(tag::kStudyDate);
  for (int number = 0; number < archive.studies(); ++number) {
    const auto date = archive.date(number);
    if (!matches(KeyKind::date, dates, date ? dicom_date(*date) : "")) continue;
    if (!search_study(archive, number)) return false;
  }
  return true;
}

std::uint16_t Finder::run(const OnAnswer& on_answer) {
  if (quirks_.find_status != 0) return quirks_.find_status;
  if (const auto status = fault(); status != 0) return status;
  if (too_broad()) return quirks_.too_broad_status;
  on_answer_ = &on_answer;
  for (const auto& archive : archives_) {
    if (!search(*archive)) break;
  }
  return capped_ && !quirks_.cap_is_silent ? kOutOfResources : 0;
}

}  // namespace harvester::simulation

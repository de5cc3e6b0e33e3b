#include "finder.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "harvester/core/text.hpp"
#include "harvester/simulation/matching.hpp"

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
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
  if (level == "STUDY") return Level::study;
  if (level == "SERIES") return Level::series;
  if (level == "IMAGE") return Level::image;
  return std::nullopt;
}

Finder::Finder(const Archives& archives, const Quirks& quirks, Attributes keys, bool patient_root)
    : archives_(archives),
      quirks_(quirks),
      keys_(std::move(keys)),
      patient_root_(patient_root),
      level_(level_of(keys_)),
      matching_(matching_keys()) {}

/// Hierarchical queries need the unique keys of the levels above (PS3.4 C.4.1.2.1).
std::uint16_t Finder::fault() const {
  if (!level_) return kIdentifierMismatch;
  if (patient_root_ && keys_.text(tag::kPatientId).empty()) return kIdentifierMismatch;
  if (*level_ != Level::study && keys_.text(tag::kStudyInstanceUid).empty()) return kIdentifierMismatch;
  if (*level_ == Level::image && keys_.text(tag::kSeriesInstanceUid).empty()) return kIdentifierMismatch;
  const bool list = keys_.values(tag::kModalitiesInStudy).size() > 1;
  return list && quirks_.modality_list == ModalityList::refused ? kIdentifierMismatch : 0;
}

bool Finder::too_broad() const {
  const bool named = !keys_.text(tag::kStudyInstanceUid).empty() || !keys_.text(tag::kAccessionNumber).empty();
  return quirks_.too_broad_days > 0 && *level_ == Level::study && !named &&
         days_of(keys_.text(tag::kStudyDate)) > quirks_.too_broad_days;
}

bool Finder::ignored(dicom::Tag key, const std::string& value) const {
  if (key == tag::kModalitiesInStudy) return true;  // matched on its own, lists and all
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
  if (key == tag::kSopClassUid || key == tag::kSopClassesInStudy) return quirks_.no_sop_class;
  if (key == tag::kModality) return quirks_.no_series_modality;
  return is_count(key) && quirks_.related_counts == Counts::absent;
}

bool Finder::modalities_match(const Attributes& study) const {
  if (quirks_.modalities == ModalitiesKey::unmatched || quirks_.modalities == ModalitiesKey::absent) return true;
  const auto wanted = keys_.values(tag::kModalitiesInStudy);
  if (wanted.empty()) return true;
  if (wanted.size() > 1 && quirks_.modality_list == ModalityList::nothing) return false;
  return std::any_of(wanted.begin(), wanted.end(), [&](const auto& modality) {
    return matches(KeyKind::text, modality, study.raw(tag::kModalitiesInStudy));
  });
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

bool Finder::answer(const StudyEntry& study, const std::vector<const Attributes*>& sources) {
  if (quirks_.cap > 0 && answers_ >= quirks_.cap) return !(capped_ = true);
  Answer made{{{tag::kQueryRetrieveLevel, keys_.text(tag::kQueryRetrieveLevel)}}, study.charset};
  for (const auto& [key, value] : keys_) {
    if (key == tag::kInstanceAvailability) made.attributes.set(key, "ONLINE");
    for (const auto* source : sources) {
      if (source->has(key) && !hidden(key)) made.attributes.set(key, source->raw(key));
    }
  }
  ++answers_;
  return (*on_answer_)(made);
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
  const bool found = *level_ == Level::study ? matches_level(study.attributes) && modalities_match(study.attributes) &&
                                                   date_and_time_match(study.attributes)
                                             : matches(KeyKind::uid, keys_.raw(tag::kStudyInstanceUid),
                                                       study.attributes.raw(tag::kStudyInstanceUid));
  if (!found) return true;
  if (*level_ == Level::study) {
    return answer(study, {&study.attributes}) && (!quirks_.answer_twice || answer(study, {&study.attributes}));
  }
  return std::all_of(study.series.begin(), study.series.end(),
                     [&](const auto& series) { return search_series(study, series); });
}

/// By UID where the query names some, else one after the other, by date first since that is cheap.
bool Finder::search(const Archive& archive) {
  const auto uids = keys_.values(tag::kStudyInstanceUid);
  for (const auto& uid : uids) {
    const auto number = archive.find(uid);
    if (number && !search_study(archive, *number)) return false;
  }
  if (!uids.empty()) return true;
  const auto dates = keys_.raw(tag::kStudyDate);
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

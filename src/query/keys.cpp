#include <fmt/format.h>

#include "harvester/core/text.hpp"
#include "harvester/query/query.hpp"

namespace harvester::query {

namespace tag = dicom::tag;

namespace {

/// A range by PS3.4 C.2.2.2.5; a single day as a single value, which more nodes take.
std::string date_range(const QueryWindow& window) {
  if (window.from == window.until) return dicom_date(window.from);
  return dicom_date(window.from) + "-" + dicom_date(window.until);
}

std::string time_range(const QueryWindow& window) {
  if (!window.time_from && !window.time_until) return "";
  return fmt::format("{}-{}", window.time_from ? dicom_time(*window.time_from) : "000000",
                     window.time_until ? dicom_time(*window.time_until) : "235959.999999");
}

}  // namespace

namespace {

/// One accession number or study, whatever its date.
dicom::Attributes keys_by_name(dicom::Attributes keys, const QueryWindow& window) {
  keys.set(tag::kStudyDate, "");
  keys.set(tag::kStudyTime, "");
  keys.set(tag::kAccessionNumber, window.accession_number);
  keys.set(tag::kStudyInstanceUid, window.study.str());
  return keys;
}

}  // namespace

dicom::Proposal service(const Style& style) {
  auto proposal = dicom::find_service(style.model);
  const bool ask_for_relational = style.relational || style.model == dicom::Model::patient_root;
  return ask_for_relational ? dicom::with_relational(std::move(proposal)) : proposal;
}

dicom::Attributes study_keys(const Style& style, const QueryWindow& window) {
  dicom::Attributes keys{{tag::kQueryRetrieveLevel, "STUDY"},   {tag::kSpecificCharacterSet, ""},
                         {tag::kStudyDate, date_range(window)}, {tag::kStudyTime, time_range(window)},
                         {tag::kAccessionNumber, ""},           {tag::kModalitiesInStudy, ""},
                         {tag::kStudyDescription, ""},          {tag::kStudyInstanceUid, ""}};
  if (window.names_study()) return keys_by_name(std::move(keys), window);
  const bool in_study =
      style.modality_key == ModalityKey::modalities_in_study || style.modality_key == ModalityKey::both;
  const bool at_study = style.modality_key == ModalityKey::modality_at_study || style.modality_key == ModalityKey::both;
  if (in_study) keys.set(tag::kModalitiesInStudy, window.modality);
  if (at_study) keys.set(tag::kModality, window.modality);
  if (style.model == dicom::Model::patient_root) keys.set(tag::kPatientId, "");
  if (style.sop_classes_in_study) keys.set(tag::kSopClassesInStudy, "");
  if (style.station_at_study) keys.set(tag::kStationName, "");
  if (style.institution_at_study) keys.set(tag::kInstitutionName, "");
  return keys;
}

namespace {

/// The unique keys of the levels above.
dicom::Attributes below_study(const Style& style, const char* level, const CandidateStudy& study) {
  dicom::Attributes keys{
      {tag::kQueryRetrieveLevel, level}, {tag::kSpecificCharacterSet, ""}, {tag::kStudyInstanceUid, study.uid.str()}};
  if (style.model == dicom::Model::patient_root) keys.set(tag::kPatientId, study.patient_id);
  return keys;
}

}  // namespace

dicom::Attributes series_keys(const Style& style, const CandidateStudy& study) {
  auto keys = below_study(style, "SERIES", study);
  for (const auto& asked : {tag::kSeriesInstanceUid, tag::kModality, tag::kSeriesDescription, tag::kSeriesNumber,
                            tag::kStationName, tag::kNumberOfSeriesRelatedInstances, tag::kInstanceAvailability})
    keys.set(asked, "");
  return keys;
}

dicom::Attributes image_keys(const Style& style, const CandidateStudy& study, const SeriesUid& series) {
  auto keys = below_study(style, "IMAGE", study);
  keys.set(tag::kSeriesInstanceUid, series.str());
  for (const auto& asked : {tag::kSopInstanceUid, tag::kSopClassUid, tag::kInstanceNumber}) keys.set(asked, "");
  return keys;
}

dicom::Attributes report_keys(const Style& style, const CandidateStudy& study,
                              const std::vector<SopClassUid>& classes) {
  std::string list;
  for (const auto& uid : classes) list += (list.empty() ? "" : "\\") + uid.str();
  auto keys = series_keys(style, study);
  keys.set(tag::kQueryRetrieveLevel, "IMAGE");
  keys.set(tag::kSopInstanceUid, "");
  keys.set(tag::kSopClassUid, list);
  keys.set(tag::kInstanceNumber, "");
  return keys;
}

std::optional<CandidateStudy> read_study(const dicom::Attributes& answer) {
  CandidateStudy study;
  study.uid = StudyUid(answer.text(tag::kStudyInstanceUid));
  if (study.uid.empty()) return std::nullopt;
  study.date = answer.text(tag::kStudyDate);
  study.time = answer.text(tag::kStudyTime);
  study.accession_number = answer.text(tag::kAccessionNumber);
  study.description = answer.text(tag::kStudyDescription);
  study.station_name = answer.text(tag::kStationName);
  study.institution_name = answer.text(tag::kInstitutionName);
  study.modalities = answer.values(tag::kModalitiesInStudy);
  study.patient_id = answer.raw(tag::kPatientId);
  for (auto& uid : answer.values(tag::kSopClassesInStudy)) study.sop_classes.emplace_back(std::move(uid));
  return study;
}

namespace {

/// One of the defined terms (PS3.4 C.4.23.1.1), whatever its case; a value that is none of them says nothing.
std::string availability(const std::string& told) {
  for (const auto* term : {"ONLINE", "NEARLINE", "OFFLINE", "UNAVAILABLE"})
    if (lower(told) == lower(term)) return term;
  return {};
}

}  // namespace

std::optional<CandidateSeries> read_series(const dicom::Attributes& answer) {
  CandidateSeries series;
  series.uid = SeriesUid(answer.text(tag::kSeriesInstanceUid));
  if (series.uid.empty()) return std::nullopt;
  series.modality = answer.text(tag::kModality);
  series.description = answer.text(tag::kSeriesDescription);
  series.station_name = answer.text(tag::kStationName);
  series.number = answer.integer(tag::kSeriesNumber);
  series.instance_count = answer.integer(tag::kNumberOfSeriesRelatedInstances);
  series.availability = availability(answer.text(tag::kInstanceAvailability));
  return series;
}

std::optional<CandidateInstance> read_instance(const dicom::Attributes& answer) {
  CandidateInstance instance;
  instance.uid = SopInstanceUid(answer.text(tag::kSopInstanceUid));
  if (instance.uid.empty()) return std::nullopt;
  instance.sop_class = SopClassUid(answer.text(tag::kSopClassUid));
  instance.number = answer.integer(tag::kInstanceNumber);
  return instance;
}

}  // namespace harvester::query

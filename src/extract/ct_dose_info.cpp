#include "ct_dose_info.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>

#include "ct_scan.hpp"
#include "finite.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "harvester/extract/item_reader.hpp"
#include "harvester/extract/report_header.hpp"
#include "harvester/extract/units.hpp"

// The dose screens that CT scanners send as a secondary capture. Philips: one item of Exposure Dose Sequence
// (0040,030E) for each scan, and the dose length product in a private element of ELSCINT1. Of others the total in a
// comment, if any.

namespace harvester::extract {
namespace {

const DcmTagKey kElscintDlp(0x00e1, 0x1021);
const DcmTagKey kElscintCreator(0x00e1, 0x0010);

MaybeNumber dlp_of(const DatasetReader& reader) {
  if (raw_value(reader.item(), kElscintCreator) != "ELSCINT1") return std::nullopt;
  return parse_number(raw_value(reader.item(), kElscintDlp));
}

CtEvent event_of(const DatasetReader& reader) {
  auto event = scan_of(reader);
  event.date_time_started = reader.datetime(DCM_AcquisitionDateTime);
  event.acquisition_protocol = reader.text(DCM_SeriesDescription);
  if (const auto time = reader.number(DCM_ExposureTime)) event.exposure_time = *time / 1000;
  event.scanning_length = reader.number(DCM_ScanLength);
  event.dlp = dlp_of(reader);
  return event;
}

/// What stands between the words and the number, or behind it: a unit, colons and brackets.
std::string_view unit_in(std::string_view text) {
  const auto from = text.find_first_not_of(" \t:=([");
  if (from == std::string_view::npos) return {};
  text = text.substr(from);
  return text.substr(0, text.find_first_of(" \t:=)],;\r\n0123456789"));
}

/// The number behind "total DLP" in a comment, if its unit stands there; there are no rules for what makers write.
MaybeNumber total_dlp_in(const MaybeText& comment) {
  constexpr std::string_view kWords = "total dlp";
  const auto at = comment ? lower(*comment).find(kWords) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  const auto rest = std::string_view(*comment).substr(at + kWords.size());
  const auto from = rest.find_first_of("0123456789");
  if (from == std::string_view::npos || from > 20) return std::nullopt;
  const auto end = std::min(rest.find_first_not_of("0123456789.", from), rest.size());
  const auto before = unit_in(rest.substr(0, from)), behind = unit_in(rest.substr(end));
  const auto unit = before.empty() ? behind : before;
  const auto value = parse_number(rest.substr(from, end - from));
  const auto factor = factor_to_stored(Quantity::dlp, unit);
  return value && factor && !unit.empty() ? finite(*value * *factor) : std::nullopt;
}

MaybeNumber total_of(const DatasetReader& reader) {
  if (const auto dlp = dlp_of(reader)) return dlp;
  for (const auto& tag : {DCM_CommentsOnRadiationDose, DCM_ImageComments})
    if (const auto dlp = total_dlp_in(reader.text(tag))) return dlp;
  return std::nullopt;
}

CtAccumulated accumulated_of(const DatasetReader& reader) {
  CtAccumulated row;
  row.region = "study";
  if (const auto count = reader.number(DCM_RETIRED_TotalNumberOfExposures); count && std::abs(*count) < 1e9)
    row.total_number_of_irradiation_events = std::llround(*count);
  row.ct_dose_length_product_total = total_of(reader);
  row.comment = reader.text(DCM_CommentsOnRadiationDose);
  return row;
}

}  // namespace

Result<DoseRecord> extract_dose_screen(DcmDataset& dataset, const ExtractOptions& options, ObjectKind kind) {
  const TextDecoder decoder(raw_value(dataset, DCM_SpecificCharacterSet), options.undeclared_charset);
  DoseRecord record;
  const DatasetReader reader(dataset, decoder, record.warnings);
  read_image_header(reader, record);
  record.report.object_kind = kind;
  record.report.modality_type = "CT";
  for (auto* item : reader.items(DCM_RETIRED_ExposureDoseSequence)) {
    const auto scan = reader.inside(*item);
    if (scan.text(DCM_AcquisitionType)) record.ct_events.push_back(event_of(scan));
  }
  record.ct_accumulated.push_back(accumulated_of(reader));
  if (record.ct_events.empty() && !record.ct_accumulated.front().ct_dose_length_product_total)
    return Error{ErrorKind::not_found, "a dose screen that tells its dose in the picture alone, which is not read"};
  condense(record.warnings);
  return record;
}

Result<DoseRecord> extract_ct_dose_info(DcmDataset& dataset, const ExtractOptions& options) {
  auto record = extract_dose_screen(dataset, options, ObjectKind::ct_dose_info);
  // Philips names the study there; what stands in Study Description is whatever was ordered.
  if (record && record->patient_study.protocol_name)
    record->patient_study.study_description = record->patient_study.protocol_name;
  return record;
}

}  // namespace harvester::extract

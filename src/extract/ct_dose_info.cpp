#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "harvester/core/text.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "harvester/extract/item_reader.hpp"
#include "harvester/extract/report_header.hpp"

// The dose info that Philips CT scanners send as a secondary capture: one item of Exposure Dose Sequence (0040,030E)
// for each scan, and the dose length product in a private element of ELSCINT1.

namespace harvester::extract {
namespace {

const DcmTagKey kElscintDlp(0x00e1, 0x1021);
const DcmTagKey kElscintCreator(0x00e1, 0x0010);

MaybeNumber dlp_of(const DatasetReader& reader) {
  if (raw_value(reader.item(), kElscintCreator) != "ELSCINT1") return std::nullopt;
  return parse_number(raw_value(reader.item(), kElscintDlp));
}

struct Type {
  std::string_view keyword, value, meaning;
};

/// Acquisition Type (0018,9302) as PS3.16 CID 10013 names it.
constexpr std::array kTypes{
    Type{"SPIRAL", "P5-08001", "Spiral Acquisition"}, Type{"SEQUENCED", "113804", "Sequenced Acquisition"},
    Type{"CONSTANT_ANGLE", "113805", "Constant Angle Acquisition"},
    Type{"STATIONARY", "113806", "Stationary Acquisition"}, Type{"FREE", "113807", "Free Acquisition"}};

MaybeCode type_of(const MaybeText& keyword) {
  if (!keyword) return std::nullopt;
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const Type& t) { return t.keyword == *keyword; });
  if (found == kTypes.end()) return Code{"", "", *keyword};
  return Code{std::string(found->value), found->value.starts_with("P5") ? "SRT" : "DCM", std::string(found->meaning)};
}

MaybeNumber divided(const MaybeNumber& value, double by) { return value ? MaybeNumber(*value / by) : std::nullopt; }

CtXraySource source_of(const DatasetReader& reader) {
  CtXraySource source;
  source.identification_of_the_xray_source = "A";
  source.kvp = reader.number(DCM_KVP);
  source.xray_tube_current = divided(reader.number(DCM_XRayTubeCurrentInuA), 1000);
  if (!source.xray_tube_current) source.xray_tube_current = reader.number(DCM_XRayTubeCurrent);
  source.exposure_time_per_rotation = reader.number(DCM_RevolutionTime);
  return source;
}

CtEvent event_of(const DatasetReader& reader) {
  CtEvent event;
  event.irradiation_event_uid = reader.text(DCM_IrradiationEventUID);
  event.date_time_started = reader.datetime(DCM_AcquisitionDateTime);
  event.acquisition_protocol = reader.text(DCM_SeriesDescription);
  event.ct_acquisition_type = type_of(reader.text(DCM_AcquisitionType));
  event.exposure_time = divided(reader.number(DCM_ExposureTime), 1000);
  event.scanning_length = reader.number(DCM_ScanLength);
  event.nominal_single_collimation_width = reader.number(DCM_SingleCollimationWidth);
  event.nominal_total_collimation_width = reader.number(DCM_TotalCollimationWidth);
  event.pitch_factor = reader.number(DCM_SpiralPitchFactor);
  event.mean_ctdivol = reader.number(DCM_CTDIvol);
  event.ctdiw_phantom_type = reader.code(DCM_CTDIPhantomTypeCodeSequence);
  event.dlp = dlp_of(reader);
  event.xray_modulation_type = reader.text(DCM_ExposureModulationType);
  event.number_of_xray_sources = 1;
  event.xray_sources.push_back(source_of(reader));
  return event;
}

CtAccumulated accumulated_of(const DatasetReader& reader) {
  CtAccumulated row;
  row.region = "study";
  if (const auto count = reader.number(DCM_RETIRED_TotalNumberOfExposures))
    row.total_number_of_irradiation_events = std::llround(*count);
  row.ct_dose_length_product_total = dlp_of(reader);
  row.comment = reader.text(DCM_CommentsOnRadiationDose);
  return row;
}

}  // namespace

Result<DoseRecord> extract_ct_dose_info(DcmDataset& dataset, const ExtractOptions& options) {
  const TextDecoder decoder(raw_value(dataset, DCM_SpecificCharacterSet), options.undeclared_charset);
  DoseRecord record;
  const DatasetReader reader(dataset, decoder, record.warnings);
  read_image_header(reader, record);
  record.report.object_kind = ObjectKind::ct_dose_info;
  record.report.modality_type = "CT";
  // Philips names the study there; what stands in Study Description is whatever was ordered.
  if (record.patient_study.protocol_name) record.patient_study.study_description = record.patient_study.protocol_name;
  for (auto* item : reader.items(DCM_RETIRED_ExposureDoseSequence)) {
    const auto scan = reader.inside(*item);
    if (scan.text(DCM_AcquisitionType)) record.ct_events.push_back(event_of(scan));
  }
  if (record.ct_events.empty()) return Error{ErrorKind::bad_data, "a dose info without Exposure Dose Sequence"};
  record.ct_accumulated.push_back(accumulated_of(reader));
  condense(record.warnings);
  return record;
}

}  // namespace harvester::extract

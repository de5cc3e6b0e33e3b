#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>

#include "finite.hpp"
#include "flat_header.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "harvester/extract/item_reader.hpp"
#include "harvester/extract/report_header.hpp"
#include "image_terms.hpp"
#include "vendor_repairs.hpp"
#include "xray_event.hpp"

// Dose of CR, DX, PX and MG images (PS3.3 C.8.7.8 Mammography X-Ray, C.8.11 Digital X-Ray, C.4.16 Radiation Dose), and
// of multi-frame ones: angiography, fluoroscopy, 3D and tomosynthesis (C.8.19, C.8.21).

namespace harvester::extract {
namespace {

constexpr double kDecigraySquareCentimetres = 1e-5;  ///< in Gy.m2
constexpr double kDecigray = 100;                    ///< in mGy

MaybeNumber scaled(const MaybeNumber& value, double factor) {
  if (!value) return std::nullopt;
  return finite(factor < 1 ? *value / (1 / factor) : *value * factor);
}

MaybeCode coded_or_text(const DatasetReader& reader, const DcmTagKey& sequence, const DcmTagKey& otherwise) {
  if (auto code = reader.code(sequence)) return code;
  auto text = reader.text(otherwise);
  return text ? MaybeCode(Code{"", "", std::move(*text)}) : std::nullopt;
}

void read_identity(const DatasetReader& reader, const DoseReport& report, bool mammogram, XrayEvent& event) {
  event.irradiation_event_uid = report.sop_instance_uid;
  if (auto uid = repaired_utf8(raw_value(reader.item(), DCM_IrradiationEventUID)); !uid.empty())
    event.header_event_uid = std::move(uid);
  event.date_time_started = acquired_at(reader);
  event.acquisition_protocol = reader.text(DCM_ProtocolName);
  event.anatomical_structure = coded_or_text(reader, DCM_AnatomicRegionSequence, DCM_BodyPartExamined);
  event.image_view = coded_or_text(reader, DCM_ViewCodeSequence, DCM_ViewPosition);
  event.laterality = side_of(reader.text(DCM_ImageLaterality).value_or(""));
  if (!event.laterality) event.laterality = side_of(reader.text(DCM_FrameLaterality).value_or(""));
  if (!event.laterality && mammogram) event.laterality = side_of(reader.text(DCM_Laterality).value_or(""));
}

MaybeNumber percentage_in(const MaybeText& comment) {
  if (!comment || !comment->ends_with('%')) return std::nullopt;
  return parse_number(std::string_view(*comment).substr(0, comment->size() - 1));
}

void read_dose(const DatasetReader& reader, bool mammogram, XrayEvent& event) {
  for (const auto& tag : {DCM_ImageAndFluoroscopyAreaDoseProduct, DCM_AcquiredImageAreaDoseProduct})
    if (!event.dose_area_product) event.dose_area_product = scaled(reader.number(tag), kDecigraySquareCentimetres);
  event.entrance_exposure_at_rp = reader.number(DCM_EntranceDoseInmGy);
  event.half_value_layer = reader.number(DCM_HalfValueLayer);
  event.exposure_index = reader.number(DCM_ExposureIndex);
  event.target_exposure_index = reader.number(DCM_TargetExposureIndex);
  event.deviation_index = reader.number(DCM_DeviationIndex);
  event.sensitivity = reader.number(DCM_Sensitivity);
  event.relative_xray_exposure = reader.number(DCM_RelativeXRayExposure);
  if (!mammogram) return;
  event.average_glandular_dose = scaled(reader.number(DCM_OrganDose), kDecigray);
  event.percent_fibroglandular_tissue = percentage_in(reader.text(DCM_CommentsOnRadiationDose));
}

/// Finer units first (PS3.3 C.7.6.5 and C.8.7.2): they are what the rounded ones were made of.
void read_exposure(const DatasetReader& reader, XrayEvent& event) {
  event.kvp = reader.number(DCM_KVP);
  event.exposure_time = reader.number(DCM_ExposureTime);
  if (const auto exact = reader.number(DCM_ExposureTimeInms)) event.exposure_time = exact;
  event.average_xray_tube_current = reader.number(DCM_XRayTubeCurrent);
  if (!event.average_xray_tube_current) event.average_xray_tube_current = reader.number(DCM_XRayTubeCurrentInmA);
  if (!event.average_xray_tube_current)
    event.average_xray_tube_current = scaled(reader.number(DCM_XRayTubeCurrentInuA), 1e-3);
  event.exposure_uas = reader.number(DCM_ExposureInuAs);
  for (const auto& tag : {DCM_ExposureInmAs, DCM_Exposure})
    if (!event.exposure_uas) event.exposure_uas = scaled(reader.number(tag), 1000);
  event.exposure_control_mode = reader.text(DCM_ExposureControlMode);
  event.exposure_control_mode_description = reader.text(DCM_ExposureControlModeDescription);
}

/// Materials, and thicknesses in the same order; some makers write lists with commas.
void read_filters(const DatasetReader& reader, XrayEvent& event) {
  const auto materials = reader.parts(DCM_FilterMaterial);
  const auto thin = reader.numbers(DCM_FilterThicknessMinimum), thick = reader.numbers(DCM_FilterThicknessMaximum);
  const auto type = reader.text(DCM_FilterType).value_or("");
  event.filter_material_keyword = reader.text(DCM_FilterMaterial);
  const auto at = [](const std::vector<double>& values, std::size_t n) {
    return n < values.size() ? MaybeNumber(values[n]) : std::nullopt;
  };
  for (std::size_t n = 0; n < materials.size(); ++n) {
    auto material = material_of(materials[n]);
    if (!material) material = Code{"", "", materials[n]};
    event.filters.push_back({filter_type_of(type), material, at(thin, n), at(thick, n)});
  }
  if (!event.filters.empty()) return;
  if (const auto filter = filter_in_type(type))
    event.filters.push_back(*filter);
  else if (const auto kind = filter_type_of(type))
    event.filters.push_back({kind, std::nullopt, at(thin, 0), at(thick, 0)});
}

/// Height and width of a rectangle, or the diameter of a circle, in mm (PS3.3 C.8.11.3).
void read_field(const DatasetReader& reader, XrayEvent& event) {
  const auto sides = reader.numbers(DCM_FieldOfViewDimensions);
  if (sides.empty()) return;
  constexpr double kPi = 3.14159265358979323846;
  const double area = sides.size() > 1 ? sides[0] * sides[1] : kPi / 4 * sides[0] * sides[0];
  event.collimated_field_area = finite(area / 1e6);
}

void read_tube(const DatasetReader& reader, XrayEvent& event) {
  event.focal_spot_size = reader.number(DCM_FocalSpots);
  event.anode_target_material_keyword = reader.text(DCM_AnodeTargetMaterial);
  if (event.anode_target_material_keyword)
    event.anode_target_material = material_of(*event.anode_target_material_keyword);
  read_filters(reader, event);
  read_field(reader, event);
  for (const auto& keyword : reader.parts(DCM_Grid))
    if (const auto grid = grid_of(keyword)) event.grids.push_back({grid});
  event.grid_focal_distance = reader.number(DCM_GridFocalDistance);
}

void read_geometry(const DatasetReader& reader, bool mammogram, XrayEvent& event) {
  event.distance_source_to_detector = reader.number(DCM_DistanceSourceToDetector);
  event.distance_source_to_entrance_surface = reader.number(DCM_DistanceSourceToEntrance);
  event.magnification_factor = reader.number(DCM_EstimatedRadiographicMagnificationFactor);
  const auto primary = reader.number(DCM_PositionerPrimaryAngle);
  (mammogram ? event.column_angulation : event.positioner_primary_angle) = primary;
  event.positioner_secondary_angle = reader.number(DCM_PositionerSecondaryAngle);
  if (!mammogram) return;
  event.compression_thickness = reader.number(DCM_BodyPartThickness);
  event.compression_force = reader.number(DCM_CompressionForce);
}

XrayEvent event_of(const DatasetReader& reader, const DoseReport& report, bool mammogram) {
  XrayEvent event;
  read_identity(reader, report, mammogram, event);
  read_dose(reader, mammogram, event);
  read_exposure(reader, event);
  read_tube(reader, event);
  read_geometry(reader, mammogram, event);
  complete(event);
  return event;
}

Result<DoseRecord> extract_image(DcmDataset& dataset, const ExtractOptions& options, ObjectKind kind,
                                 const char* modality) {
  const auto flat = flat_header(dataset);
  DcmDataset& header = flat ? *flat : dataset;
  const TextDecoder decoder(raw_value(header, DCM_SpecificCharacterSet), options.undeclared_charset);
  DoseRecord record;
  const DatasetReader reader(header, decoder, record.warnings);
  read_image_header(reader, record);
  record.report.object_kind = kind;
  record.report.modality_type = modality;
  record.xray_events.push_back(event_of(reader, record.report, kind == ObjectKind::mg_image));
  repair_image(reader, record);
  repair_record(record);
  condense(record.warnings);
  return record;
}

/// Reconstructions and saved sequences may tell nothing of the exposures that they were made of.
bool tells_of_exposure(const XrayEvent& event) {
  return event.dose_area_product || event.average_glandular_dose || event.entrance_exposure_at_rp || event.kvp ||
         event.exposure_uas;
}

/// The modality that an angiographic, fluoroscopic or 3D image is counted with.
const char* modality_of(DcmDataset& dataset) {
  const auto modality = raw_value(dataset, DCM_Modality);
  return modality == "DX" ? "DX" : modality == "PX" ? "PX" : "RF";
}

}  // namespace

Result<DoseRecord> extract_mg_image(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_image(dataset, options, ObjectKind::mg_image, "MG");
}

Result<DoseRecord> extract_dx_image(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_image(dataset, options, ObjectKind::dx_image, "DX");
}

Result<DoseRecord> extract_cr_image(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_image(dataset, options, ObjectKind::cr_image, "CR");
}

Result<DoseRecord> extract_px_image(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_image(dataset, options, ObjectKind::px_image, "PX");
}

Result<DoseRecord> extract_enhanced_xa(DcmDataset& dataset, const ExtractOptions& options) {
  auto record = extract_image(dataset, options, ObjectKind::enhanced_xa, modality_of(dataset));
  if (record && !tells_of_exposure(record->xray_events.front()))
    return Error{ErrorKind::not_found, "an X-ray image whose header tells of no exposure"};
  return record;
}

}  // namespace harvester::extract

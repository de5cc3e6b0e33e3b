#include "xray_accumulated.hpp"

#include "concepts.hpp"
#include "xray_concepts.hpp"

namespace harvester::extract {
namespace {

using namespace concepts;

XrayCalibration calibration_of(const ContentItem& item, const ItemReader& reader) {
  XrayCalibration calibration;
  calibration.dose_measurement_device = reader.code(item, kDoseMeasurementDevice);
  calibration.calibration_date = reader.datetime(item, kCalibrationDate);
  calibration.calibration_factor = reader.number(item, kCalibrationFactor, Quantity::ratio);
  calibration.calibration_uncertainty = reader.number(item, kCalibrationUncertainty, Quantity::percent);
  calibration.calibration_responsible_party = reader.text(item, kCalibrationParty);
  calibration.calibration_protocol = reader.text(item, kCalibrationProtocol);
  return calibration;
}

XrayAccumulated plane_of(const ContentItem& item, const ItemReader& reader) {
  XrayAccumulated row;
  const auto dap = [&](const Concept& sought) { return reader.number(item, sought, Quantity::dose_area); };
  const auto gray = [&](const Concept& sought) { return reader.number(item, sought, Quantity::kerma_gy); };
  row.acquisition_plane = reader.code(item, kAcquisitionPlane);
  row.dose_area_product_total = dap(kDapTotal);
  row.fluoro_dose_area_product_total = dap(kFluoroDapTotal);
  row.acquisition_dose_area_product_total = dap(kAcquisitionDapTotal);
  row.dose_rp_total = gray(kDoseRpTotal);
  row.fluoro_dose_rp_total = gray(kFluoroDoseRpTotal);
  row.acquisition_dose_rp_total = gray(kAcquisitionDoseRpTotal);
  row.total_fluoro_time = reader.number(item, kTotalFluoroTime, Quantity::time_s);
  row.total_acquisition_time = reader.number(item, kTotalAcquisitionTime, Quantity::time_s);
  row.total_number_of_radiographic_frames = reader.count(item, kRadiographicFrames);
  row.reference_point_definition = reader.code(item, kReferencePoint);
  row.distance_source_to_reference_point = reader.number(item, kSourceToReferencePoint, Quantity::length_mm);
  row.detector_type = reader.code(item, kDetectorType);
  row.comment = reader.text(item, kComment);
  for (const auto* part : reader.containers(item, kCalibration))
    row.calibrations.push_back(calibration_of(*part, reader));
  return row;
}

}  // namespace

std::vector<XrayAccumulated> xray_accumulated(const ContentItem& item, const ItemReader& reader) {
  const auto plane = plane_of(item, reader);
  std::vector<XrayAccumulated> rows;
  for (const auto* dose : reader.all(item, kAccumulatedGlandularDose)) {
    if (dose->type != ValueType::num) continue;
    auto& row = rows.emplace_back(plane);
    row.accumulated_average_glandular_dose = reader.number_of(*dose, Quantity::kerma_mgy);
    row.laterality = reader.code(*dose, kLaterality);
  }
  if (rows.empty()) rows.push_back(plane);
  return rows;
}

}  // namespace harvester::extract

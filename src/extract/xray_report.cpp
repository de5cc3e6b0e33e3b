#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <set>

#include "concepts.hpp"
#include "dose_report.hpp"
#include "harvester/core/dose_resolution.hpp"
#include "vendor_repairs.hpp"
#include "words.hpp"
#include "xray_concepts.hpp"
#include "xray_event.hpp"

namespace harvester::extract {
namespace {

using namespace concepts;

void read_availability(const ContentItem& root, const ItemReader& reader, DoseReport& report) {
  report.acquisition_device_type = reader.text(root, kAcquisitionDeviceType);
  report.xray_source_data_available = reader.code(root, kSourceDataAvailable);
  report.xray_mechanical_data_available = reader.code(root, kMechanicalDataAvailable);
  report.xray_detector_data_available = reader.code(root, kDetectorDataAvailable);
}

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

/// One row of a plane; of a mammography one for each breast (TID 10005).
void read_accumulated(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  for (const auto* item : reader.containers(root, kXrayAccumulated)) {
    const auto plane = plane_of(*item, reader);
    std::size_t breasts = 0;
    for (const auto* dose : reader.all(*item, kAccumulatedGlandularDose)) {
      if (dose->type != ValueType::num) continue;
      auto row = plane;
      row.accumulated_average_glandular_dose = reader.number_of(*dose, Quantity::kerma_mgy);
      row.laterality = reader.code(*dose, kLaterality);
      record.xray_accumulated.push_back(std::move(row));
      ++breasts;
    }
    if (breasts == 0) record.xray_accumulated.push_back(plane);
  }
  if (record.xray_accumulated.empty()) reader.warn(DoseWarning::accumulated_data_missing, root);
}

void read_events(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  for (const auto* item : reader.containers(root, kXrayEvent)) {
    record.xray_events.push_back(xray_event(*item, reader));
    repair_event(*item, reader, record.xray_events.back());
  }
  if (drop_repeated_events(record.xray_events) > 0) reader.warn(DoseWarning::duplicate_event, root);
  std::set<std::string> uids;
  for (const auto& event : record.xray_events) {
    if (!event.irradiation_event_uid)
      reader.warn(DoseWarning::event_without_uid, root);
    else if (!uids.insert(*event.irradiation_event_uid).second)
      reader.warn(DoseWarning::event_uid_reused, root, event.irradiation_event_uid);
  }
}

/// A system is RF by its device type or model, or because its fluoroscopy gave dose; else DX.
std::string modality_of(const DoseRecord& record) {
  const auto& type = record.report.acquisition_device_type;
  if (holds(type, "fluoroscopy-guided") || holds(record.equipment.manufacturer_model_name, "azurion")) return "RF";
  if (holds(type, "integrated") || holds(type, "cassette-based")) return "DX";
  for (const auto& row : record.xray_accumulated)
    if (row.fluoro_dose_area_product_total.value_or(0) > 0 || row.total_fluoro_time.value_or(0) > 0) return "RF";
  return "DX";
}

Result<DoseRecord> extract_xray_report(DcmDataset& dataset, const ExtractOptions& options, ObjectKind kind) {
  auto report = open_report(dataset, options, kind);
  if (!report) return report.error();
  auto& record = report->record;
  const ItemReader reader(record.warnings);
  read_availability(report->root, reader, record.report);
  read_accumulated(report->root, reader, record);
  read_events(report->root, reader, record);
  repair_record(record);
  record.report.modality_type = kind == ObjectKind::mammography_rdsr ? "MG" : modality_of(record);
  return close_report(std::move(*report));
}

}  // namespace

Result<DoseRecord> extract_projection_report(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_xray_report(dataset, options, ObjectKind::projection_rdsr);
}

Result<DoseRecord> extract_mammography_report(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_xray_report(dataset, options, ObjectKind::mammography_rdsr);
}

}  // namespace harvester::extract

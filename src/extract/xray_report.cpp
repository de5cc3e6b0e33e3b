#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "concepts.hpp"
#include "dose_report.hpp"
#include "enhanced_report.hpp"
#include "vendor_repairs.hpp"
#include "words.hpp"
#include "xray_accumulated.hpp"
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

void read_accumulated(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  for (const auto* item : reader.containers(root, kXrayAccumulated))
    for (auto& row : xray_accumulated(*item, reader)) record.xray_accumulated.push_back(std::move(row));
  if (record.xray_accumulated.empty()) reader.warn(DoseWarning::accumulated_data_missing, root);
}

void read_events(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  for (const auto* item : reader.containers(root, kXrayEvent)) {
    record.xray_events.push_back(xray_event(*item, reader));
    repair_event(*item, reader, record.xray_events.back());
  }
  check_events(record.xray_events, reader, root);
}

Result<DoseRecord> extract_xray_report(DcmDataset& dataset, const ExtractOptions& options, ObjectKind kind) {
  auto report = open_report(dataset, options, kind);
  if (!report) return report.error();
  if (is_enhanced(report->root)) return enhanced_record(std::move(*report), kind);
  auto& record = report->record;
  const ItemReader reader(record.warnings);
  read_availability(report->root, reader, record.report);
  read_accumulated(report->root, reader, record);
  read_events(report->root, reader, record);
  repair_record(record);
  record.report.modality_type = kind == ObjectKind::mammography_rdsr ? "MG" : projection_modality(record);
  return close_report(std::move(*report));
}

}  // namespace

std::string projection_modality(const DoseRecord& record) {
  const auto& type = record.report.acquisition_device_type;
  if (holds(type, "fluoroscopy-guided") || holds(record.equipment.manufacturer_model_name, "azurion")) return "RF";
  if (holds(type, "integrated") || holds(type, "cassette-based")) return "DX";
  for (const auto& row : record.xray_accumulated)
    if (row.fluoro_dose_area_product_total.value_or(0) > 0 || row.total_fluoro_time.value_or(0) > 0) return "RF";
  return "DX";
}

Result<DoseRecord> extract_projection_report(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_xray_report(dataset, options, ObjectKind::projection_rdsr);
}

Result<DoseRecord> extract_mammography_report(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_xray_report(dataset, options, ObjectKind::mammography_rdsr);
}

}  // namespace harvester::extract

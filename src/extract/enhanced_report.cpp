#include "enhanced_report.hpp"

#include <algorithm>

#include "concepts.hpp"
#include "ct_event.hpp"
#include "xray_accumulated.hpp"
#include "xray_concepts.hpp"
#include "xray_event.hpp"

// Enhanced X-Ray Radiation Dose reports (PS3.16 TID 10040-10042).

namespace harvester::extract {
namespace {

using namespace concepts;

constexpr Concept kAccumulatedDose{{"130500"}, "Accumulated Dose Data"};
constexpr Concept kEventSummary{{"130501"}, "Irradiation Event Summary Data"};

bool has_any(const ContentItem& item, const ItemReader& reader, std::initializer_list<Concept> sought) {
  return std::any_of(sought.begin(), sought.end(), [&](const Concept& c) { return !reader.all(item, c).empty(); });
}

/// Sources named A and B are the planes of a biplane system.
MaybeCode plane_of(const ContentItem& item, const ItemReader& reader) {
  const auto source = reader.text(item, kSourceIdentification).value_or("");
  if (source == "A") return Code{"113620", "DCM", "Plane A"};
  if (source == "B") return Code{"113621", "DCM", "Plane B"};
  return std::nullopt;
}

void read_total(const ContentItem& item, const ItemReader& reader, ObjectKind kind, DoseRecord& record) {
  const bool scans = has_any(item, reader, {kDlpTotal, kEffectiveDoseTotal});
  const bool exposures = has_any(item, reader,
                                 {kDapTotal, kFluoroDapTotal, kAcquisitionDapTotal, kDoseRpTotal, kTotalFluoroTime,
                                  kAccumulatedGlandularDose, kRadiographicFrames});
  if (scans || (kind == ObjectKind::ct_rdsr && !exposures)) {
    record.ct_accumulated.push_back(ct_accumulated(item, reader));
    return;
  }
  const auto plane = plane_of(item, reader);
  for (auto& row : xray_accumulated(item, reader)) {
    if (!row.acquisition_plane) row.acquisition_plane = plane;
    record.xray_accumulated.push_back(std::move(row));
  }
}

/// A cone-beam scan of an angiography system has an area product, and is an exposure among others.
bool is_scan(const ContentItem& item, const ItemReader& reader, ObjectKind kind) {
  if (kind == ObjectKind::ct_rdsr) return true;
  return has_any(item, reader, {kMeanCtdivol, kDlp}) && !has_any(item, reader, {kDap, kDoseRp, kGlandularDose});
}

void read_event(const ContentItem& item, const ItemReader& reader, ObjectKind kind, DoseRecord& record) {
  if (is_scan(item, reader, kind)) {
    record.ct_events.push_back(ct_event_summary(item, reader));
    return;
  }
  auto& event = record.xray_events.emplace_back(xray_event(item, reader));
  if (!event.acquisition_plane) event.acquisition_plane = plane_of(item, reader);
}

std::string modality_of(const DoseRecord& record, ObjectKind kind) {
  const bool only_scans = !record.ct_events.empty() && record.xray_events.empty();
  if (kind == ObjectKind::ct_rdsr || only_scans) return "CT";
  return kind == ObjectKind::mammography_rdsr ? "MG" : projection_modality(record);
}

}  // namespace

bool is_enhanced(const ContentItem& root) {
  return std::any_of(root.children.begin(), root.children.end(), [](const ContentItem& item) {
    return names_by_value(item.concept_name, kAccumulatedDose) || names_by_value(item.concept_name, kEventSummary);
  });
}

DoseRecord enhanced_record(OpenReport report, ObjectKind kind) {
  auto& record = report.record;
  const ItemReader reader(record.warnings);
  for (const auto* item : reader.containers(report.root, kAccumulatedDose)) read_total(*item, reader, kind, record);
  for (const auto* item : reader.containers(report.root, kEventSummary)) read_event(*item, reader, kind, record);
  if (record.ct_accumulated.empty() && record.xray_accumulated.empty())
    reader.warn(DoseWarning::accumulated_data_missing, report.root);
  check_events(record.ct_events, reader, report.root);
  check_events(record.xray_events, reader, report.root);
  record.report.modality_type = modality_of(record, kind);
  return close_report(std::move(report));
}

}  // namespace harvester::extract

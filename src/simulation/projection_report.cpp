#include <numeric>

#include "codes.hpp"
#include "reports.hpp"

namespace harvester::simulation {
namespace {

bool is_fluoroscopy(const XRayEventPlan& event) { return event.type.meaning == "Fluoroscopy"; }

template <class Value, class Which>
double sum(const ReportPlan& report, Value value, Which which) {
  double total = 0;
  for (const auto& event : report.xray) total += which(event) ? value(event) : 0.0;
  return total;
}

double dap(const XRayEventPlan& event) { return event.dap_gy_m2.value_or(0); }
double dose_rp(const XRayEventPlan& event) { return event.dose_rp_gy.value_or(0); }
double seconds(const XRayEventPlan& event) { return event.exposure_time_ms / 1000.0; }
bool any(const XRayEventPlan&) { return true; }
bool acquisition(const XRayEventPlan& event) { return !is_fluoroscopy(event); }

SrNode root_of(const StudyPlan& study, const Code& procedure_reported) {
  const bool rt = study.equipment.snomed_rt;
  auto root = container(dcm("113701", "X-Ray Radiation Dose Report"), "10001");
  root.relation.clear();
  auto procedure = coded(dcm("121058", "Procedure reported"), procedure_reported).as("HAS CONCEPT MOD");
  procedure.add(coded(codes::has_intent(rt), codes::diagnostic_intent(rt)).as("HAS CONCEPT MOD"));
  root.add(std::move(procedure));
  add_observer(root, study);
  add_scope_of_study(root, study, "HAS OBS CONTEXT");
  return root;
}

Code single_plane() { return dcm("113622", "Single Plane"); }

/// TID 10004
void add_fluoroscopy_totals(SrNode& node, const ReportPlan& report) {
  node.add(num(dcm("113726", "Fluoro Dose Area Product Total"), sum(report, dap, is_fluoroscopy), "Gy.m2"));
  node.add(num(dcm("113728", "Fluoro Dose (RP) Total"), sum(report, dose_rp, is_fluoroscopy), "Gy"));
  node.add(num(dcm("113730", "Total Fluoro Time"), sum(report, seconds, is_fluoroscopy), "s"));
  node.add(num(dcm("113727", "Acquisition Dose Area Product Total"), sum(report, dap, acquisition), "Gy.m2"));
  node.add(num(dcm("113729", "Acquisition Dose (RP) Total"), sum(report, dose_rp, acquisition), "Gy"));
  node.add(num(dcm("113855", "Total Acquisition Time"), sum(report, seconds, acquisition), "s"));
}

SrNode projection_totals(const ReportPlan& report) {
  auto node = container(dcm("113702", "Accumulated X-Ray Dose Data"), "10002");
  node.add(coded(dcm("113764", "Acquisition Plane"), single_plane()).as("HAS CONCEPT MOD"));
  node.add(num(dcm("113722", "Dose Area Product Total"), sum(report, dap, any), "Gy.m2"));
  node.add(num(dcm("113725", "Dose (RP) Total"), sum(report, dose_rp, any), "Gy"));
  const bool fluoroscopy = sum(
                               report, [](const auto&) { return 1.0; }, is_fluoroscopy) > 0;
  if (fluoroscopy) add_fluoroscopy_totals(node, report);
  node.add(num(dcm("113731", "Total Number of Radiographic Frames"),
               sum(
                   report, [](const auto& e) { return static_cast<double>(e.pulses); }, acquisition),
               "1"));
  node.add(coded(dcm("113780", "Reference Point Definition"), dcm("113860", "15cm from Isocenter toward Source")));
  return node;
}

/// TID 10005, one side
void add_breast_dose(SrNode& node, const ReportPlan& report, const std::string& side, const Code& breast,
                     const Code& laterality) {
  const auto on_side = [&](const XRayEventPlan& e) { return e.laterality.meaning == side; };
  const auto glandular = [](const XRayEventPlan& e) { return e.average_glandular_dose_mgy.value_or(0); };
  const double total = sum(report, glandular, on_side);
  if (total == 0) return;
  auto& value = node.add(num(dcm("111637", "Accumulated Average Glandular Dose"), total, "mGy"));
  value.add(coded(laterality, breast).as("HAS CONCEPT MOD"));
}

SrNode mammography_totals(const ReportPlan& report, bool rt) {
  auto node = container(dcm("113702", "Accumulated X-Ray Dose Data"), "10002");
  node.add(coded(dcm("113764", "Acquisition Plane"), single_plane()).as("HAS CONCEPT MOD"));
  add_breast_dose(node, report, "Left", codes::left_breast(rt), codes::laterality(rt));
  add_breast_dose(node, report, "Right", codes::right_breast(rt), codes::laterality(rt));
  return node;
}

void add_optional(SrNode& node, const Code& name, const std::optional<double>& value, const std::string& ucum) {
  if (value) node.add(num(name, *value, ucum));
}

/// TID 10003B: tube and exposure
void add_source(SrNode& node, const XRayEventPlan& event) {
  node.add(num(dcm("113733", "KVP"), event.kvp, "kV"));
  node.add(num(dcm("113734", "X-Ray Tube Current"), event.current_ma, "mA"));
  node.add(num(dcm("113824", "Exposure Time"), event.exposure_time_ms, "ms"));
  node.add(num(dcm("113736", "Exposure"), event.exposure_uas, "uA.s"));
  node.add(num(dcm("113768", "Number of Pulses"), event.pulses, "1"));
  add_optional(node, dcm("113791", "Pulse Rate"), event.pulse_rate, "{pulse}/s");
  auto& filter = node.add(container(dcm("113771", "X-Ray Filters")));
  filter.add(coded(dcm("113757", "X-Ray Filter Material"), {"C-127F9", "SRT", "Copper or Copper compound"}));
}

/// TID 10003C and the distances
void add_geometry(SrNode& node, const XRayEventPlan& event) {
  add_optional(node, dcm("112011", "Positioner Primary Angle"), event.primary_angle_deg, "deg");
  add_optional(node, dcm("112012", "Positioner Secondary Angle"), event.secondary_angle_deg, "deg");
  add_optional(node, dcm("113750", "Distance Source to Detector"), event.distance_source_detector_mm, "mm");
}

void add_mammography(SrNode& node, const XRayEventPlan& event) {
  add_optional(node, dcm("111631", "Average Glandular Dose"), event.average_glandular_dose_mgy, "mGy");
  add_optional(node, dcm("111633", "Compression Thickness"), event.compression_thickness_mm, "mm");
  add_optional(node, dcm("111647", "Compression Force"), event.compression_force_n, "N");
  add_optional(node, dcm("111634", "Half Value Layer"), event.half_value_layer_mm, "mm");
}

SrNode event_node(const XRayEventPlan& event, bool rt) {
  auto node = container(dcm("113706", "Irradiation Event X-Ray Data"), "10003");
  node.add(coded(dcm("113764", "Acquisition Plane"), single_plane()).as("HAS CONCEPT MOD"));
  node.add(uid_ref(dcm("113769", "Irradiation Event UID"), event.uid));
  if (!event.started.empty()) node.add(date_time(dcm("111526", "DateTime Started"), event.started));
  node.add(coded(dcm("113721", "Irradiation Event Type"), event.type));
  node.add(text(dcm("125203", "Acquisition Protocol"), event.protocol));
  auto& region = node.add(coded(dcm("123014", "Target Region"), event.region));
  if (!event.laterality.value.empty()) {
    region.add(coded(codes::laterality(rt), event.laterality).as("HAS CONCEPT MOD"));
  }
  if (!event.view.value.empty()) node.add(coded(dcm("111031", "Image View"), event.view));
  add_optional(node, dcm("122130", "Dose Area Product"), event.dap_gy_m2, "Gy.m2");
  add_optional(node, dcm("113738", "Dose (RP)"), event.dose_rp_gy, "Gy");
  add_mammography(node, event);
  add_source(node, event);
  add_geometry(node, event);
  return node;
}

void add_events(SrNode& root, const ReportPlan& report, bool rt) {
  for (const auto& event : report.xray) root.add(event_node(event, rt));
  root.add(coded(dcm("113854", "Source of Dose Information"), dcm("113856", "Automated Data Collection")));
}

}  // namespace

SrNode projection_report(const StudyPlan& study, const ReportPlan& report) {
  auto root = root_of(study, dcm("113704", "Projection X-Ray"));
  root.add(projection_totals(report));
  add_events(root, report, study.equipment.snomed_rt);
  return root;
}

SrNode mammography_report(const StudyPlan& study, const ReportPlan& report) {
  const bool rt = study.equipment.snomed_rt;
  auto root = root_of(study, codes::either(rt, "P5-40010", "71651007", "Mammography"));
  root.add(mammography_totals(report, rt));
  add_events(root, report, rt);
  return root;
}

}  // namespace harvester::simulation

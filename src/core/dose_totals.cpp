#include <algorithm>
#include <set>

#include "harvester/core/dose_resolution.hpp"
#include "harvester/core/text.hpp"

namespace harvester {
namespace {

void add(MaybeNumber& total, const MaybeNumber& more) {
  if (more) total = total.value_or(0) + *more;
}

bool is_type(const CtEvent& event, std::initializer_list<std::string_view> codes) {
  return event.ct_acquisition_type &&
         std::find(codes.begin(), codes.end(), event.ct_acquisition_type->value) != codes.end();
}

void count_events(const ReportTotals& report, DoseSummary& summary) {
  const auto count = [&](MaybeCount& value, std::initializer_list<std::string_view> codes) {
    const auto& events = report.ct_events;
    value = value.value_or(0) +
            std::count_if(events.begin(), events.end(), [&](const CtEvent& event) { return is_type(event, codes); });
  };
  const auto all = report.ct_events.size() + report.xray_events.size() + report.nm_events.size();
  summary.number_of_events = summary.number_of_events.value_or(0) + static_cast<std::int64_t>(all);
  if (report.ct_events.empty() && report.ct_accumulated.empty()) return;
  count(summary.number_of_axial, {"113804"});
  count(summary.number_of_spiral, {"P5-08001", "116152004", "C0860888"});
  count(summary.number_of_stationary, {"113806"});
  count(summary.number_of_const_angle, {"113805"});
}

void add_dlp(DoseSummary& summary, const ReportTotals& report, bool by_events) {
  MaybeNumber total;
  if (!by_events)
    for (const auto& row : report.ct_accumulated) add(total, row.ct_dose_length_product_total);
  if (!total) {
    for (const auto& event : report.ct_events) add(total, event.dlp);
    if (total) summary.totals_from = "events";
  }
  add(summary.total_dlp, total);
}

/// Plane B of a biplane system (113621, DCM); a single plane counts as A (TID 10002).
bool is_plane_b(const MaybeCode& plane) {
  return plane && (plane->value == "113621" || lower(plane->meaning) == "plane b");
}

enum class Breast { left, right, both };

/// SNOMED CT, SNOMED RT and plain words (CID 6022 and CID 244).
Breast breast_of(const MaybeCode& laterality) {
  if (!laterality) return Breast::both;
  const auto word = lower(laterality->meaning);
  const auto is = [&](std::string_view name, std::initializer_list<std::string_view> codes) {
    return word.starts_with(name) || std::find(codes.begin(), codes.end(), laterality->value) != codes.end();
  };
  if (is("left", {"G-A101", "T-04030", "7771000", "80248007"})) return Breast::left;
  if (is("right", {"G-A100", "T-04020", "24028007", "73056007"})) return Breast::right;
  return Breast::both;
}

MaybeNumber& agd_of(DoseSummary& summary, const MaybeCode& laterality) {
  switch (breast_of(laterality)) {
    case Breast::left:
      return summary.total_agd_left;
    case Breast::right:
      return summary.total_agd_right;
    case Breast::both:
      break;
  }
  return summary.total_agd_both;
}

/// The totals of projection X-ray, as reported or as sums over events.
struct Projection {
  void add_plane(const MaybeCode& plane, const MaybeNumber& dap, const MaybeNumber& rp) {
    const bool b = is_plane_b(plane);
    add(b ? dap_b : dap_a, dap);
    add(b ? rp_b : rp_a, rp);
  }

  MaybeNumber dap_a, dap_b, rp_a, rp_b;
  DoseSummary breasts;
};

Projection reported(const ReportTotals& report) {
  Projection total;
  for (const auto& row : report.xray_accumulated) {
    total.add_plane(row.acquisition_plane, row.dose_area_product_total, row.dose_rp_total);
    add(agd_of(total.breasts, row.laterality), row.accumulated_average_glandular_dose);
  }
  return total;
}

Projection of_events(const ReportTotals& report) {
  Projection total;
  for (const auto& event : report.xray_events) {
    total.add_plane(event.acquisition_plane, event.dose_area_product, event.dose_rp);
    add(agd_of(total.breasts, event.laterality), event.average_glandular_dose);
  }
  return total;
}

bool has_glandular_dose(const DoseSummary& summary) {
  return summary.total_agd_left || summary.total_agd_right || summary.total_agd_both;
}

/// What a report leaves out is taken from its events.
Projection projection_of(const ReportTotals& report, bool by_events, DoseSummary& summary) {
  const auto summed = of_events(report);
  auto total = by_events ? Projection{} : reported(report);
  bool used_events = false;
  const auto fall_back = [&](MaybeNumber& value, const MaybeNumber& other) {
    if (value || !other) return;
    value = other;
    used_events = true;
  };
  fall_back(total.dap_a, summed.dap_a);
  fall_back(total.dap_b, summed.dap_b);
  fall_back(total.rp_a, summed.rp_a);
  fall_back(total.rp_b, summed.rp_b);
  if (!has_glandular_dose(total.breasts) && has_glandular_dose(summed.breasts)) {
    total.breasts = summed.breasts;
    used_events = true;
  }
  if (used_events) summary.totals_from = "events";
  return total;
}

void count_planes(const ReportTotals& report, DoseSummary& summary) {
  std::set<bool> planes;
  for (const auto& row : report.xray_accumulated) planes.insert(is_plane_b(row.acquisition_plane));
  for (const auto& event : report.xray_events) planes.insert(is_plane_b(event.acquisition_plane));
  if (planes.empty()) return;
  summary.number_of_planes = std::max(summary.number_of_planes.value_or(0), static_cast<std::int64_t>(planes.size()));
}

void add_projection(DoseSummary& summary, const ReportTotals& report, bool by_events) {
  const auto total = projection_of(report, by_events, summary);
  add(summary.total_dap_a, total.dap_a);
  add(summary.total_dap_b, total.dap_b);
  add(summary.total_dap, total.dap_a);
  add(summary.total_dap, total.dap_b);
  add(summary.total_rp_dose_a, total.rp_a);
  add(summary.total_rp_dose_b, total.rp_b);
  add(summary.total_agd_left, total.breasts.total_agd_left);
  add(summary.total_agd_right, total.breasts.total_agd_right);
  add(summary.total_agd_both, total.breasts.total_agd_both);
  for (const auto& row : report.xray_accumulated) add(summary.total_fluoro_time, row.total_fluoro_time);
  count_planes(report, summary);
}

void add_report(DoseSummary& summary, const ReportTotals& report, bool by_events) {
  count_events(report, summary);
  add_dlp(summary, report, by_events);
  add_projection(summary, report, by_events);
  for (const auto& event : report.nm_events) add(summary.total_administered_activity, event.administered_activity);
}

}  // namespace

DoseSummary summarise_report(const ReportTotals& report) {
  DoseSummary summary;
  summary.totals_from = "reports";
  add_report(summary, report, false);
  return summary;
}

DoseSummary summarise_study(const std::vector<ReportTotals>& reports) {
  DoseSummary summary;
  summary.totals_from = "reports";
  const bool overlap = std::any_of(reports.begin(), reports.end(),
                                   [](const auto& report) { return !report.superseded && report.overlaps; });
  for (const auto& report : reports)
    if (!report.superseded) add_report(summary, report, overlap);
  return summary;
}

}  // namespace harvester

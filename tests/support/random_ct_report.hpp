#pragma once

#include "support/random_report.hpp"

/// CT reports with any part of what TID 10011 to 10015 allow: members of ReportMaker.
namespace harvester::tests {

// ── CT: TID 10011 to 10015 ──────────────────────────────────────────────────────────────────────────────────────────

inline CtEvent ReportMaker::ct_event(std::vector<sr::Node>& content) {
  static const Slots kEvent{
      {"irradiation_event_uid", {"113769", "DCM", "Irradiation Event UID"}},
      {"irradiation_event_label", {"113605", "DCM", "Irradiation Event Label"}},
      {"irradiation_event_label_type", {"113606", "DCM", "Label Type", "113605"}},
      {"date_time_started", {"111526", "DCM", "DateTime Started"}},
      {"acquisition_protocol", {"125203", "DCM", "Acquisition Protocol"}},
      {"target_region", {"123014", "DCM", "Target Region"}},
      {"ct_acquisition_type", {"113820", "DCM", "CT Acquisition Type"}},
      {"procedure_context", {"G-C32C", "SRT", "Procedure Context"}},
      {"comment", {"121106", "DCM", "Comment"}},
      {"xray_modulation_type", {"113842", "DCM", "X-Ray Modulation Type"}},
      {"exposure_time", {"113824", "DCM", "Exposure Time", "parameters"}},
      {"scanning_length", {"113825", "DCM", "Scanning Length", "parameters"}},
      {"length_of_reconstructable_volume", {"113893", "DCM", "Length of Reconstructable Volume", "parameters"}},
      {"exposed_range", {"113899", "DCM", "Exposed Range", "parameters"}},
      {"top_z_location_of_reconstructable_volume", {"113895", "DCM", "Top Z Location", "parameters"}},
      {"bottom_z_location_of_reconstructable_volume", {"113896", "DCM", "Bottom Z Location", "parameters"}},
      {"top_z_location_of_scanning_length", {"113897", "DCM", "Top Z Location", "parameters"}},
      {"bottom_z_location_of_scanning_length", {"113898", "DCM", "Bottom Z Location", "parameters"}},
      {"frame_of_reference_uid", {"112227", "DCM", "Frame of Reference UID", "parameters"}},
      {"nominal_single_collimation_width", {"113826", "DCM", "Nominal Single Collimation Width", "parameters"}},
      {"nominal_total_collimation_width", {"113827", "DCM", "Nominal Total Collimation Width", "parameters"}},
      {"pitch_factor", {"113828", "DCM", "Pitch Factor", "parameters", "{ratio}"}},
      {"number_of_xray_sources", {"113823", "DCM", "Number of X-Ray Sources", "parameters"}},
      {"mean_ctdivol", {"113830", "DCM", "Mean CTDIvol", "dose"}},
      {"ctdiw_phantom_type", {"113835", "DCM", "CTDIw Phantom Type", "dose"}},
      {"ctdifreeair_calculation_factor", {"113836", "DCM", "CTDIfreeair Calculation Factor", "dose"}},
      {"mean_ctdifreeair", {"113837", "DCM", "Mean CTDIfreeair", "dose"}},
      {"dlp", {"113838", "DCM", "DLP", "dose"}},
      {"effective_dose", {"113839", "DCM", "Effective Dose", "dose"}},
      {"effective_dose_conversion_factor", {"113840", "DCM", "Effective Dose Conversion Factor", "113839"}}};
  static const Slots kSource{
      {"kvp", {"113733", "DCM", "KVP"}},
      {"maximum_xray_tube_current", {"113833", "DCM", "Maximum X-Ray Tube Current"}},
      {"xray_tube_current", {"113734", "DCM", "X-Ray Tube Current"}},
      {"exposure_time_per_rotation", {"113834", "DCM", "Exposure Time per Rotation"}},
      {"xray_filter_aluminum_equivalent", {"113821", "DCM", "X-Ray Filter Aluminum Equivalent"}}};
  static const Slots kEstimate{
      {"measurement_method", {"370129005", "SCT", "Measurement Method"}},
      {"measured_lateral_dimension", {"113931", "DCM", "Measured Lateral Dimension"}},
      {"measured_ap_dimension", {"113932", "DCM", "Measured AP Dimension"}},
      {"derived_effective_diameter", {"113933", "DCM", "Derived Effective Diameter"}},
      {"water_equivalent_diameter", {"113980", "DCM", "Water Equivalent Diameter"}},
      {"water_equivalent_diameter_method", {"370129005", "SCT", "Measurement Method", "113980"}}};
  static const Slots kCheck{
      {"dlp_alert_value_configured", {"113901", "DCM", "DLP Alert Value Configured", "alert"}},
      {"ctdivol_alert_value_configured", {"113902", "DCM", "CTDIvol Alert Value Configured", "alert"}},
      {"dlp_alert_value", {"113903", "DCM", "DLP Alert Value", "alert"}},
      {"ctdivol_alert_value", {"113904", "DCM", "CTDIvol Alert Value", "alert"}},
      {"accumulated_dlp_forward_estimate", {"113905", "DCM", "Accumulated DLP Forward Estimate", "alert"}},
      {"accumulated_ctdivol_forward_estimate", {"113906", "DCM", "Accumulated CTDIvol Forward Estimate", "alert"}},
      {"alert_reason_for_proceeding", {"113907", "DCM", "Reason for Proceeding", "alert"}},
      {"dlp_notification_value_configured", {"113909", "DCM", "DLP Notification Value Configured", "notification"}},
      {"ctdivol_notification_value_configured",
       {"113910", "DCM", "CTDIvol Notification Value Configured", "notification"}},
      {"dlp_notification_value", {"113911", "DCM", "DLP Notification Value", "notification"}},
      {"ctdivol_notification_value", {"113912", "DCM", "CTDIvol Notification Value", "notification"}},
      {"dlp_forward_estimate", {"113913", "DCM", "DLP Forward Estimate", "notification"}},
      {"ctdivol_forward_estimate", {"113914", "DCM", "CTDIvol Forward Estimate", "notification"}},
      {"notification_reason_for_proceeding", {"113907", "DCM", "Reason for Proceeding", "notification"}}};
  CtEvent event;
  Items items;
  fill(event, kEvent, items);
  if (!event.irradiation_event_uid) {
    event.irradiation_event_uid = uid();
    items[""].push_back(sr::uid(sr::dcm("113769", "Irradiation Event UID"), *event.irradiation_event_uid));
  }
  for (int n = between(0, 2); n > 0; --n) {
    CtXraySource source;
    Items own;
    fill(source, kSource, own);
    source.identification_of_the_xray_source = std::string(1, static_cast<char>('A' + event.xray_sources.size()));
    own[""].push_back(
        sr::text(sr::dcm("113832", "Identification of the X-Ray Source"), *source.identification_of_the_xray_source));
    event.xray_sources.push_back(source);
    items["parameters"].push_back(sr::container(sr::dcm("113831", "CT X-Ray Source Parameters"), assembled(own, {})));
  }
  for (int n = between(0, 2); n > 0; --n) {
    auto& estimate = event.size_specific_doses.emplace_back();
    Items own;
    fill(estimate, kEstimate, own);
    auto node =
        item({"113930", "DCM", "Size Specific Dose Estimation"}, "", "mGy", estimate.size_specific_dose_estimation);
    node.children = assembled(own, {});
    items["dose"].push_back(std::move(node));
  }
  CtDoseCheck check;
  Items checked;
  if (chance(40)) fill(check, kCheck, checked);
  if (!checked.empty()) event.dose_check = check;
  for (auto& node : assembled(checked, {{"alert", sr::dcm("113900", "Dose Check Alert Details")},
                                        {"notification", sr::dcm("113908", "Dose Check Notification Details")}}))
    items["dose"].push_back(std::move(node));
  content = assembled(
      items, {{"parameters", sr::dcm("113822", "CT Acquisition Parameters")}, {"dose", sr::dcm("113829", "CT Dose")}});
  return event;
}

inline MadeUp ReportMaker::ct() {
  static const Slots kTotals{
      {"total_number_of_irradiation_events", {"113812", "DCM", "Total Number of Irradiation Events"}},
      {"ct_dose_length_product_total", {"113813", "DCM", "CT Dose Length Product Total"}},
      {"ct_effective_dose_total", {"113814", "DCM", "CT Effective Dose Total"}},
      {"comment", {"121106", "DCM", "Comment"}}};
  MadeUp made;
  made.report = sr::ct_report();
  made.report.set(DCM_SpecificCharacterSet, "ISO_IR 192");
  Items items;
  fill(made.ct_accumulated.emplace_back(), kTotals, items);
  made.ct_accumulated.back().region = "study";
  made.report.add(sr::container(sr::dcm("113811", "CT Accumulated Dose Data"), assembled(items, {})));
  for (int n = between(1, 5); n > 0; --n) {
    std::vector<sr::Node> content;
    made.ct_events.push_back(ct_event(content));
    made.report.add(sr::container(sr::dcm("113819", "CT Acquisition"), std::move(content)));
  }
  return made;
}

}  // namespace harvester::tests

#include <fmt/format.h>

#include <stdexcept>

#include "harvester/database/flat_views.hpp"

namespace harvester::database::flat {
namespace {

/// Device, patient and study, as in v_reports.
const std::vector<Column>& context_columns() {
  static const std::vector<Column> columns{
      {"institution_name", "Institution", "", "(0008,0080)"},
      {"institutional_department_name", "Department", "", "(0008,1040)"},
      {"manufacturer", "Manufacturer", "", "(0008,0070)"},
      {"manufacturer_model_name", "Model", "", "(0008,1090)"},
      {"station_name", "Station", "", "(0008,1010)"},
      {"device_serial_number", "Serial number", "", "(0018,1000)"},
      {"equipment", "Display name", "", "institution and station"},
      {"equipment_identity", "Machine", "", "first row of equipment that describes it", Role::key},
      {"accession_number", "Accession number", "", "(0008,0050), as the policy leaves it"},
      {"operators_name", "Operator", "", "(0008,1070)"},
      {"performing_physician_name", "Physician", "", "(0008,1050)"},
      {"study_date", "Study date", "", "(0008,0020)"},
      {"study_time", "Study time", "", "(0008,0030)"},
      {"patient_id", "Patient ID", "", "(0010,0020), as the policy leaves it", Role::patient},
      {"patient_name", "Patient name", "", "(0010,0010), as the policy leaves it", Role::patient},
      {"patient_birth_date", "Birth date", "", "(0010,0030), as the policy leaves it", Role::patient},
      {"patient_age_decimal", "Age", "years", "study date - (0010,0030), else (0010,1010)"},
      {"patient_sex", "Sex", "", "(0010,0040)"},
      {"patient_size_m", "Height", "m", "(0010,1020)"},
      {"patient_weight_kg", "Mass", "kg", "(0010,1030)"},
      {"not_patient_indicator", "Test patient", "", "which not-patient patterns matched"},
      {"study_description", "Study description", "", "(0008,1030)"},
      {"requested_procedure", "Requested procedure", "", "(0032,1064), else (0040,0275), else (0032,1060)"},
      {"report_comment", "Comment of the report", "", "121106 Comment"},
  };
  return columns;
}

/// What begins the row of an event: itself, its report, its context.
std::vector<Column> event_columns(const Column& row_id, const std::vector<Column>& own) {
  std::vector<Column> columns{
      row_id,
      {"dose_report_id", "Report row", "", "dose_report", Role::key},
      {"study_id", "Study row", "", "study", Role::key},
      {"study_instance_uid", "Study Instance UID", "", "(0020,000D)"},
      {"sop_instance_uid", "SOP Instance UID of the object", "", "(0008,0018)"},
      {"object_kind", "Object kind", "", "what the object is"},
      {"modality_type", "Modality", "", "device type, or (0008,0060) of an image"},
  };
  columns.insert(columns.end(), context_columns().begin(), context_columns().end());
  columns.insert(columns.end(), own.begin(), own.end());
  return columns;
}

std::vector<Column> study_columns() {
  std::vector<Column> columns{
      {"study_id", "Study row", "", "study", Role::key},
      {"study_instance_uid", "Study Instance UID", "", "(0020,000D)"},
      {"modality_type", "Modality", "", "of all its reports"},
  };
  const std::vector<Column> own{
      {"protocol", "Protocol of most dose", "", "125203 Acquisition Protocol"},
      {"target_region", "Region", "", "123014 Target Region, else anatomical structure"},
      {"reports", "Reports", "", "count of dose objects"},
      {"number_of_events", "Events", "", "count of events that count"},
      {"totals_from", "Totals from", "", "reports, or events where reports overlap"},
      {"number_of_axial", "Axial events", "", "113804"},
      {"number_of_spiral", "Spiral events", "", "P5-08001"},
      {"number_of_stationary", "Stationary events", "", "113806"},
      {"number_of_const_angle", "Constant angle events", "", "113805"},
      {"total_dlp_mgycm", "DLP total", "mGy.cm", "113813 CT Dose Length Product Total"},
      {"max_ctdivol_mgy", "CTDIvol max", "mGy", "greatest 113830 Mean CTDIvol"},
      {"number_of_planes", "Planes", "", "113764 Acquisition Plane"},
      {"total_dap_gym2", "DAP total", "Gy.m2", "113722 Dose Area Product Total, of images their sum"},
      {"total_dap_cgycm2", "DAP total", "cGy.cm2", "as before, in the unit of displays"},
      {"total_dap_a_gym2", "DAP of plane A", "Gy.m2", "113722"},
      {"total_dap_b_gym2", "DAP of plane B", "Gy.m2", "113722"},
      {"fluoro_dap_gym2", "DAP of fluoroscopy", "Gy.m2", "113726 Fluoro Dose Area Product Total"},
      {"acquisition_dap_gym2", "DAP of acquisition", "Gy.m2", "113727 Acquisition Dose Area Product Total"},
      {"total_rp_dose_a_gy", "Dose at RP, plane A", "Gy", "113725 Dose (RP) Total"},
      {"total_rp_dose_b_gy", "Dose at RP, plane B", "Gy", "113725"},
      {"fluoro_rp_dose_gy", "Dose at RP of fluoroscopy", "Gy", "113728 Fluoro Dose (RP) Total"},
      {"acquisition_rp_dose_gy", "Dose at RP of acquisition", "Gy", "113729 Acquisition Dose (RP) Total"},
      {"total_fluoro_time_s", "Fluoroscopy time", "s", "113730 Total Fluoro Time"},
      {"total_acquisition_time_s", "Acquisition time", "s", "113855 Total Acquisition Time"},
      {"total_agd_left_mgy", "AGD left", "mGy",
       "111637 Accumulated Average Glandular Dose, of images the sum of (0040,0316)"},
      {"total_agd_right_mgy", "AGD right", "mGy", "111637"},
      {"total_agd_both_mgy", "AGD without side", "mGy", "111637"},
      {"radiopharmaceutical", "Radiopharmaceutical", "", "of the administration with most activity"},
      {"total_administered_activity_mbq", "Activity total", "MBq", "113507 Administered activity"},
  };
  columns.insert(columns.end(), context_columns().begin(), context_columns().end());
  columns.insert(columns.end(), own.begin(), own.end());
  return columns;
}

std::vector<Column> ct_columns() {
  return event_columns({"ct_event_id", "Event row", "", "ct_event", Role::key},
                       {
                           {"position", "Event", "", "place in the report, from 0"},
                           {"event_key", "Event key", "", "UID, or start and type", Role::key},
                           {"irradiation_event_uid", "Irradiation Event UID", "", "113769"},
                           {"date_time_started", "Started", "", "111526 DateTime Started"},
                           {"acquisition_protocol", "Protocol", "", "125203 Acquisition Protocol"},
                           {"standard_name", "Standard name", "", "standard_names of the site file"},
                           {"ct_acquisition_type", "Acquisition type", "", "113820 CT Acquisition Type"},
                           {"ct_acquisition_type_code", "Acquisition type, code", "", "113820", Role::key},
                           {"procedure_context", "Procedure context", "", "G-C32C"},
                           {"target_region", "Region", "", "123014 Target Region"},
                           {"exposure_time_s", "Exposure time", "s", "113824 Exposure Time"},
                           {"scanning_length_mm", "Scan length", "mm", "113825 Scanning Length"},
                           {"length_of_reconstructable_volume_mm", "Reconstructable length", "mm", "113893"},
                           {"exposed_range_mm", "Exposed range", "mm", "113899"},
                           {"nominal_single_collimation_width_mm", "Single collimation", "mm", "113826"},
                           {"nominal_total_collimation_width_mm", "Total collimation", "mm", "113827"},
                           {"pitch_factor", "Pitch", "", "113828"},
                           {"number_of_xray_sources", "Sources", "", "113823"},
                           {"mean_ctdivol_mgy", "CTDIvol", "mGy", "113830 Mean CTDIvol"},
                           {"ctdiw_phantom_type", "Phantom", "", "113835 CTDIw Phantom Type"},
                           {"ctdiw_phantom_type_code", "Phantom, code", "", "113835", Role::key},
                           {"dlp_mgycm", "DLP", "mGy.cm", "113838 DLP"},
                           {"effective_dose_msv", "Effective dose", "mSv", "113839, only as the report gives it"},
                           {"size_specific_dose_estimation_mgy", "SSDE", "mGy", "113930"},
                           {"water_equivalent_diameter_mm", "Water equivalent diameter", "mm", "113980"},
                           {"derived_effective_diameter_mm", "Effective diameter", "mm", "113933"},
                           {"kvp_kv", "kVp", "kV", "113733 KVP"},
                           {"maximum_xray_tube_current_ma", "Tube current max", "mA", "113833"},
                           {"xray_tube_current_ma", "Tube current", "mA", "113734"},
                           {"exposure_time_per_rotation_s", "Rotation time", "s", "113834"},
                           {"kvp_b_kv", "kVp, source B", "kV", "113733"},
                           {"maximum_xray_tube_current_b_ma", "Tube current max, source B", "mA", "113833"},
                           {"xray_tube_current_b_ma", "Tube current, source B", "mA", "113734"},
                           {"exposure_time_per_rotation_b_s", "Rotation time, source B", "s", "113834"},
                           {"xray_modulation_type", "mA modulation", "", "113842, or the comment of Siemens"},
                           {"dlp_alert_value_mgycm", "Alert: DLP value", "mGy.cm", "113903"},
                           {"ctdivol_alert_value_mgy", "Alert: CTDIvol value", "mGy", "113904"},
                           {"accumulated_dlp_forward_estimate_mgycm", "Alert: DLP accumulated", "mGy.cm", "113905"},
                           {"accumulated_ctdivol_forward_estimate_mgy", "Alert: CTDIvol accumulated", "mGy", "113906"},
                           {"alert_reason_for_proceeding", "Alert: reason", "", "113907 of 113900"},
                           {"dlp_notification_value_mgycm", "Notification: DLP value", "mGy.cm", "113911"},
                           {"ctdivol_notification_value_mgy", "Notification: CTDIvol value", "mGy", "113912"},
                           {"dlp_forward_estimate_mgycm", "Notification: DLP estimate", "mGy.cm", "113913"},
                           {"ctdivol_forward_estimate_mgy", "Notification: CTDIvol estimate", "mGy", "113914"},
                           {"notification_reason_for_proceeding", "Notification: reason", "", "113907 of 113908"},
                           {"comment", "Comment", "", "121106 Comment"},
                       });
}

std::vector<Column> projection_columns() {
  return event_columns(
      {"xray_event_id", "Event row", "", "xray_event", Role::key},
      {
          {"position", "Event", "", "place in the report, from 0"},
          {"event_key", "Event key", "", "UID, or start and type", Role::key},
          {"irradiation_event_uid", "Irradiation Event UID", "", "113769, of an image (0008,0018)"},
          {"date_time_started", "Started", "", "111526 DateTime Started, of an image (0008,0022) and (0008,0032)"},
          {"irradiation_event_type", "Event type", "", "113721"},
          {"acquisition_plane", "Plane", "", "113764"},
          {"acquisition_protocol", "Protocol", "", "125203, of an image (0018,1030)"},
          {"standard_name", "Standard name", "", "standard_names of the site file"},
          {"target_region", "Region", "", "123014, else T-D0005"},
          {"laterality", "Laterality", "", "G-C171, of an image (0020,0062)"},
          {"image_view", "View", "", "111031, of an image (0054,0220)"},
          {"image_view_modifier", "View modifier", "", "111032"},
          {"patient_orientation", "Patient orientation", "", "113743"},
          {"dose_area_product_gym2", "DAP", "Gy.m2", "122130, of an image (0018,115E)"},
          {"dose_area_product_cgycm2", "DAP", "cGy.cm2", "as before, in the unit of displays"},
          {"dose_rp_gy", "Dose at RP", "Gy", "113738 Dose (RP)"},
          {"average_glandular_dose_mgy", "AGD", "mGy", "111631, of an image (0040,0316)"},
          {"entrance_exposure_at_rp_mgy", "Entrance dose", "mGy", "111636, of an image (0040,8302)"},
          {"half_value_layer_mm", "HVL", "mm", "111634, of an image (0040,0314)"},
          {"percent_fibroglandular_tissue", "Fibroglandular tissue", "%", "111640"},
          {"exposure_index", "EI", "", "113845, of an image (0018,1411)"},
          {"target_exposure_index", "Target EI", "", "113846, of an image (0018,1412)"},
          {"deviation_index", "DI", "", "113847, of an image (0018,1413)"},
          {"relative_xray_exposure", "Relative exposure", "", "(0018,1405)"},
          {"kvp_kv", "kVp", "kV", "113733, of an image (0018,0060)"},
          {"xray_tube_current_ma", "Tube current", "mA", "113767, else 113734, of an image (0018,1151)"},
          {"exposure_mas", "Exposure", "mAs", "113736 in uAs, of an image (0018,1153) or (0018,1152)"},
          {"exposure_time_ms", "Exposure time", "ms", "113735, of an image (0018,1150)"},
          {"pulse_width_ms", "Pulse width", "ms", "113793"},
          {"pulse_rate_per_s", "Pulse rate", "1/s", "113791"},
          {"number_of_pulses", "Pulses", "", "113768"},
          {"fluoro_mode", "Fluoroscopy mode", "", "113732"},
          {"irradiation_duration_s", "Irradiation duration", "s", "113742"},
          {"exposure_control_mode", "Exposure control", "", "(0018,7060)"},
          {"focal_spot_size_mm", "Focal spot", "mm", "113766"},
          {"anode_target_material", "Target", "", "111632, of an image (0018,1191)"},
          {"filter_materials", "Filters", "", "113757, of an image (0018,7050); several with bars between"},
          {"filter_thicknesses_mm", "Filter thicknesses", "mm", "113758 - 113773; several with bars between"},
          {"grids", "Grid", "", "111635, of an image (0018,1166)"},
          {"grid_focal_distance_mm", "Grid focal distance", "mm", "(0018,704C)"},
          {"collimated_field_area_m2", "Field area", "m2", "113790"},
          {"collimated_field_height_mm", "Field height", "mm", "113788"},
          {"collimated_field_width_mm", "Field width", "mm", "113789"},
          {"ii_field_size_mm", "Field size of the intensifier", "mm", "(0018,1162), or the comment of Siemens"},
          {"positioner_primary_angle_deg", "Primary angle", "deg", "112011"},
          {"positioner_secondary_angle_deg", "Secondary angle", "deg", "112012"},
          {"distance_source_to_detector_mm", "SID", "mm", "113750, of an image (0018,1110)"},
          {"distance_source_to_isocenter_mm", "Source to isocentre", "mm", "113748"},
          {"table_longitudinal_position_mm", "Table longitudinal", "mm", "113751"},
          {"table_lateral_position_mm", "Table lateral", "mm", "113752"},
          {"table_height_position_mm", "Table height", "mm", "113753"},
          {"compression_thickness_mm", "Thickness", "mm", "111633, of an image (0018,11A0)"},
          {"compression_force", "Force", "N", "111647, of an image (0018,11A2); as the object gives it"},
          {"compression_pressure_kpa", "Pressure", "kPa", "111648"},
          {"magnification_factor", "Magnification", "", "(0018,1114)"},
          {"comment", "Comment", "", "121106 Comment"},
      });
}

std::vector<Column> nuclear_columns() {
  return event_columns(
      {"nm_event_id", "Event row", "", "nm_event", Role::key},
      {
          {"position", "Event", "", "place in the report, from 0"},
          {"event_key", "Event key", "", "UID, or start and agent", Role::key},
          {"radiopharmaceutical_administration_event_uid", "Administration Event UID", "", "113503"},
          {"radiopharmaceutical", "Radiopharmaceutical", "", "F-61FDB, of an image (0054,0304) or (0018,0031)"},
          {"radionuclide", "Radionuclide", "", "C-10072, of an image (0054,0300)"},
          {"radionuclide_half_life_s", "Half life", "s", "R-42806, of an image (0018,1075)"},
          {"administered_activity_mbq", "Activity", "MBq", "113507, of an image (0018,1074)"},
          {"pre_administration_measured_activity_mbq", "Activity before", "MBq", "113508"},
          {"post_administration_measured_activity_mbq", "Activity after", "MBq", "113509"},
          {"estimated_extravasation_activity_mbq", "Extravasated activity", "MBq", "113506"},
          {"start_datetime", "Start", "", "123003, of an image (0018,1078) or (0018,1072)"},
          {"stop_datetime", "Stop", "", "123004, of an image (0018,1079) or (0018,1073)"},
          {"radiopharmaceutical_volume_cm3", "Volume", "cm3", "123005, of an image (0018,1071)"},
          {"route_of_administration", "Route", "", "G-C340, of an image (0054,0302) or (0018,1070)"},
          {"site_of_administration", "Site", "", "G-C581"},
          {"laterality", "Laterality", "", "G-C171"},
          {"effective_dose_msv", "Effective dose", "mSv", "113839, only as the report gives it"},
          {"organ_doses", "Organ doses", "", "count of rows in organ_dose"},
          {"comment", "Comment", "", "121106 Comment"},
      });
}

}  // namespace

std::string Column::header() const { return unit.empty() ? std::string(title) : fmt::format("{} [{}]", title, unit); }

std::string_view name_of(View view) {
  switch (view) {
    case View::studies:
      return "v_studies";
    case View::ct_events:
      return "v_ct_events";
    case View::xray_events:
      return "v_xray_events";
    case View::mg_events:
      return "v_mg_events";
    case View::nm_events:
      return "v_nm_events";
  }
  throw std::logic_error("a view without a name");
}

View events_of(Family family) {
  switch (family) {
    case Family::ct:
      return View::ct_events;
    case Family::mg:
      return View::mg_events;
    case Family::nm:
      return View::nm_events;
    case Family::xray:
    case Family::all:
      break;
  }
  return View::xray_events;
}

const std::vector<Column>& columns_of(View view) {
  static const auto studies = study_columns(), ct = ct_columns(), projection = projection_columns(),
                    nuclear = nuclear_columns();
  switch (view) {
    case View::studies:
      return studies;
    case View::ct_events:
      return ct;
    case View::xray_events:
    case View::mg_events:
      return projection;
    case View::nm_events:
      return nuclear;
  }
  throw std::logic_error("a view without columns");
}

const Column& column_of(View view, std::string_view name) {
  for (const auto& column : columns_of(view))
    if (column.name == name) return column;
  throw std::out_of_range(fmt::format("{} has no column {}", name_of(view), name));
}

}  // namespace harvester::database::flat

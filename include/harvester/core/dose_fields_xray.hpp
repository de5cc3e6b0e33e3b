#pragma once

#include "harvester/core/dose_field.hpp"
#include "harvester/core/dose_xray.hpp"

/// The fields of projection X-ray; see dose_fields.hpp.
namespace harvester {

template <RecordOf<XrayCalibration> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("dose_measurement_device", r.dose_measurement_device, "");
  visit("calibration_date", r.calibration_date, "");
  visit("calibration_factor", r.calibration_factor, "");
  visit("calibration_uncertainty", r.calibration_uncertainty, "%");
  visit("calibration_responsible_party", r.calibration_responsible_party, "");
  visit("calibration_protocol", r.calibration_protocol, "");
}

template <RecordOf<XrayAccumulated> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("acquisition_plane", r.acquisition_plane, "");
  visit("dose_area_product_total", r.dose_area_product_total, "Gy.m2");
  visit("fluoro_dose_area_product_total", r.fluoro_dose_area_product_total, "Gy.m2");
  visit("acquisition_dose_area_product_total", r.acquisition_dose_area_product_total, "Gy.m2");
  visit("dose_rp_total", r.dose_rp_total, "Gy");
  visit("fluoro_dose_rp_total", r.fluoro_dose_rp_total, "Gy");
  visit("acquisition_dose_rp_total", r.acquisition_dose_rp_total, "Gy");
  visit("total_fluoro_time", r.total_fluoro_time, "s");
  visit("total_acquisition_time", r.total_acquisition_time, "s");
  visit("total_number_of_radiographic_frames", r.total_number_of_radiographic_frames, "");
  visit("reference_point_definition", r.reference_point_definition, "");
  visit("distance_source_to_reference_point", r.distance_source_to_reference_point, "mm");
  visit("detector_type", r.detector_type, "");
  visit("accumulated_average_glandular_dose", r.accumulated_average_glandular_dose, "mGy");
  visit("laterality", r.laterality, "");
  visit("comment", r.comment, "");
}

template <RecordOf<XrayFilter> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("xray_filter_type", r.xray_filter_type, "");
  visit("xray_filter_material", r.xray_filter_material, "");
  visit("xray_filter_thickness_minimum", r.xray_filter_thickness_minimum, "mm");
  visit("xray_filter_thickness_maximum", r.xray_filter_thickness_maximum, "mm");
}

template <RecordOf<XrayGrid> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("xray_grid", r.xray_grid, "");
}

template <RecordOf<XrayPulse> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("kvp", r.kvp, "kV");
  visit("xray_tube_current", r.xray_tube_current, "mA");
  visit("pulse_width", r.pulse_width, "ms");
  visit("exposure_uas", r.exposure_uas, "uA.s");
}

template <RecordOf<XrayImageReference> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("sop_class_uid", r.sop_class_uid, "");
  visit("sop_instance_uid", r.sop_instance_uid, "");
}

template <RecordOf<XrayEventIdentity> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("irradiation_event_uid", r.irradiation_event_uid, "");
  visit("irradiation_event_label", r.irradiation_event_label, "");
  visit("header_event_uid", r.header_event_uid, "");
  visit("date_time_started", r.date_time_started, "");
  visit("irradiation_event_type", r.irradiation_event_type, "");
  visit("acquisition_plane", r.acquisition_plane, "");
  visit("acquisition_protocol", r.acquisition_protocol, "");
  visit("anatomical_structure", r.anatomical_structure, "");
  visit("target_region", r.target_region, "");
  visit("laterality", r.laterality, "");
  visit("image_view", r.image_view, "");
  visit("image_view_modifier", r.image_view_modifier, "");
  visit("procedure_context", r.procedure_context, "");
  visit("projection_eponymous_name", r.projection_eponymous_name, "");
  visit("patient_table_relationship", r.patient_table_relationship, "");
  visit("patient_orientation", r.patient_orientation, "");
  visit("patient_orientation_modifier", r.patient_orientation_modifier, "");
  visit("comment", r.comment, "");
  visit("person_name", r.person_name, "");
}

template <RecordOf<XrayEventDose> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("dose_area_product", r.dose_area_product, "Gy.m2");
  visit("dose_rp", r.dose_rp, "Gy");
  visit("reference_point_definition", r.reference_point_definition, "");
  visit("average_glandular_dose", r.average_glandular_dose, "mGy");
  visit("entrance_exposure_at_rp", r.entrance_exposure_at_rp, "mGy");
  visit("half_value_layer", r.half_value_layer, "mm");
  visit("percent_fibroglandular_tissue", r.percent_fibroglandular_tissue, "%");
  visit("exposure_index", r.exposure_index, "");
  visit("target_exposure_index", r.target_exposure_index, "");
  visit("deviation_index", r.deviation_index, "");
  visit("sensitivity", r.sensitivity, "");
  visit("relative_xray_exposure", r.relative_xray_exposure, "");
}

template <RecordOf<XrayEventSource> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("fluoro_mode", r.fluoro_mode, "");
  visit("pulse_rate", r.pulse_rate, "1/s");
  visit("number_of_pulses", r.number_of_pulses, "");
  visit("irradiation_duration", r.irradiation_duration, "s");
  visit("kvp", r.kvp, "kV");
  visit("average_xray_tube_current", r.average_xray_tube_current, "mA");
  visit("xray_tube_current", r.xray_tube_current, "mA");
  visit("exposure_time", r.exposure_time, "ms");
  visit("pulse_width", r.pulse_width, "ms");
  visit("exposure_uas", r.exposure_uas, "uA.s");
  visit("focal_spot_size", r.focal_spot_size, "mm");
  visit("anode_target_material", r.anode_target_material, "");
  visit("anode_target_material_keyword", r.anode_target_material_keyword, "");
  visit("filter_material_keyword", r.filter_material_keyword, "");
  visit("exposure_control_mode", r.exposure_control_mode, "");
  visit("exposure_control_mode_description", r.exposure_control_mode_description, "");
  visit("grid_focal_distance", r.grid_focal_distance, "mm");
  visit("collimated_field_area", r.collimated_field_area, "m2");
  visit("collimated_field_height", r.collimated_field_height, "mm");
  visit("collimated_field_width", r.collimated_field_width, "mm");
  visit("ii_field_size", r.ii_field_size, "mm");
}

template <RecordOf<XrayEventGeometry> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("crdr_mechanical_configuration", r.crdr_mechanical_configuration, "");
  visit("positioner_primary_angle", r.positioner_primary_angle, "deg");
  visit("positioner_secondary_angle", r.positioner_secondary_angle, "deg");
  visit("positioner_primary_end_angle", r.positioner_primary_end_angle, "deg");
  visit("positioner_secondary_end_angle", r.positioner_secondary_end_angle, "deg");
  visit("column_angulation", r.column_angulation, "deg");
  visit("table_head_tilt_angle", r.table_head_tilt_angle, "deg");
  visit("table_horizontal_rotation_angle", r.table_horizontal_rotation_angle, "deg");
  visit("table_cradle_tilt_angle", r.table_cradle_tilt_angle, "deg");
  visit("table_longitudinal_position", r.table_longitudinal_position, "mm");
  visit("table_lateral_position", r.table_lateral_position, "mm");
  visit("table_height_position", r.table_height_position, "mm");
  visit("table_longitudinal_end_position", r.table_longitudinal_end_position, "mm");
  visit("table_lateral_end_position", r.table_lateral_end_position, "mm");
  visit("table_height_end_position", r.table_height_end_position, "mm");
  visit("distance_source_to_detector", r.distance_source_to_detector, "mm");
  visit("distance_source_to_isocenter", r.distance_source_to_isocenter, "mm");
  visit("distance_source_to_reference_point", r.distance_source_to_reference_point, "mm");
  visit("distance_source_to_entrance_surface", r.distance_source_to_entrance_surface, "mm");
  visit("distance_source_to_table_plane", r.distance_source_to_table_plane, "mm");
  visit("compression_thickness", r.compression_thickness, "mm");
  visit("compression_force", r.compression_force, "");
  visit("compression_pressure", r.compression_pressure, "kPa");
  visit("compression_contact_area", r.compression_contact_area, "mm2");
  visit("magnification_factor", r.magnification_factor, "");
  visit("radiological_thickness", r.radiological_thickness, "mm");
}

template <class R, class Part>
using PartOf = std::conditional_t<std::is_const_v<R>, const Part, Part>;

template <RecordOf<XrayEvent> R, class Visit>
void fields(R& r, Visit&& visit) {
  fields(static_cast<PartOf<R, XrayEventIdentity>&>(r), visit);
  fields(static_cast<PartOf<R, XrayEventDose>&>(r), visit);
  fields(static_cast<PartOf<R, XrayEventSource>&>(r), visit);
  fields(static_cast<PartOf<R, XrayEventGeometry>&>(r), visit);
}

}  // namespace harvester

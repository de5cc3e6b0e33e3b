#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/core/dose_field.hpp"
#include "harvester/core/dose_fields_nm.hpp"
#include "harvester/core/dose_fields_xray.hpp"

/// The one list of fields of every dose struct. `fields(record, visit)` calls `visit(name, member, unit)` for each
/// member in order; `name` is the column in the database and the key in JSON, `unit` is UCUM-like or empty. Members are
/// MaybeText, MaybeNumber, MaybeCount, MaybeFlag or MaybeCode; a MaybeCode named x takes the columns x (meaning),
/// x_code and x_scheme. A field is added here and in a migration, nowhere else.
namespace harvester {

template <RecordOf<PatientStudy> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("patient_name", r.patient_name, "");
  visit("patient_id", r.patient_id, "");
  visit("patient_birth_date", r.patient_birth_date, "");
  visit("patient_sex", r.patient_sex, "");
  visit("patient_age", r.patient_age, "");
  visit("patient_age_decimal", r.patient_age_decimal, "years");
  visit("patient_size", r.patient_size, "m");
  visit("patient_weight", r.patient_weight, "kg");
  visit("not_patient_indicator", r.not_patient_indicator, "");
  visit("study_id", r.study_id, "");
  visit("study_date", r.study_date, "");
  visit("study_time", r.study_time, "");
  visit("accession_number", r.accession_number, "");
  visit("study_description", r.study_description, "");
  visit("series_description", r.series_description, "");
  visit("protocol_name", r.protocol_name, "");
  visit("requested_procedure_code_value", r.requested_procedure_code_value, "");
  visit("requested_procedure_code_meaning", r.requested_procedure_code_meaning, "");
  visit("requested_procedure_description", r.requested_procedure_description, "");
  visit("procedure_code_value", r.procedure_code_value, "");
  visit("procedure_code_meaning", r.procedure_code_meaning, "");
  visit("referring_physician_name", r.referring_physician_name, "");
  visit("performing_physician_name", r.performing_physician_name, "");
  visit("name_of_physicians_reading_study", r.name_of_physicians_reading_study, "");
  visit("physicians_of_record", r.physicians_of_record, "");
  visit("operators_name", r.operators_name, "");
}

template <RecordOf<Equipment> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("manufacturer", r.manufacturer, "");
  visit("manufacturer_model_name", r.manufacturer_model_name, "");
  visit("station_name", r.station_name, "");
  visit("device_serial_number", r.device_serial_number, "");
  visit("software_versions", r.software_versions, "");
  visit("institution_name", r.institution_name, "");
  visit("institution_address", r.institution_address, "");
  visit("institutional_department_name", r.institutional_department_name, "");
  visit("device_observer_uid", r.device_observer_uid, "");
  visit("equipment_display_name", r.equipment_display_name, "");
}

template <RecordOf<DoseReport> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("content_date", r.content_date, "");
  visit("content_time", r.content_time, "");
  visit("template_identifier", r.template_identifier, "");
  visit("completion_flag", r.completion_flag, "");
  visit("verification_flag", r.verification_flag, "");
  visit("procedure_reported", r.procedure_reported, "");
  visit("has_intent", r.has_intent, "");
  visit("scope_of_accumulation", r.scope_of_accumulation, "");
  visit("source_of_dose_information", r.source_of_dose_information, "");
  visit("start_of_xray_irradiation", r.start_of_xray_irradiation, "");
  visit("end_of_xray_irradiation", r.end_of_xray_irradiation, "");
  visit("start_of_examination", r.start_of_examination, "");
  visit("end_of_examination", r.end_of_examination, "");
  visit("acquisition_device_type", r.acquisition_device_type, "");
  visit("associated_procedure", r.associated_procedure, "");
  visit("xray_source_data_available", r.xray_source_data_available, "");
  visit("xray_mechanical_data_available", r.xray_mechanical_data_available, "");
  visit("xray_detector_data_available", r.xray_detector_data_available, "");
  visit("language_of_content", r.language_of_content, "");
  visit("country_of_language", r.country_of_language, "");
  visit("comment", r.comment, "");
  visit("person_name", r.person_name, "");
}

template <RecordOf<ObserverContext> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("observer_type", r.observer_type, "");
  visit("device_observer_uid", r.device_observer_uid, "");
  visit("device_observer_name", r.device_observer_name, "");
  visit("device_observer_manufacturer", r.device_observer_manufacturer, "");
  visit("device_observer_model_name", r.device_observer_model_name, "");
  visit("device_observer_serial_number", r.device_observer_serial_number, "");
  visit("device_observer_physical_location_during_observation", r.device_observer_physical_location_during_observation,
        "");
  visit("device_role_in_procedure", r.device_role_in_procedure, "");
  visit("person_observer_name", r.person_observer_name, "");
  visit("person_observer_organization_name", r.person_observer_organization_name, "");
  visit("person_observer_role_in_the_organization", r.person_observer_role_in_the_organization, "");
  visit("person_observer_role_in_this_procedure", r.person_observer_role_in_this_procedure, "");
}

template <RecordOf<PersonParticipant> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("person_name", r.person_name, "");
  visit("person_id", r.person_id, "");
  visit("person_id_issuer", r.person_id_issuer, "");
  visit("organization_name", r.organization_name, "");
  visit("person_role_in_procedure", r.person_role_in_procedure, "");
  visit("person_role_in_organization", r.person_role_in_organization, "");
}

template <RecordOf<DeviceParticipant> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("device_role_in_procedure", r.device_role_in_procedure, "");
  visit("device_name", r.device_name, "");
  visit("device_manufacturer", r.device_manufacturer, "");
  visit("device_model_name", r.device_model_name, "");
  visit("device_serial_number", r.device_serial_number, "");
  visit("device_observer_uid", r.device_observer_uid, "");
}

template <RecordOf<CtAccumulated> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("region", r.region, "");
  visit("total_number_of_irradiation_events", r.total_number_of_irradiation_events, "");
  visit("ct_dose_length_product_total", r.ct_dose_length_product_total, "mGy.cm");
  visit("ctdiw_phantom_type", r.ctdiw_phantom_type, "");
  visit("ct_effective_dose_total", r.ct_effective_dose_total, "mSv");
  visit("comment", r.comment, "");
}

template <RecordOf<CtXraySource> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("identification_of_the_xray_source", r.identification_of_the_xray_source, "");
  visit("kvp", r.kvp, "kV");
  visit("maximum_xray_tube_current", r.maximum_xray_tube_current, "mA");
  visit("xray_tube_current", r.xray_tube_current, "mA");
  visit("exposure_time_per_rotation", r.exposure_time_per_rotation, "s");
  visit("xray_filter_aluminum_equivalent", r.xray_filter_aluminum_equivalent, "mm");
}

template <RecordOf<CtDoseCheck> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("dlp_alert_value_configured", r.dlp_alert_value_configured, "");
  visit("ctdivol_alert_value_configured", r.ctdivol_alert_value_configured, "");
  visit("dlp_alert_value", r.dlp_alert_value, "mGy.cm");
  visit("ctdivol_alert_value", r.ctdivol_alert_value, "mGy");
  visit("accumulated_dlp_forward_estimate", r.accumulated_dlp_forward_estimate, "mGy.cm");
  visit("accumulated_ctdivol_forward_estimate", r.accumulated_ctdivol_forward_estimate, "mGy");
  visit("alert_reason_for_proceeding", r.alert_reason_for_proceeding, "");
  visit("alert_person_name", r.alert_person_name, "");
  visit("dlp_notification_value_configured", r.dlp_notification_value_configured, "");
  visit("ctdivol_notification_value_configured", r.ctdivol_notification_value_configured, "");
  visit("dlp_notification_value", r.dlp_notification_value, "mGy.cm");
  visit("ctdivol_notification_value", r.ctdivol_notification_value, "mGy");
  visit("dlp_forward_estimate", r.dlp_forward_estimate, "mGy.cm");
  visit("ctdivol_forward_estimate", r.ctdivol_forward_estimate, "mGy");
  visit("notification_reason_for_proceeding", r.notification_reason_for_proceeding, "");
  visit("notification_person_name", r.notification_person_name, "");
}

template <RecordOf<CtSizeSpecificDose> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("size_specific_dose_estimation", r.size_specific_dose_estimation, "mGy");
  visit("measurement_method", r.measurement_method, "");
  visit("measured_lateral_dimension", r.measured_lateral_dimension, "mm");
  visit("measured_ap_dimension", r.measured_ap_dimension, "mm");
  visit("derived_effective_diameter", r.derived_effective_diameter, "mm");
  visit("water_equivalent_diameter", r.water_equivalent_diameter, "mm");
  visit("water_equivalent_diameter_method", r.water_equivalent_diameter_method, "");
}

template <RecordOf<CtEvent> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("irradiation_event_uid", r.irradiation_event_uid, "");
  visit("irradiation_event_label", r.irradiation_event_label, "");
  visit("irradiation_event_label_type", r.irradiation_event_label_type, "");
  visit("date_time_started", r.date_time_started, "");
  visit("acquisition_protocol", r.acquisition_protocol, "");
  visit("target_region", r.target_region, "");
  visit("ct_acquisition_type", r.ct_acquisition_type, "");
  visit("procedure_context", r.procedure_context, "");
  visit("exposure_time", r.exposure_time, "s");
  visit("scanning_length", r.scanning_length, "mm");
  visit("length_of_reconstructable_volume", r.length_of_reconstructable_volume, "mm");
  visit("exposed_range", r.exposed_range, "mm");
  visit("top_z_location_of_reconstructable_volume", r.top_z_location_of_reconstructable_volume, "mm");
  visit("bottom_z_location_of_reconstructable_volume", r.bottom_z_location_of_reconstructable_volume, "mm");
  visit("top_z_location_of_scanning_length", r.top_z_location_of_scanning_length, "mm");
  visit("bottom_z_location_of_scanning_length", r.bottom_z_location_of_scanning_length, "mm");
  visit("frame_of_reference_uid", r.frame_of_reference_uid, "");
  visit("nominal_single_collimation_width", r.nominal_single_collimation_width, "mm");
  visit("nominal_total_collimation_width", r.nominal_total_collimation_width, "mm");
  visit("pitch_factor", r.pitch_factor, "");
  visit("number_of_xray_sources", r.number_of_xray_sources, "");
  visit("mean_ctdivol", r.mean_ctdivol, "mGy");
  visit("ctdiw_phantom_type", r.ctdiw_phantom_type, "");
  visit("ctdifreeair_calculation_factor", r.ctdifreeair_calculation_factor, "mGy/mAs");
  visit("mean_ctdifreeair", r.mean_ctdifreeair, "mGy");
  visit("dlp", r.dlp, "mGy.cm");
  visit("effective_dose", r.effective_dose, "mSv");
  visit("effective_dose_conversion_factor", r.effective_dose_conversion_factor, "mSv/(mGy.cm)");
  visit("xray_modulation_type", r.xray_modulation_type, "");
  visit("comment", r.comment, "");
  visit("person_name", r.person_name, "");
}

template <RecordOf<UnmappedItem> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("concept_value", r.concept_value, "");
  visit("concept_scheme", r.concept_scheme, "");
  visit("concept_meaning", r.concept_meaning, "");
  visit("value_type", r.value_type, "");
}

template <RecordOf<DoseSummary> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("number_of_events", r.number_of_events, "");
  visit("number_of_planes", r.number_of_planes, "");
  visit("total_dlp", r.total_dlp, "mGy.cm");
  visit("total_dap", r.total_dap, "Gy.m2");
  visit("total_dap_a", r.total_dap_a, "Gy.m2");
  visit("total_dap_b", r.total_dap_b, "Gy.m2");
  visit("total_rp_dose_a", r.total_rp_dose_a, "Gy");
  visit("total_rp_dose_b", r.total_rp_dose_b, "Gy");
  visit("total_agd_left", r.total_agd_left, "mGy");
  visit("total_agd_right", r.total_agd_right, "mGy");
  visit("total_agd_both", r.total_agd_both, "mGy");
  visit("total_fluoro_time", r.total_fluoro_time, "s");
  visit("total_administered_activity", r.total_administered_activity, "MBq");
  visit("number_of_axial", r.number_of_axial, "");
  visit("number_of_spiral", r.number_of_spiral, "");
  visit("number_of_stationary", r.number_of_stationary, "");
  visit("number_of_const_angle", r.number_of_const_angle, "");
  visit("totals_from", r.totals_from, "");
}

}  // namespace harvester

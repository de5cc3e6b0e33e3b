#pragma once

#include "harvester/core/dose_field.hpp"
#include "harvester/core/dose_nm.hpp"

/// The fields of radiopharmaceuticals; see dose_fields.hpp.
namespace harvester {

template <RecordOf<OrganDose> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("finding_site", r.finding_site, "");
  visit("laterality", r.laterality, "");
  visit("organ_dose", r.organ_dose, "mGy");
  visit("reference_authority", r.reference_authority, "");
  visit("measurement_method", r.measurement_method, "");
}

template <RecordOf<NmEvent> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("radiopharmaceutical_administration_event_uid", r.radiopharmaceutical_administration_event_uid, "");
  visit("radiopharmaceutical_agent", r.radiopharmaceutical_agent, "");
  visit("radiopharmaceutical_agent_text", r.radiopharmaceutical_agent_text, "");
  visit("radionuclide", r.radionuclide, "");
  visit("radionuclide_half_life", r.radionuclide_half_life, "s");
  visit("radiopharmaceutical_specific_activity", r.radiopharmaceutical_specific_activity, "Bq/mol");
  visit("radiopharmaceutical_start_datetime", r.radiopharmaceutical_start_datetime, "");
  visit("radiopharmaceutical_stop_datetime", r.radiopharmaceutical_stop_datetime, "");
  visit("administered_activity", r.administered_activity, "MBq");
  visit("radiopharmaceutical_volume", r.radiopharmaceutical_volume, "cm3");
  visit("pre_administration_measured_activity", r.pre_administration_measured_activity, "MBq");
  visit("post_administration_measured_activity", r.post_administration_measured_activity, "MBq");
  visit("pre_activity_measurement_device", r.pre_activity_measurement_device, "");
  visit("post_activity_measurement_device", r.post_activity_measurement_device, "");
  visit("estimated_extravasation_activity", r.estimated_extravasation_activity, "MBq");
  visit("intravenous_extravasation_symptoms", r.intravenous_extravasation_symptoms, "");
  visit("effective_dose", r.effective_dose, "mSv");
  visit("route_of_administration", r.route_of_administration, "");
  visit("site_of", r.site_of, "");
  visit("laterality", r.laterality, "");
  visit("billing_code", r.billing_code, "");
  visit("drug_product_identifier", r.drug_product_identifier, "");
  visit("brand_name", r.brand_name, "");
  visit("radiopharmaceutical_dispense_unit_identifier", r.radiopharmaceutical_dispense_unit_identifier, "");
  visit("radiopharmaceutical_lot_identifier", r.radiopharmaceutical_lot_identifier, "");
  visit("reagent_vial_identifier", r.reagent_vial_identifier, "");
  visit("radionuclide_identifier", r.radionuclide_identifier, "");
  visit("prescription_identifier", r.prescription_identifier, "");
  visit("comment", r.comment, "");
  visit("person_name", r.person_name, "");
  visit("person_role_in_procedure", r.person_role_in_procedure, "");
}

template <RecordOf<PetSeries> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("series_instance_uid", r.series_instance_uid, "");
  visit("series_datetime", r.series_datetime, "");
  visit("number_of_rr_intervals", r.number_of_rr_intervals, "");
  visit("number_of_time_slots", r.number_of_time_slots, "");
  visit("number_of_time_slices", r.number_of_time_slices, "");
  visit("number_of_slices", r.number_of_slices, "");
  visit("reconstruction_method", r.reconstruction_method, "");
  visit("coincidence_window_width", r.coincidence_window_width, "ns");
  visit("energy_window_lower_limit", r.energy_window_lower_limit, "keV");
  visit("energy_window_upper_limit", r.energy_window_upper_limit, "keV");
  visit("scan_progression_direction", r.scan_progression_direction, "");
  visit("series_type", r.series_type, "");
  visit("corrected_image", r.corrected_image, "");
}

template <RecordOf<PatientCharacteristics> R, class Visit>
void fields(R& r, Visit&& visit) {
  visit("subject_age", r.subject_age, "years");
  visit("subject_sex", r.subject_sex, "");
  visit("patient_height", r.patient_height, "m");
  visit("patient_weight", r.patient_weight, "kg");
  visit("body_surface_area", r.body_surface_area, "m2");
  visit("body_surface_area_formula", r.body_surface_area_formula, "");
  visit("body_mass_index", r.body_mass_index, "kg/m2");
  visit("body_mass_index_equation", r.body_mass_index_equation, "");
  visit("glucose", r.glucose, "mg/dl");
  visit("fasting_duration", r.fasting_duration, "h");
  visit("hydration_volume", r.hydration_volume, "ml");
  visit("recent_physical_activity", r.recent_physical_activity, "");
  visit("serum_creatinine", r.serum_creatinine, "mg/dl");
  visit("patient_state", r.patient_state, "");
  visit("glomerular_filtration_rate", r.glomerular_filtration_rate, "ml/min/1.73 m2");
  visit("glomerular_filtration_rate_measurement_method", r.glomerular_filtration_rate_measurement_method, "");
  visit("glomerular_filtration_rate_equivalent_meaning", r.glomerular_filtration_rate_equivalent_meaning, "");
}

}  // namespace harvester

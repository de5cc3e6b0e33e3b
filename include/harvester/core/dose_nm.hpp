#pragma once

#include <vector>

#include "harvester/core/dose_common.hpp"

/// Radiopharmaceutical administrations: of reports (PS3.16 TID 10021-10024) and of PET and NM image headers. Units:
/// activity MBq, half life s, organ dose mGy, effective dose mSv.
namespace harvester {

/// Dose of one organ (113517, DCM).
struct OrganDose {
  MaybeCode finding_site, laterality;
  MaybeNumber organ_dose;  ///< mGy
  MaybeText reference_authority;
  MaybeCode measurement_method;
  bool operator==(const OrganDose&) const = default;
};

/// One administration (TID 10022).
struct NmEvent {
  MaybeText radiopharmaceutical_administration_event_uid;
  MaybeCode radiopharmaceutical_agent;
  MaybeText radiopharmaceutical_agent_text;
  MaybeCode radionuclide;
  MaybeNumber radionuclide_half_life;                 ///< s
  MaybeNumber radiopharmaceutical_specific_activity;  ///< Bq/mol
  MaybeText radiopharmaceutical_start_datetime, radiopharmaceutical_stop_datetime;
  MaybeNumber administered_activity;                                                        ///< MBq
  MaybeNumber radiopharmaceutical_volume;                                                   ///< cm3
  MaybeNumber pre_administration_measured_activity, post_administration_measured_activity;  ///< MBq
  MaybeText pre_activity_measurement_device, post_activity_measurement_device;
  MaybeNumber estimated_extravasation_activity;  ///< MBq
  MaybeCode intravenous_extravasation_symptoms;
  MaybeNumber effective_dose;  ///< mSv
  MaybeCode route_of_administration, site_of, laterality;
  MaybeText billing_code, drug_product_identifier, brand_name;  ///< codes by meaning, several joined with " | "
  MaybeText radiopharmaceutical_dispense_unit_identifier, radiopharmaceutical_lot_identifier;
  MaybeText reagent_vial_identifier, radionuclide_identifier, prescription_identifier;
  MaybeText comment;
  MaybeText person_name;
  MaybeCode person_role_in_procedure;

  std::vector<OrganDose> organ_doses;
  std::vector<DeviceParticipant> device_participants;
  std::vector<PersonParticipant> person_participants;
  bool operator==(const NmEvent&) const = default;
};

/// A PET series as its images tell of it.
struct PetSeries {
  MaybeText series_instance_uid;
  MaybeText series_datetime;
  MaybeCount number_of_rr_intervals, number_of_time_slots, number_of_time_slices, number_of_slices;
  MaybeText reconstruction_method;
  MaybeNumber coincidence_window_width;                              ///< ns
  MaybeNumber energy_window_lower_limit, energy_window_upper_limit;  ///< keV
  MaybeText scan_progression_direction;
  MaybeText series_type;      ///< values joined with backslashes
  MaybeText corrected_image;  ///< values joined with backslashes
  bool operator==(const PetSeries&) const = default;
};

/// Patient Characteristics (121118, DCM; TID 10024).
struct PatientCharacteristics {
  MaybeNumber subject_age;  ///< years
  MaybeCode subject_sex;
  MaybeNumber patient_height;     ///< m
  MaybeNumber patient_weight;     ///< kg
  MaybeNumber body_surface_area;  ///< m2
  MaybeCode body_surface_area_formula;
  MaybeNumber body_mass_index;  ///< kg/m2
  MaybeCode body_mass_index_equation;
  MaybeNumber glucose;           ///< mg/dl
  MaybeNumber fasting_duration;  ///< h
  MaybeNumber hydration_volume;  ///< ml
  MaybeText recent_physical_activity;
  MaybeNumber serum_creatinine;  ///< mg/dl
  MaybeCode patient_state;
  MaybeNumber glomerular_filtration_rate;  ///< ml/min/1.73 m2
  MaybeCode glomerular_filtration_rate_measurement_method, glomerular_filtration_rate_equivalent_meaning;
  bool operator==(const PatientCharacteristics&) const = default;
};

}  // namespace harvester

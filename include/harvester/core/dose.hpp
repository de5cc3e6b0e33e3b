#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/dose_warning.hpp"
#include "harvester/core/object_kind.hpp"

/// Dose records as plain values, normalised after the DICOM templates (PS3.16 TID 10011-10015, 1002, 1020, 1021).
/// What an object does not tell is absent. Dates are "YYYY-MM-DD", times "HH:MM:SS[.ffffff]", date-times ISO 8601, all
/// as the local clock of the device said. Texts are UTF-8. Units: CTDIvol and SSDE mGy, DLP mGy.cm, effective dose
/// mSv, kVp kV, tube current mA, lengths mm, CT times s. The fields of every struct are listed once, in
/// dose_fields.hpp; the database and the exports follow that list.
namespace harvester {

/// A coded value (PS3.3 8.8): by meaning for people, by value and scheme for machines.
struct Code {
  std::string value;
  std::string scheme;
  std::string meaning;
  bool operator==(const Code&) const = default;
};

using MaybeText = std::optional<std::string>;
using MaybeNumber = std::optional<double>;
using MaybeCount = std::optional<std::int64_t>;
using MaybeFlag = std::optional<bool>;
using MaybeCode = std::optional<Code>;

/// Who the patient is, as the object says it: never stored as such, the identity policy decides what is kept.
struct PatientIdentity {
  std::vector<std::string> name;              ///< (0010,0010), its values
  std::vector<std::string> id;                ///< (0010,0020), its values
  std::vector<std::string> accession_number;  ///< (0008,0050), its values
  MaybeText birth_date;                       ///< (0010,0030): the date, or the text of the object where it is no date
  bool operator==(const PatientIdentity&) const = default;
};

/// Patient and study as one object tells of them.
struct PatientStudy {
  MaybeText patient_name, patient_id, patient_birth_date;  ///< kept, hashed or absent, as the policy says
  MaybeText patient_sex, patient_age;
  MaybeNumber patient_age_decimal;  ///< years, one decimal
  MaybeNumber patient_size;         ///< m
  MaybeNumber patient_weight;       ///< kg
  MaybeText not_patient_indicator;  ///< which not-patient patterns matched
  MaybeText study_id, study_date, study_time, accession_number;
  MaybeText study_description, series_description, protocol_name;
  MaybeText requested_procedure_code_value, requested_procedure_code_meaning, requested_procedure_description;
  MaybeText procedure_code_value, procedure_code_meaning;
  MaybeText referring_physician_name, performing_physician_name, name_of_physicians_reading_study;
  MaybeText physicians_of_record, operators_name;  ///< several names joined with " | "
  bool operator==(const PatientStudy&) const = default;
};

/// The device that made the report, as one object tells of it.
struct Equipment {
  MaybeText manufacturer, manufacturer_model_name, station_name, device_serial_number, software_versions;
  MaybeText institution_name, institution_address, institutional_department_name;
  MaybeText device_observer_uid;     ///< (121012, DCM), UIDREF or TEXT
  MaybeText equipment_display_name;  ///< institution and station, "Blank" without either
  bool operator==(const Equipment&) const = default;
};

/// A dose report as a whole: one SOP instance.
struct DoseReport {
  std::string sop_instance_uid;  ///< the key
  std::string sop_class_uid;
  std::string study_instance_uid;
  MaybeText series_instance_uid;
  ObjectKind object_kind = ObjectKind::other;
  std::string modality_type;  ///< CT, MG, DX, CR, PX, RF or NM: which reports of a study speak of the same thing
  MaybeText content_date, content_time;
  MaybeText template_identifier, completion_flag, verification_flag;
  MaybeCode procedure_reported, has_intent, scope_of_accumulation, source_of_dose_information;
  MaybeText start_of_xray_irradiation, end_of_xray_irradiation;
  MaybeCode language_of_content, country_of_language;
  MaybeText comment;
  MaybeText person_name;  ///< the first person participant of the report itself
  bool operator==(const DoseReport&) const = default;
};

/// Who or what observed (TID 1002).
struct ObserverContext {
  MaybeCode observer_type;
  MaybeText device_observer_uid, device_observer_name, device_observer_manufacturer, device_observer_model_name;
  MaybeText device_observer_serial_number, device_observer_physical_location_during_observation;
  MaybeCode device_role_in_procedure;
  MaybeText person_observer_name, person_observer_organization_name;
  MaybeCode person_observer_role_in_the_organization, person_observer_role_in_this_procedure;
  bool operator==(const ObserverContext&) const = default;
};

/// A person who took part (TID 1020).
struct PersonParticipant {
  MaybeText person_name, person_id, person_id_issuer, organization_name;
  MaybeCode person_role_in_procedure, person_role_in_organization;
  bool operator==(const PersonParticipant&) const = default;
};

/// A device that took part (TID 1021).
struct DeviceParticipant {
  MaybeCode device_role_in_procedure;
  MaybeText device_name, device_manufacturer, device_model_name, device_serial_number, device_observer_uid;
  bool operator==(const DeviceParticipant&) const = default;
};

/// CT Accumulated Dose Data (TID 10012).
struct CtAccumulated {
  MaybeText region;  ///< what the row sums up: "study"
  MaybeCount total_number_of_irradiation_events;
  MaybeNumber ct_dose_length_product_total;  ///< mGy.cm
  MaybeCode ctdiw_phantom_type;
  MaybeNumber ct_effective_dose_total;  ///< mSv
  MaybeText comment;
  bool operator==(const CtAccumulated&) const = default;
};

/// CT X-Ray Source Parameters (113831, DCM) of one tube.
struct CtXraySource {
  MaybeText identification_of_the_xray_source;
  MaybeNumber kvp;                              ///< kV
  MaybeNumber maximum_xray_tube_current;        ///< mA
  MaybeNumber xray_tube_current;                ///< mA
  MaybeNumber exposure_time_per_rotation;       ///< s
  MaybeNumber xray_filter_aluminum_equivalent;  ///< mm
  bool operator==(const CtXraySource&) const = default;
};

/// CT Dose Check Details (TID 10015): alert and notification.
struct CtDoseCheck {
  MaybeFlag dlp_alert_value_configured, ctdivol_alert_value_configured;
  MaybeNumber dlp_alert_value, ctdivol_alert_value;                                    ///< mGy.cm, mGy
  MaybeNumber accumulated_dlp_forward_estimate, accumulated_ctdivol_forward_estimate;  ///< mGy.cm, mGy
  MaybeText alert_reason_for_proceeding, alert_person_name;
  MaybeFlag dlp_notification_value_configured, ctdivol_notification_value_configured;
  MaybeNumber dlp_notification_value, ctdivol_notification_value;  ///< mGy.cm, mGy
  MaybeNumber dlp_forward_estimate, ctdivol_forward_estimate;      ///< mGy.cm, mGy
  MaybeText notification_reason_for_proceeding, notification_person_name;
  bool operator==(const CtDoseCheck&) const = default;
};

/// A size-specific dose estimate (113930, DCM) of one event, with what it was derived from.
struct CtSizeSpecificDose {
  MaybeNumber size_specific_dose_estimation;  ///< mGy
  MaybeCode measurement_method;
  MaybeNumber measured_lateral_dimension, measured_ap_dimension, derived_effective_diameter;  ///< mm
  MaybeNumber water_equivalent_diameter;                                                      ///< mm
  MaybeCode water_equivalent_diameter_method;
  bool operator==(const CtSizeSpecificDose&) const = default;
};

/// CT Irradiation Event Data (TID 10013, scanning length TID 10014).
struct CtEvent {
  MaybeText irradiation_event_uid, irradiation_event_label;
  MaybeCode irradiation_event_label_type;
  MaybeText date_time_started;
  MaybeText acquisition_protocol;
  MaybeCode target_region, ct_acquisition_type, procedure_context;
  MaybeNumber exposure_time;                                                                          ///< s
  MaybeNumber scanning_length, length_of_reconstructable_volume, exposed_range;                       ///< mm
  MaybeNumber top_z_location_of_reconstructable_volume, bottom_z_location_of_reconstructable_volume;  ///< mm
  MaybeNumber top_z_location_of_scanning_length, bottom_z_location_of_scanning_length;                ///< mm
  MaybeText frame_of_reference_uid;
  MaybeNumber nominal_single_collimation_width, nominal_total_collimation_width;  ///< mm
  MaybeNumber pitch_factor;
  MaybeCount number_of_xray_sources;
  MaybeNumber mean_ctdivol;  ///< mGy
  MaybeCode ctdiw_phantom_type;
  MaybeNumber ctdifreeair_calculation_factor;    ///< mGy/mAs
  MaybeNumber mean_ctdifreeair;                  ///< mGy
  MaybeNumber dlp;                               ///< mGy.cm
  MaybeNumber effective_dose;                    ///< mSv
  MaybeNumber effective_dose_conversion_factor;  ///< mSv/(mGy.cm)
  MaybeText xray_modulation_type, comment;
  MaybeText person_name;  ///< the first person participant of the event

  std::vector<CtXraySource> xray_sources;  ///< ordered by their identification
  std::optional<CtDoseCheck> dose_check;
  std::vector<CtSizeSpecificDose> size_specific_doses;
  std::vector<DeviceParticipant> device_participants;
  std::vector<PersonParticipant> person_participants;
  bool operator==(const CtEvent&) const = default;
};

/// A concept that the object holds and no field takes: how often.
struct UnmappedItem {
  MaybeText concept_value, concept_scheme, concept_meaning, value_type;
  std::int64_t occurrences = 0;
  bool operator==(const UnmappedItem&) const = default;
};

/// What was odd in a report and what was made of it.
struct ReportWarning {
  DoseWarning kind = DoseWarning::several_items;
  MaybeText place;      ///< where: the field, or the concept of the item
  MaybeText raw_value;  ///< what the object says
  MaybeText raw_unit;
  bool operator==(const ReportWarning&) const = default;
};

/// All that one object tells of dose.
struct DoseRecord {
  PatientIdentity identity;  ///< before the policy; never stored
  DoseReport report;
  PatientStudy patient_study;
  Equipment equipment;
  std::vector<ObserverContext> observer_context;
  std::vector<DeviceParticipant> device_participants;
  std::vector<PersonParticipant> person_participants;
  std::vector<CtAccumulated> ct_accumulated;
  std::vector<CtEvent> ct_events;
  std::vector<UnmappedItem> unmapped;
  std::vector<ReportWarning> warnings;
  bool operator==(const DoseRecord&) const = default;
};

/// Totals of a report or of a study. Counts by CT acquisition type code.
struct DoseSummary {
  MaybeCount number_of_events;
  MaybeNumber total_dlp;  ///< mGy.cm
  MaybeCount number_of_axial, number_of_spiral, number_of_stationary, number_of_const_angle;
  MaybeText totals_from;  ///< "reports" as reported, "events" where overlapping reports forced a sum over events
  bool operator==(const DoseSummary&) const = default;
};

}  // namespace harvester

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/object_kind.hpp"

/// What every dose record has: patient, study, equipment, the report, who took part (PS3.16 TID 1002, 1020, 1021).
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

/// Whether the identifying values of a PatientStudy are the real ones ("kept") or hashes ("hashed"); absent where the
/// value is.
struct IdentityMarks {
  MaybeText patient_name, patient_id, accession_number;
  bool operator==(const IdentityMarks&) const = default;
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
  std::string modality_type;  ///< CT, MG, DX, CR, PX, RF or NM: which reports of a study speak of the same thing;
                              ///< empty: of no exposure
  MaybeText content_date, content_time;
  MaybeText template_identifier, completion_flag, verification_flag;
  MaybeCode procedure_reported, has_intent, scope_of_accumulation, source_of_dose_information;
  MaybeText start_of_xray_irradiation, end_of_xray_irradiation;
  MaybeText start_of_examination, end_of_examination;  ///< Siemens summaries
  MaybeText acquisition_device_type;
  MaybeCode associated_procedure;
  MaybeCode xray_source_data_available, xray_mechanical_data_available, xray_detector_data_available;
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

}  // namespace harvester

#pragma once

#include "harvester/core/dose_common.hpp"
#include "harvester/core/dose_ct.hpp"
#include "harvester/core/dose_nm.hpp"
#include "harvester/core/dose_warning.hpp"
#include "harvester/core/dose_xray.hpp"

/// Dose records as plain values, normalised after the DICOM templates (PS3.16). What an object does not tell is absent.
/// Dates are "YYYY-MM-DD", times "HH:MM:SS[.ffffff]", date-times ISO 8601, all as the local clock of the device said.
/// Texts are UTF-8. Units stand beside the members. The fields of every struct are listed once, in dose_fields.hpp; the
/// database and the exports follow that list.
namespace harvester {

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
  IdentityMarks identity_marks{};  ///< of `patient_study`
  Equipment equipment;
  std::vector<ObserverContext> observer_context;
  std::vector<DeviceParticipant> device_participants;
  std::vector<PersonParticipant> person_participants;
  std::vector<CtAccumulated> ct_accumulated;
  std::vector<CtEvent> ct_events;
  std::vector<XrayAccumulated> xray_accumulated;
  std::vector<XrayEvent> xray_events;
  std::vector<NmEvent> nm_events;
  std::vector<PetSeries> pet_series;
  std::optional<PatientCharacteristics> patient_characteristics;
  std::vector<UnmappedItem> unmapped;
  std::vector<ReportWarning> warnings;
  bool operator==(const DoseRecord&) const = default;
};

/// Totals of a report or of a study. Counts by CT acquisition type code.
struct DoseSummary {
  MaybeCount number_of_events;
  MaybeCount number_of_planes;                                  ///< projection X-ray
  MaybeNumber total_dlp;                                        ///< mGy.cm
  MaybeNumber total_dap;                                        ///< Gy.m2, all planes
  MaybeNumber total_dap_a, total_dap_b;                         ///< Gy.m2: a single plane counts as A
  MaybeNumber total_rp_dose_a, total_rp_dose_b;                 ///< Gy
  MaybeNumber total_agd_left, total_agd_right, total_agd_both;  ///< mGy, per breast
  MaybeNumber total_fluoro_time;                                ///< s
  MaybeNumber total_administered_activity;                      ///< MBq
  MaybeCount number_of_axial, number_of_spiral, number_of_stationary, number_of_const_angle;
  MaybeText totals_from;  ///< "reports" as reported, "events" where overlapping reports forced a sum over events
  bool operator==(const DoseSummary&) const = default;
};

}  // namespace harvester

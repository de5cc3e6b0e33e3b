#pragma once

#include <optional>
#include <vector>

#include "harvester/core/dose_common.hpp"

/// CT dose (PS3.16 TID 10011-10015). Units: CTDIvol and SSDE mGy, DLP mGy.cm, lengths mm, times s.
namespace harvester {

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

}  // namespace harvester

#pragma once

#include <vector>

#include "harvester/core/dose_common.hpp"

/// Projection X-ray and mammography dose: of reports (PS3.16 TID 10001-10007) and of image headers. Units: DAP Gy.m2,
/// dose at the reference point Gy, AGD, entrance exposure mGy, kVp kV, tube current mA, exposure uA.s, pulse width and
/// exposure time ms, irradiation duration s, lengths mm, angles degrees.
namespace harvester {

/// A calibration of the dose figures of a plane (TID 10002).
struct XrayCalibration {
  MaybeCode dose_measurement_device;
  MaybeText calibration_date;
  MaybeNumber calibration_factor;
  MaybeNumber calibration_uncertainty;  ///< percent
  MaybeText calibration_responsible_party, calibration_protocol;
  bool operator==(const XrayCalibration&) const = default;
};

/// Accumulated X-Ray Dose Data of one plane, or of one breast (TID 10002-10007).
struct XrayAccumulated {
  MaybeCode acquisition_plane;
  MaybeNumber dose_area_product_total, fluoro_dose_area_product_total, acquisition_dose_area_product_total;  ///< Gy.m2
  MaybeNumber dose_rp_total, fluoro_dose_rp_total, acquisition_dose_rp_total;                                ///< Gy
  MaybeNumber total_fluoro_time, total_acquisition_time;                                                     ///< s
  MaybeCount total_number_of_radiographic_frames;
  MaybeCode reference_point_definition;
  MaybeNumber distance_source_to_reference_point;  ///< mm
  MaybeCode detector_type;
  MaybeNumber accumulated_average_glandular_dose;  ///< mGy, of the breast of `laterality`
  MaybeCode laterality;
  MaybeText comment;

  std::vector<XrayCalibration> calibrations;
  bool operator==(const XrayAccumulated&) const = default;
};

struct XrayFilter {
  MaybeCode xray_filter_type, xray_filter_material;
  MaybeNumber xray_filter_thickness_minimum, xray_filter_thickness_maximum;  ///< mm, maximum never below minimum
  bool operator==(const XrayFilter&) const = default;
};

struct XrayGrid {
  MaybeCode xray_grid;
  bool operator==(const XrayGrid&) const = default;
};

/// One of several values that an event gives for its pulses or exposures; the event itself holds the mean.
struct XrayPulse {
  MaybeNumber kvp;                ///< kV
  MaybeNumber xray_tube_current;  ///< mA
  MaybeNumber pulse_width;        ///< ms
  MaybeNumber exposure_uas;       ///< uA.s
  bool operator==(const XrayPulse&) const = default;
};

/// An image that an event of a report names (113795 Acquired Image).
struct XrayImageReference {
  MaybeText sop_class_uid, sop_instance_uid;
  bool operator==(const XrayImageReference&) const = default;
};

/// What an event is: when, what for, of which part and how the patient lay.
struct XrayEventIdentity {
  MaybeText irradiation_event_uid, irradiation_event_label;  ///< of an image its SOP Instance UID
  MaybeText header_event_uid;                                ///< of an image: Irradiation Event UID (0008,3010)
  MaybeText date_time_started;
  MaybeCode irradiation_event_type, acquisition_plane;
  MaybeText acquisition_protocol;
  MaybeCode anatomical_structure, target_region, laterality, image_view, image_view_modifier, procedure_context;
  MaybeCode projection_eponymous_name;
  MaybeCode patient_table_relationship, patient_orientation, patient_orientation_modifier;
  MaybeText comment;
  MaybeText person_name;  ///< the first person participant of the event
  bool operator==(const XrayEventIdentity&) const = default;
};

/// Dose of one event.
struct XrayEventDose {
  MaybeNumber dose_area_product;  ///< Gy.m2
  MaybeNumber dose_rp;            ///< Gy
  MaybeCode reference_point_definition;
  MaybeNumber average_glandular_dose;                                  ///< mGy
  MaybeNumber entrance_exposure_at_rp;                                 ///< mGy
  MaybeNumber half_value_layer;                                        ///< mm
  MaybeNumber percent_fibroglandular_tissue;                           ///< percent
  MaybeNumber exposure_index, target_exposure_index, deviation_index;  ///< IEC 62494-1
  MaybeNumber sensitivity, relative_xray_exposure;                     ///< as the maker defines them
  bool operator==(const XrayEventDose&) const = default;
};

/// X-ray source of one event (TID 10003B and older TID 10003).
struct XrayEventSource {
  MaybeCode fluoro_mode;
  MaybeNumber pulse_rate;  ///< 1/s
  MaybeCount number_of_pulses;
  MaybeNumber irradiation_duration;       ///< s
  MaybeNumber kvp;                        ///< kV; of several the mean of those that are not zero
  MaybeNumber average_xray_tube_current;  ///< mA
  MaybeNumber xray_tube_current;          ///< mA; as kvp
  MaybeNumber exposure_time;              ///< ms
  MaybeNumber pulse_width;                ///< ms; as kvp
  MaybeNumber exposure_uas;               ///< uA.s
  MaybeNumber focal_spot_size;            ///< mm
  MaybeCode anode_target_material;
  MaybeText anode_target_material_keyword, filter_material_keyword;  ///< of an image: the terms of its header
  MaybeText exposure_control_mode, exposure_control_mode_description;
  MaybeNumber grid_focal_distance;                              ///< mm
  MaybeNumber collimated_field_area;                            ///< m2
  MaybeNumber collimated_field_height, collimated_field_width;  ///< mm
  MaybeNumber ii_field_size;                                    ///< mm
  bool operator==(const XrayEventSource&) const = default;
};

/// Where tube, detector, table and breast were (TID 10003C).
struct XrayEventGeometry {
  MaybeCode crdr_mechanical_configuration;
  MaybeNumber positioner_primary_angle, positioner_secondary_angle;                                    ///< degrees
  MaybeNumber positioner_primary_end_angle, positioner_secondary_end_angle;                            ///< degrees
  MaybeNumber column_angulation;                                                                       ///< degrees
  MaybeNumber table_head_tilt_angle, table_horizontal_rotation_angle, table_cradle_tilt_angle;         ///< degrees
  MaybeNumber table_longitudinal_position, table_lateral_position, table_height_position;              ///< mm
  MaybeNumber table_longitudinal_end_position, table_lateral_end_position, table_height_end_position;  ///< mm
  MaybeNumber distance_source_to_detector, distance_source_to_isocenter, distance_source_to_reference_point;  ///< mm
  MaybeNumber distance_source_to_entrance_surface, distance_source_to_table_plane;                            ///< mm
  MaybeNumber compression_thickness;                                                                          ///< mm
  MaybeNumber compression_force;         ///< as in the object: N by the standard
  MaybeNumber compression_pressure;      ///< kPa
  MaybeNumber compression_contact_area;  ///< mm2
  MaybeNumber magnification_factor;
  MaybeNumber radiological_thickness;  ///< mm
  bool operator==(const XrayEventGeometry&) const = default;
};

/// One irradiation event, or one image that stands for one.
struct XrayEvent : XrayEventIdentity, XrayEventDose, XrayEventSource, XrayEventGeometry {
  std::vector<XrayFilter> filters;
  std::vector<XrayGrid> grids;
  std::vector<XrayPulse> pulses;  ///< only where there are several
  std::vector<XrayImageReference> images;
  std::vector<DeviceParticipant> device_participants;
  std::vector<PersonParticipant> person_participants;
  bool operator==(const XrayEvent&) const = default;
};

}  // namespace harvester

#include "xray_event.hpp"

#include <algorithm>

#include "concepts.hpp"
#include "finite.hpp"
#include "harvester/extract/report_header.hpp"
#include "xray_concepts.hpp"

namespace harvester::extract {
namespace {

using namespace concepts;

/// A side stands below the structure, below the region, or beside them.
MaybeCode laterality_of(const ContentItem& item, const ItemReader& reader) {
  for (const auto& sought : {kAnatomicalStructure, kTargetRegion})
    if (const auto* part = reader.first(item, sought))
      if (auto side = reader.code(*part, kLaterality)) return side;
  return reader.code(item, kLaterality);
}

void read_identity(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  event.irradiation_event_uid = reader.text(item, kEventUid);
  if (const auto* label = reader.first(item, kEventLabel, {ValueType::text})) {
    event.irradiation_event_label = reader.text(item, kEventLabel);
    (void)reader.code(*label, kLabelType);
  }
  event.date_time_started = reader.datetime(item, kDateTimeStarted);
  event.irradiation_event_type = reader.code(item, kEventType);
  event.acquisition_plane = reader.code(item, kAcquisitionPlane);
  event.acquisition_protocol = reader.text(item, kAcquisitionProtocol);
  event.anatomical_structure = reader.code(item, kAnatomicalStructure);
  event.target_region = reader.code(item, kTargetRegion);
  event.laterality = laterality_of(item, reader);
  event.procedure_context = reader.code(item, kProcedureContext);
  event.comment = reader.text(item, kComment);
}

/// The view, the name of the projection, and how the patient lay (PS3.16 TID 10003, CID 19 and 20).
void read_position(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  event.image_view = reader.code(item, kImageView);
  if (const auto* view = reader.first(item, kImageView)) {
    event.image_view_modifier = reader.code(*view, kImageViewModifier);
    event.projection_eponymous_name = reader.code(*view, kProjectionName);
  }
  if (!event.projection_eponymous_name) event.projection_eponymous_name = reader.code(item, kProjectionName);
  event.patient_table_relationship = reader.code(item, kTableRelationship);
  event.patient_orientation = reader.code(item, kPatientOrientation);
  if (const auto* orientation = reader.first(item, kPatientOrientation))
    event.patient_orientation_modifier = reader.code(*orientation, kOrientationModifier);
  if (!event.patient_orientation_modifier) event.patient_orientation_modifier = reader.code(item, kOrientationModifier);
}

void read_dose(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  event.dose_area_product = reader.number(item, kDap, Quantity::dose_area);
  event.dose_rp = reader.number(item, kDoseRp, Quantity::kerma_gy);
  event.reference_point_definition = reader.code(item, kReferencePoint);
  event.average_glandular_dose = reader.number(item, kGlandularDose, Quantity::kerma_mgy);
  event.entrance_exposure_at_rp = reader.number(item, kEntranceExposure, Quantity::kerma_mgy);
  event.half_value_layer = reader.number(item, kHalfValueLayer, Quantity::length_mm);
  event.percent_fibroglandular_tissue = reader.number(item, kFibroglandular, Quantity::percent);
  event.exposure_index = reader.number(item, kExposureIndex, Quantity::ratio);
  event.target_exposure_index = reader.number(item, kTargetExposureIndex, Quantity::ratio);
  event.deviation_index = reader.number(item, kDeviationIndex, Quantity::ratio);
}

/// All values that a concept has in an event.
std::vector<double> samples(const ContentItem& item, const ItemReader& reader, const Concept& sought,
                            Quantity quantity) {
  std::vector<double> values;
  for (const auto* one : reader.all(item, sought))
    if (one->type == ValueType::num)
      for (const auto value : reader.numbers_of(*one, quantity)) values.push_back(value);
  return values;
}

/// Zeros are pulses that were not made.
MaybeNumber mean_of(const std::vector<double>& values) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto value : values)
    if (value != 0) sum += value, ++count;
  if (count == 0) return values.empty() ? std::nullopt : MaybeNumber(0.0);
  return finite(sum / static_cast<double>(count));
}

/// The mean of a quantity; each value where there are several.
MaybeNumber read_samples(const ContentItem& item, const ItemReader& reader, const Concept& sought, Quantity quantity,
                         MaybeNumber XrayPulse::*member, XrayEvent& event) {
  const auto values = samples(item, reader, sought, quantity);
  if (values.size() > 1) {
    if (event.pulses.size() < values.size()) event.pulses.resize(values.size());
    for (std::size_t n = 0; n < values.size(); ++n) event.pulses[n].*member = values[n];
  }
  return values.size() == 1 ? MaybeNumber(values.front()) : mean_of(values);
}

void read_exposure(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  event.kvp = read_samples(item, reader, kKvp, Quantity::voltage_kv, &XrayPulse::kvp, event);
  event.xray_tube_current =
      read_samples(item, reader, kTubeCurrent, Quantity::current_ma, &XrayPulse::xray_tube_current, event);
  event.pulse_width = read_samples(item, reader, kPulseWidth, Quantity::time_ms, &XrayPulse::pulse_width, event);
  event.exposure_uas = read_samples(item, reader, kExposure, Quantity::charge_uas, &XrayPulse::exposure_uas, event);
  event.average_xray_tube_current = reader.number(item, kAverageTubeCurrent, Quantity::current_ma);
  event.exposure_time = reader.number(item, kExposureTime, Quantity::time_ms);
  event.irradiation_duration = reader.number(item, kIrradiationDuration, Quantity::time_s);
  event.number_of_pulses = reader.count(item, kNumberOfPulses);
  event.pulse_rate = reader.number(item, kPulseRate, Quantity::rate_per_s);
  event.fluoro_mode = reader.code(item, kFluoroMode);
}

void read_tube(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  event.focal_spot_size = reader.number(item, kFocalSpotSize, Quantity::length_mm);
  event.anode_target_material = reader.code(item, kAnodeMaterial);
  event.collimated_field_area = reader.number(item, kFieldArea, Quantity::area_m2);
  event.collimated_field_height = reader.number(item, kFieldHeight, Quantity::length_mm);
  event.collimated_field_width = reader.number(item, kFieldWidth, Quantity::length_mm);
  for (const auto* filter : reader.containers(item, kFilters))
    event.filters.push_back({reader.code(*filter, kFilterType), reader.code(*filter, kFilterMaterial),
                             reader.number(*filter, kFilterMinimum, Quantity::length_mm),
                             reader.number(*filter, kFilterMaximum, Quantity::length_mm)});
  for (const auto* grid : reader.all(item, kGrid)) {
    grid->used = true;
    if (grid->code) event.grids.push_back({grid->code});
  }
}

void read_angles(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  const auto degrees = [&](const Concept& sought) { return reader.number(item, sought, Quantity::angle_deg); };
  event.positioner_primary_angle = degrees(kPrimaryAngle);
  event.positioner_secondary_angle = degrees(kSecondaryAngle);
  event.positioner_primary_end_angle = degrees(kPrimaryEndAngle);
  event.positioner_secondary_end_angle = degrees(kSecondaryEndAngle);
  event.column_angulation = degrees(kColumnAngulation);
  event.table_head_tilt_angle = degrees(kHeadTilt);
  event.table_horizontal_rotation_angle = degrees(kHorizontalRotation);
  event.table_cradle_tilt_angle = degrees(kCradleTilt);
  event.crdr_mechanical_configuration = reader.code(item, kMechanicalConfiguration);
}

void read_distances(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  const auto mm = [&](const Concept& sought) { return reader.number(item, sought, Quantity::length_mm); };
  event.table_longitudinal_position = mm(kTableLongitudinal);
  event.table_lateral_position = mm(kTableLateral);
  event.table_height_position = mm(kTableHeight);
  event.table_longitudinal_end_position = mm(kTableLongitudinalEnd);
  event.table_lateral_end_position = mm(kTableLateralEnd);
  event.table_height_end_position = mm(kTableHeightEnd);
  event.distance_source_to_detector = mm(kSourceToDetector);
  event.distance_source_to_isocenter = mm(kSourceToIsocenter);
  event.distance_source_to_reference_point = mm(kSourceToReferencePoint);
  event.distance_source_to_table_plane = mm(kSourceToTable);
  event.compression_thickness = mm(kCompressionThickness);
  event.compression_force = reader.number(item, kCompressionForce, Quantity::force_n);
  event.compression_pressure = reader.number(item, kCompressionPressure, Quantity::pressure_kpa);
  event.compression_contact_area = reader.number(item, kCompressionArea, Quantity::area_mm2);
}

void read_images(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  for (const auto* image : reader.all(item, kAcquiredImage)) {
    image->used = true;
    if (!image->text.empty()) event.images.push_back({std::nullopt, image->text});
  }
}

}  // namespace

void complete(XrayEvent& event) {
  if (!event.average_xray_tube_current) event.average_xray_tube_current = event.xray_tube_current;
  if (!event.exposure_time && event.pulse_width && event.number_of_pulses)
    event.exposure_time = finite(*event.pulse_width * static_cast<double>(*event.number_of_pulses));
  for (auto& filter : event.filters) {
    auto &thin = filter.xray_filter_thickness_minimum, &thick = filter.xray_filter_thickness_maximum;
    if (thin && thick && *thin > *thick) std::swap(*thin, *thick);
  }
}

XrayEvent xray_event(const ContentItem& item, const ItemReader& reader) {
  XrayEvent event;
  read_identity(item, reader, event);
  read_position(item, reader, event);
  read_dose(item, reader, event);
  read_exposure(item, reader, event);
  read_tube(item, reader, event);
  read_angles(item, reader, event);
  read_distances(item, reader, event);
  read_images(item, reader, event);
  event.device_participants = read_devices(item, reader);
  event.person_participants = read_persons(item, reader);
  if (!event.person_participants.empty()) event.person_name = event.person_participants.front().person_name;
  complete(event);
  return event;
}

}  // namespace harvester::extract

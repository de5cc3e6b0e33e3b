#include "ct_event.hpp"

#include <algorithm>

#include "concepts.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/report_header.hpp"
#include "xray_concepts.hpp"

namespace harvester::extract {
namespace {

using namespace concepts;

void read_lengths(const ContentItem& item, const ItemReader& reader, CtEvent& event) {
  const auto mm = [&](const Concept& sought) { return reader.number(item, sought, Quantity::length_mm); };
  event.scanning_length = mm(kScanningLength);
  event.length_of_reconstructable_volume = mm(kReconstructableLength);
  event.exposed_range = mm(kExposedRange);
  event.top_z_location_of_reconstructable_volume = mm(kTopOfVolume);
  event.bottom_z_location_of_reconstructable_volume = mm(kBottomOfVolume);
  event.top_z_location_of_scanning_length = mm(kTopOfScan);
  event.bottom_z_location_of_scanning_length = mm(kBottomOfScan);
  event.nominal_single_collimation_width = mm(kSingleCollimation);
  event.nominal_total_collimation_width = mm(kTotalCollimation);
  event.frame_of_reference_uid = reader.text(item, kFrameOfReference);
}

CtXraySource source_of(const ContentItem& item, const ItemReader& reader) {
  CtXraySource source;
  source.identification_of_the_xray_source = reader.text(item, kSourceIdentification);
  source.kvp = reader.number(item, kKvp, Quantity::voltage_kv);
  source.maximum_xray_tube_current = reader.number(item, kMaximumTubeCurrent, Quantity::current_ma);
  source.xray_tube_current = reader.number(item, kTubeCurrent, Quantity::current_ma);
  source.exposure_time_per_rotation = reader.number(item, kTimePerRotation, Quantity::time_s);
  source.xray_filter_aluminum_equivalent = reader.number(item, kFilterAluminum, Quantity::length_mm);
  return source;
}

void read_parameters(const ContentItem& item, const ItemReader& reader, CtEvent& event) {
  event.exposure_time = reader.number(item, kExposureTime, Quantity::time_s);
  read_lengths(item, reader, event);
  event.pitch_factor = reader.number(item, kPitchFactor, Quantity::ratio);
  event.number_of_xray_sources = reader.count(item, kNumberOfSources);
  for (const auto* source : reader.containers(item, kSourceParameters))
    event.xray_sources.push_back(source_of(*source, reader));
  std::stable_sort(event.xray_sources.begin(), event.xray_sources.end(), [](const auto& a, const auto& b) {
    return a.identification_of_the_xray_source < b.identification_of_the_xray_source;
  });
}

MaybeText first_person(const ContentItem& item, const ItemReader& reader) {
  const auto persons = read_persons(item, reader);
  return persons.empty() ? std::nullopt : persons.front().person_name;
}

void read_alert(const ContentItem& item, const ItemReader& reader, CtDoseCheck& check) {
  check.dlp_alert_value_configured = reader.yes(item, kDlpAlertConfigured);
  check.ctdivol_alert_value_configured = reader.yes(item, kCtdivolAlertConfigured);
  check.dlp_alert_value = reader.number(item, kDlpAlert, Quantity::dlp);
  check.ctdivol_alert_value = reader.number(item, kCtdivolAlert, Quantity::kerma_mgy);
  check.accumulated_dlp_forward_estimate = reader.number(item, kAccumulatedDlpEstimate, Quantity::dlp);
  check.accumulated_ctdivol_forward_estimate = reader.number(item, kAccumulatedCtdivolEstimate, Quantity::kerma_mgy);
  check.alert_reason_for_proceeding = reader.text(item, kReasonForProceeding);
  check.alert_person_name = first_person(item, reader);
}

void read_notification(const ContentItem& item, const ItemReader& reader, CtDoseCheck& check) {
  check.dlp_notification_value_configured = reader.yes(item, kDlpNotificationConfigured);
  check.ctdivol_notification_value_configured = reader.yes(item, kCtdivolNotificationConfigured);
  check.dlp_notification_value = reader.number(item, kDlpNotification, Quantity::dlp);
  check.ctdivol_notification_value = reader.number(item, kCtdivolNotification, Quantity::kerma_mgy);
  check.dlp_forward_estimate = reader.number(item, kDlpEstimate, Quantity::dlp);
  check.ctdivol_forward_estimate = reader.number(item, kCtdivolEstimate, Quantity::kerma_mgy);
  check.notification_reason_for_proceeding = reader.text(item, kReasonForProceeding);
  check.notification_person_name = first_person(item, reader);
}

// Alert and notification are independent of each other and stand below CT Dose, with some makers below the event.
void read_dose_check(const ContentItem& item, const ItemReader& reader, CtEvent& event) {
  for (const auto* alert : reader.containers(item, kDoseCheckAlert)) {
    if (!event.dose_check) event.dose_check.emplace();
    read_alert(*alert, reader, *event.dose_check);
  }
  for (const auto* notification : reader.containers(item, kDoseCheckNotification)) {
    if (!event.dose_check) event.dose_check.emplace();
    read_notification(*notification, reader, *event.dose_check);
  }
}

CtSizeSpecificDose size_specific_dose_of(const ContentItem& item, const ItemReader& reader) {
  CtSizeSpecificDose dose;
  dose.size_specific_dose_estimation = reader.number_of(item, Quantity::kerma_mgy);
  dose.measurement_method = reader.code(item, kMeasurementMethod);
  const auto mm = [&](const Concept& sought) { return reader.number(item, sought, Quantity::length_mm); };
  dose.measured_lateral_dimension = mm(kLateralDimension);
  dose.measured_ap_dimension = mm(kApDimension);
  dose.derived_effective_diameter = mm(kEffectiveDiameter);
  dose.water_equivalent_diameter = mm(kWaterEquivalentDiameter);
  if (const auto* diameter = reader.first(item, kWaterEquivalentDiameter))
    dose.water_equivalent_diameter_method = reader.code(*diameter, kMeasurementMethod);
  return dose;
}

void read_size_specific_doses(const ContentItem& item, const ItemReader& reader, CtEvent& event) {
  for (const auto* estimate : reader.all(item, kSizeSpecificDose))
    event.size_specific_doses.push_back(size_specific_dose_of(*estimate, reader));
  // A diameter may stand beside the estimates, or without any.
  const auto* diameter = reader.first(item, kWaterEquivalentDiameter, {ValueType::num});
  if (!diameter) return;
  if (event.size_specific_doses.empty()) event.size_specific_doses.emplace_back();
  auto& dose = event.size_specific_doses.front();
  if (dose.water_equivalent_diameter) return;
  dose.water_equivalent_diameter = reader.number_of(*diameter, Quantity::length_mm);
  dose.water_equivalent_diameter_method = reader.code(*diameter, kMeasurementMethod);
}

void read_dose(const ContentItem& item, const ItemReader& reader, CtEvent& event) {
  event.mean_ctdivol = reader.number(item, kMeanCtdivol, Quantity::kerma_mgy);
  event.ctdiw_phantom_type = reader.code(item, kPhantomType);
  event.ctdifreeair_calculation_factor = reader.number(item, kFreeairFactor, Quantity::ctdi_per_charge);
  event.mean_ctdifreeair = reader.number(item, kMeanCtdiFreeair, Quantity::kerma_mgy);
  event.dlp = reader.number(item, kDlp, Quantity::dlp);
  event.effective_dose = reader.number(item, kEffectiveDose, Quantity::effective_dose);
  if (const auto* effective = reader.first(item, kEffectiveDose))
    event.effective_dose_conversion_factor = reader.number(*effective, kEffectiveDoseFactor, Quantity::dose_factor);
  read_size_specific_doses(item, reader, event);
  read_dose_check(item, reader, event);
}

void read_description(const ContentItem& item, const ItemReader& reader, CtEvent& event) {
  event.irradiation_event_uid = reader.text(item, kEventUid);
  if (const auto* label = reader.first(item, kEventLabel, {ValueType::text})) {
    event.irradiation_event_label = reader.text(item, kEventLabel);
    event.irradiation_event_label_type = reader.code(*label, kLabelType);
  }
  event.date_time_started = reader.datetime(item, kDateTimeStarted);
  event.acquisition_protocol = reader.text(item, kAcquisitionProtocol);
  event.target_region = reader.code(item, kTargetRegion);
  event.ct_acquisition_type = reader.code(item, kCtAcquisitionType);
  event.procedure_context = reader.code(item, kProcedureContext);
  event.comment = reader.text(item, kComment);
  event.xray_modulation_type = reader.text(item, kModulationType);
  if (!event.xray_modulation_type) event.xray_modulation_type = modulation_in_comment(event.comment);
}

void read_participants(const ContentItem& item, const ItemReader& reader, CtEvent& event) {
  event.device_participants = read_devices(item, reader);
  event.person_participants = read_persons(item, reader);
  if (!event.person_participants.empty()) event.person_name = event.person_participants.front().person_name;
}

}  // namespace

MaybeText modulation_in_comment(const MaybeText& comment) {
  constexpr std::string_view kLabel = "X-ray Modulation Type = ";
  if (!comment) return std::nullopt;
  const auto at = comment->find(kLabel);
  if (at == std::string::npos) return std::nullopt;
  const auto rest = std::string_view(*comment).substr(at + kLabel.size());
  const auto value = trimmed(rest.substr(0, rest.find_first_of(",;\r\n")));
  if (value.empty()) return std::nullopt;
  return std::string(value);
}

CtAccumulated ct_accumulated(const ContentItem& item, const ItemReader& reader) {
  CtAccumulated row;
  row.region = "study";
  row.total_number_of_irradiation_events = reader.count(item, kTotalEvents);
  row.ct_dose_length_product_total = reader.number(item, kDlpTotal, Quantity::dlp);
  if (const auto* total = reader.first(item, kDlpTotal)) row.ctdiw_phantom_type = reader.code(*total, kPhantomType);
  if (!row.ctdiw_phantom_type) row.ctdiw_phantom_type = reader.code(item, kPhantomType);
  row.ct_effective_dose_total = reader.number(item, kEffectiveDoseTotal, Quantity::effective_dose);
  row.comment = reader.text(item, kComment);
  return row;
}

CtEvent ct_event(const ContentItem& item, const ItemReader& reader) {
  CtEvent event;
  read_description(item, reader, event);
  for (const auto* parameters : reader.containers(item, kAcquisitionParameters))
    read_parameters(*parameters, reader, event);
  for (const auto* dose : reader.containers(item, kCtDose)) read_dose(*dose, reader, event);
  read_dose_check(item, reader, event);
  read_participants(item, reader, event);
  return event;
}

CtEvent ct_event_summary(const ContentItem& item, const ItemReader& reader) {
  CtEvent event;
  read_description(item, reader, event);
  if (!event.ct_acquisition_type) event.ct_acquisition_type = reader.code(item, kEventType);
  if (auto source = reader.text(item, kSourceIdentification))
    event.xray_sources.emplace_back().identification_of_the_xray_source = std::move(source);
  read_dose(item, reader, event);
  read_participants(item, reader, event);
  return event;
}

}  // namespace harvester::extract

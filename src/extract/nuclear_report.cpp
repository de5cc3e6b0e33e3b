#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "concepts.hpp"
#include "dose_report.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/report_header.hpp"
#include "nuclear_concepts.hpp"

namespace harvester::extract {
namespace {

using namespace concepts;

void read_agent(const ContentItem& item, const ItemReader& reader, NmEvent& event) {
  event.radiopharmaceutical_agent = reader.code(item, kAgent);
  const auto* agent = reader.first(item, kAgent);
  const auto& holder = agent != nullptr ? *agent : item;
  event.radionuclide = reader.code(holder, kRadionuclide);
  event.radionuclide_half_life = reader.number(holder, kHalfLife, Quantity::time_s);
  if (const auto* nuclide = reader.first(holder, kRadionuclide); nuclide != nullptr && !event.radionuclide_half_life)
    event.radionuclide_half_life = reader.number(*nuclide, kHalfLife, Quantity::time_s);
  event.radiopharmaceutical_specific_activity = reader.number(holder, kSpecificActivity, Quantity::specific_activity);
  if (!event.radiopharmaceutical_specific_activity)
    event.radiopharmaceutical_specific_activity = reader.number(item, kSpecificActivity, Quantity::specific_activity);
}

/// An activity as measured, and what it was measured with.
void read_measured(const ContentItem& item, const ItemReader& reader, const Concept& sought, MaybeNumber& activity,
                   MaybeText& device) {
  activity = reader.number(item, sought, Quantity::activity_mbq);
  if (const auto* measured = reader.first(item, sought)) device = reader.text(*measured, kMeasurementDevice);
}

void read_activities(const ContentItem& item, const ItemReader& reader, NmEvent& event) {
  event.administered_activity = reader.number(item, kAdministeredActivity, Quantity::activity_mbq);
  event.radiopharmaceutical_volume = reader.number(item, kVolume, Quantity::volume_ml);
  read_measured(item, reader, kPreActivity, event.pre_administration_measured_activity,
                event.pre_activity_measurement_device);
  read_measured(item, reader, kPostActivity, event.post_administration_measured_activity,
                event.post_activity_measurement_device);
  event.intravenous_extravasation_symptoms = reader.code(item, kExtravasationSymptoms);
  event.estimated_extravasation_activity = reader.number(item, kExtravasationActivity, Quantity::activity_mbq);
}

void read_route(const ContentItem& item, const ItemReader& reader, NmEvent& event) {
  event.route_of_administration = reader.code(item, kRoute);
  const auto* route = reader.first(item, kRoute);
  const auto& holder = route != nullptr ? *route : item;
  event.site_of = reader.code(holder, kSiteOf);
  if (const auto* site = reader.first(holder, kSiteOf)) event.laterality = reader.code(*site, kSide);
}

/// All texts and code meanings of a concept.
MaybeText joined(const ContentItem& item, const ItemReader& reader, const Concept& sought) {
  std::vector<std::string> values;
  for (const auto* one : reader.all(item, sought)) {
    one->used = true;
    const auto value = !one->code ? one->text : one->code->meaning.empty() ? one->code->value : one->code->meaning;
    if (!value.empty()) values.push_back(value);
  }
  return values.empty() ? std::nullopt : MaybeText(join(values, " | "));
}

void read_identifiers(const ContentItem& item, const ItemReader& reader, NmEvent& event) {
  event.billing_code = joined(item, reader, kBillingCode);
  event.drug_product_identifier = joined(item, reader, kDrugProduct);
  event.brand_name = joined(item, reader, kBrandName);
  event.radiopharmaceutical_dispense_unit_identifier = joined(item, reader, kDispenseUnit);
  event.radiopharmaceutical_lot_identifier = joined(item, reader, kLot);
  event.reagent_vial_identifier = joined(item, reader, kReagentVial);
  event.radionuclide_identifier = joined(item, reader, kRadionuclideVial);
  event.prescription_identifier = joined(item, reader, kPrescription);
  event.comment = reader.text(item, kComment);
}

OrganDose organ_dose_of(const ContentItem& item, const ItemReader& reader) {
  OrganDose dose;
  dose.finding_site = reader.code(item, kFindingSite);
  dose.laterality = reader.code(item, kSide);
  if (const auto* site = reader.first(item, kFindingSite); site != nullptr && !dose.laterality)
    dose.laterality = reader.code(*site, kSide);
  dose.organ_dose = reader.number(item, kOrganDose, Quantity::kerma_mgy);
  const auto* value = reader.first(item, kOrganDose);
  dose.reference_authority = reader.text(value != nullptr ? *value : item, kReferenceAuthority);
  if (!dose.reference_authority) dose.reference_authority = reader.text(item, kReferenceAuthority);
  if (value != nullptr) dose.measurement_method = reader.code(*value, kMeasurementMethod);
  return dose;
}

/// Effective dose stands beside the organ doses, or in a container of the maker's.
MaybeNumber effective_dose_of(const ContentItem& item, const ItemReader& reader) {
  if (const auto dose = reader.number(item, kEffectiveDose, Quantity::effective_dose)) return dose;
  for (const auto* part : reader.containers(item, kEffectiveDoseInformation)) {
    part->used = true;
    if (const auto* value = reader.first(*part, kEffectiveDose)) (void)reader.text(*value, kReferenceAuthority);
    if (const auto dose = reader.number(*part, kEffectiveDose, Quantity::effective_dose)) return dose;
  }
  return std::nullopt;
}

NmEvent administration_of(const ContentItem& item, const ItemReader& reader) {
  NmEvent event;
  read_agent(item, reader, event);
  event.radiopharmaceutical_administration_event_uid = reader.text(item, kAdministrationUid);
  event.radiopharmaceutical_start_datetime = reader.datetime(item, kAdministrationStart);
  event.radiopharmaceutical_stop_datetime = reader.datetime(item, kAdministrationStop);
  read_activities(item, reader, event);
  for (const auto* organ : reader.containers(item, kOrganDoseInformation))
    event.organ_doses.push_back(organ_dose_of(*organ, reader));
  event.effective_dose = effective_dose_of(item, reader);
  read_route(item, reader, event);
  read_identifiers(item, reader, event);
  event.device_participants = read_devices(item, reader);
  event.person_participants = read_persons(item, reader);
  if (event.person_participants.empty()) return event;
  event.person_name = event.person_participants.front().person_name;
  event.person_role_in_procedure = event.person_participants.front().person_role_in_procedure;
  return event;
}

PatientCharacteristics characteristics_of(const ContentItem& item, const ItemReader& reader) {
  PatientCharacteristics patient;
  patient.subject_age = reader.number(item, kSubjectAge, Quantity::time_a);
  patient.subject_sex = reader.code(item, kSubjectSex);
  patient.patient_height = reader.number(item, kPatientHeight, Quantity::length_m);
  patient.patient_weight = reader.number(item, kPatientWeight, Quantity::mass_kg);
  patient.body_surface_area = reader.number(item, kBodySurface, Quantity::area_m2);
  if (const auto* area = reader.first(item, kBodySurface))
    patient.body_surface_area_formula = reader.code(*area, kBodySurfaceFormula);
  patient.body_mass_index = reader.number(item, kBodyMassIndex, Quantity::body_mass_index);
  if (const auto* index = reader.first(item, kBodyMassIndex))
    patient.body_mass_index_equation = reader.code(*index, kEquation);
  patient.glucose = reader.number(item, kGlucose, Quantity::concentration_mg_dl);
  patient.fasting_duration = reader.number(item, kFasting, Quantity::time_h);
  patient.hydration_volume = reader.number(item, kHydration, Quantity::volume_ml);
  patient.recent_physical_activity = reader.text(item, kPhysicalActivity);
  patient.serum_creatinine = reader.number(item, kCreatinine, Quantity::concentration_mg_dl);
  patient.patient_state = reader.code(item, kPatientState);
  patient.glomerular_filtration_rate = reader.number(item, kFiltration, Quantity::filtration_ml_min);
  if (const auto* rate = reader.first(item, kFiltration)) {
    patient.glomerular_filtration_rate_measurement_method = reader.code(*rate, kMeasurementMethod);
    patient.glomerular_filtration_rate_equivalent_meaning = reader.code(*rate, kEquivalentMeaning);
  }
  return patient;
}

}  // namespace

Result<DoseRecord> extract_radiopharmaceutical_report(DcmDataset& dataset, const ExtractOptions& options) {
  auto report = open_report(dataset, options, ObjectKind::radiopharmaceutical_rdsr);
  if (!report) return report.error();
  auto& record = report->record;
  record.report.modality_type = "NM";
  const ItemReader reader(record.warnings);
  for (const auto* item : reader.containers(report->root, kAdministration))
    record.nm_events.push_back(administration_of(*item, reader));
  for (const auto* item : reader.containers(report->root, kPatientCharacteristics))
    record.patient_characteristics = characteristics_of(*item, reader);
  for (const auto& event : record.nm_events)
    if (!event.radiopharmaceutical_administration_event_uid) reader.warn(DoseWarning::event_without_uid, report->root);
  return close_report(std::move(*report));
}

}  // namespace harvester::extract

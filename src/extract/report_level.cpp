#include "concepts.hpp"
#include "harvester/extract/report_header.hpp"
#include "xray_concepts.hpp"

namespace harvester::extract {
namespace {

using namespace concepts;

PersonParticipant person_of(const ContentItem& item, const ItemReader& reader) {
  item.used = true;
  PersonParticipant person;
  if (!item.text.empty()) person.person_name = item.text;
  person.person_id = reader.text(item, kPersonId);
  person.person_id_issuer = reader.text(item, kPersonIdIssuer);
  person.organization_name = reader.text(item, kOrganizationName);
  person.person_role_in_procedure = reader.code(item, kPersonRoleInProcedure);
  person.person_role_in_organization = reader.code(item, kPersonRoleInOrganization);
  return person;
}

DeviceParticipant device_of(const ContentItem& item, const ItemReader& reader) {
  item.used = true;
  DeviceParticipant device;
  device.device_role_in_procedure = item.code;
  device.device_name = reader.text(item, kDeviceName);
  device.device_manufacturer = reader.text(item, kDeviceManufacturer);
  device.device_model_name = reader.text(item, kDeviceModelName);
  device.device_serial_number = reader.text(item, kDeviceSerialNumber);
  device.device_observer_uid = reader.text(item, kDeviceObserverUid);
  return device;
}

// One observer: the items of the root from an Observer Type up to the next one.
ObserverContext observer_of(const ContentItem& part, const ItemReader& reader) {
  ObserverContext observer;
  observer.observer_type = reader.code(part, kObserverType);
  observer.device_observer_uid = reader.text(part, kDeviceObserverUid);
  observer.device_observer_name = reader.text(part, kDeviceObserverName);
  observer.device_observer_manufacturer = reader.text(part, kDeviceObserverManufacturer);
  observer.device_observer_model_name = reader.text(part, kDeviceObserverModelName);
  observer.device_observer_serial_number = reader.text(part, kDeviceObserverSerialNumber);
  observer.device_observer_physical_location_during_observation = reader.text(part, kDeviceObserverLocation);
  observer.device_role_in_procedure = reader.code(part, kDeviceRoleInProcedure);
  observer.person_observer_name = reader.text(part, kPersonObserverName);
  observer.person_observer_organization_name = reader.text(part, kPersonObserverOrganization);
  observer.person_observer_role_in_the_organization = reader.code(part, kPersonObserverRoleInOrganization);
  observer.person_observer_role_in_this_procedure = reader.code(part, kPersonObserverRoleInProcedure);
  return observer;
}

/// The role of a device that observes, not one that took part: nothing is told of it below (TID 1004).
bool is_observer_role(const ContentItem& item) {
  return item.relationship == "HAS OBS CONTEXT" && item.children.empty() &&
         names_by_value(item.concept_name, kDeviceRoleInProcedure);
}

bool is_observer_item(const ContentItem& item) {
  if (is_observer_role(item)) return true;
  for (const auto& sought :
       {kDeviceObserverUid, kDeviceObserverName, kDeviceObserverManufacturer, kDeviceObserverModelName,
        kDeviceObserverSerialNumber, kDeviceObserverLocation, kPersonObserverName, kPersonObserverOrganization,
        kPersonObserverRoleInOrganization, kPersonObserverRoleInProcedure})
    if (names_by_value(item.concept_name, sought) || names_by_meaning(item.concept_name, sought)) return true;
  return false;
}

bool is_observer_type(const ContentItem& item) {
  return names_by_value(item.concept_name, kObserverType) || names_by_meaning(item.concept_name, kObserverType);
}

void mark_below(const ContentItem& item) {
  item.used = true;
  for (const auto& child : item.children) mark_below(child);
}

// Observers stand flat among the children of the root, each from its type on; the type may be missing.
std::vector<ObserverContext> read_observers(const ContentItem& root, const ItemReader& reader) {
  std::vector<ContentItem> parts;
  for (const auto& child : root.children) {
    if (!is_observer_type(child) && !is_observer_item(child)) continue;
    mark_below(child);
    if (parts.empty() || is_observer_type(child)) parts.emplace_back();
    parts.back().children.push_back(child);
  }
  std::vector<ObserverContext> observers;
  for (const auto& part : parts) {
    auto observer = observer_of(part, reader);
    for (const auto& item : part.children)
      if (!observer.device_role_in_procedure)
        observer.device_role_in_procedure = reader.code(item, kDeviceRoleInProcedure);
    observers.push_back(std::move(observer));
  }
  return observers;
}

}  // namespace

std::vector<PersonParticipant> read_persons(const ContentItem& parent, const ItemReader& reader) {
  std::vector<PersonParticipant> persons;
  for (const auto* item : reader.all(parent, kPersonName)) persons.push_back(person_of(*item, reader));
  return persons;
}

std::vector<DeviceParticipant> read_devices(const ContentItem& parent, const ItemReader& reader) {
  std::vector<DeviceParticipant> devices;
  for (const auto* item : reader.all(parent, kDeviceRoleInProcedure))
    if (!is_observer_role(*item)) devices.push_back(device_of(*item, reader));
  return devices;
}

void read_report_level(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  auto& report = record.report;
  report.template_identifier = root.template_identifier;
  if (const auto* procedure = reader.first(root, kProcedureReported)) {
    report.procedure_reported = reader.code(root, kProcedureReported);
    report.has_intent = reader.code(*procedure, kHasIntent);
  }
  if (!report.has_intent) report.has_intent = reader.code(root, kHasIntent);
  if (const auto* associated = reader.first(root, kAssociatedProcedure)) {
    report.associated_procedure = reader.code(root, kAssociatedProcedure);
    if (!report.has_intent) report.has_intent = reader.code(*associated, kHasIntent);
  }
  report.start_of_xray_irradiation = reader.datetime(root, kStartOfIrradiation);
  report.end_of_xray_irradiation = reader.datetime(root, kEndOfIrradiation);
  if (const auto* scope = reader.first(root, kScopeOfAccumulation)) {
    report.scope_of_accumulation = reader.code(root, kScopeOfAccumulation);
    mark_below(*scope);
  }
  report.source_of_dose_information = reader.code(root, kSourceOfDoseInformation);
  report.language_of_content = reader.code(root, kLanguage);
  report.country_of_language = reader.code(root, kCountryOfLanguage);
  report.comment = reader.text(root, kComment);
  record.observer_context = read_observers(root, reader);
  for (const auto& observer : record.observer_context)
    if (!record.equipment.device_observer_uid) record.equipment.device_observer_uid = observer.device_observer_uid;
  record.person_participants = read_persons(root, reader);
  record.device_participants = read_devices(root, reader);
  if (!record.person_participants.empty()) report.person_name = record.person_participants.front().person_name;
}

}  // namespace harvester::extract

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>

#include "harvester/core/civil.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/report_header.hpp"

namespace harvester::extract {
namespace {

// An unreadable birth date is kept as the text it is: that is not for us to lose, but it is no date.
MaybeText birth_date_of(const DatasetReader& reader) {
  const auto raw = reader.text(DCM_PatientBirthDate);
  if (!raw) return std::nullopt;
  if (const auto parsed = parse_date(*raw)) return iso_date(*parsed);
  return raw;
}

void read_identity(const DatasetReader& reader, PatientIdentity& identity) {
  identity.name = reader.values(DCM_PatientName);
  identity.id = reader.values(DCM_PatientID);
  identity.accession_number = reader.values(DCM_AccessionNumber);
  identity.birth_date = birth_date_of(reader);
}

void read_study_time(const DatasetReader& reader, PatientStudy& study) {
  for (const auto& tag : {DCM_StudyDate, DCM_ContentDate, DCM_SeriesDate})
    if (!study.study_date) study.study_date = reader.date(tag);
  for (const auto& tag : {DCM_StudyTime, DCM_ContentTime, DCM_SeriesTime})
    if (!study.study_time) study.study_time = reader.time(tag);
}

/// A report always has a date and a time; what they are not is warned of.
void fill_study_time(const DatasetReader& reader, DoseRecord& record) {
  auto& study = record.patient_study;
  const auto fall_back = [&](MaybeText& value, const char* otherwise, const DcmTagKey& tag, DoseWarning kind) {
    if (!value) value = otherwise;
    const auto raw = raw_value(reader.item(), tag);
    if (tag == DCM_StudyDate ? !parse_date(raw).has_value() : !parse_time(raw).has_value())
      record.warnings.push_back({kind, std::nullopt, std::nullopt, std::nullopt});
  };
  fall_back(study.study_date, "1900-01-01", DCM_StudyDate, DoseWarning::study_date_missing);
  fall_back(study.study_time, "00:00:00", DCM_StudyTime, DoseWarning::study_time_missing);
}

void read_requested_procedure(const DatasetReader& reader, PatientStudy& study) {
  auto code = reader.code(DCM_RequestedProcedureCodeSequence);
  auto description = reader.text(DCM_RequestedProcedureDescription);
  if (DcmItem* request = reader.first_item(DCM_RequestAttributesSequence)) {
    std::vector<ReportWarning> ignored;
    const DatasetReader inner(*request, reader.decoder(), ignored);
    if (!code) code = inner.code(DCM_RequestedProcedureCodeSequence);
    if (!description) description = inner.text(DCM_RequestedProcedureDescription);
  }
  study.requested_procedure_description = description;
  if (!code) {
    study.requested_procedure_code_meaning = description;
    return;
  }
  if (!code->value.empty()) study.requested_procedure_code_value = code->value;
  if (!code->meaning.empty()) study.requested_procedure_code_meaning = code->meaning;
}

void read_study(const DatasetReader& reader, PatientStudy& study) {
  study.study_id = reader.text(DCM_StudyID);
  study.study_description = reader.text(DCM_StudyDescription);
  study.series_description = reader.text(DCM_SeriesDescription);
  study.protocol_name = reader.text(DCM_ProtocolName);
  study.referring_physician_name = reader.names(DCM_ReferringPhysicianName);
  study.performing_physician_name = reader.names(DCM_PerformingPhysicianName);
  study.name_of_physicians_reading_study = reader.names(DCM_NameOfPhysiciansReadingStudy);
  study.physicians_of_record = reader.names(DCM_PhysiciansOfRecord);
  study.operators_name = reader.names(DCM_OperatorsName);
  if (const auto procedure = reader.code(DCM_ProcedureCodeSequence)) {
    if (!procedure->value.empty()) study.procedure_code_value = procedure->value;
    if (!procedure->meaning.empty()) study.procedure_code_meaning = procedure->meaning;
  }
  read_requested_procedure(reader, study);
}

void read_patient(const DatasetReader& reader, DoseRecord& record) {
  auto& study = record.patient_study;
  study.patient_sex = reader.text(DCM_PatientSex);
  study.patient_age = reader.text(DCM_PatientAge);
  study.patient_size = reader.number(DCM_PatientSize);
  study.patient_weight = reader.number(DCM_PatientWeight);
  study.patient_age_decimal = age_in_years(study.study_date, record.identity.birth_date, study.patient_age);
}

std::string display_name(const Equipment& equipment) {
  const auto institution = equipment.institution_name.value_or("");
  const auto station = equipment.station_name.value_or("");
  const auto name = institution + (institution.empty() || station.empty() ? "" : " ") + station;
  return name.empty() ? "Blank" : name;
}

void read_equipment(const DatasetReader& reader, Equipment& equipment) {
  equipment.manufacturer = reader.text(DCM_Manufacturer);
  equipment.manufacturer_model_name = reader.text(DCM_ManufacturerModelName);
  equipment.station_name = reader.text(DCM_StationName);
  equipment.device_serial_number = reader.text(DCM_DeviceSerialNumber);
  equipment.software_versions = reader.text(DCM_SoftwareVersions);
  equipment.institution_name = reader.text(DCM_InstitutionName);
  equipment.institution_address = reader.text(DCM_InstitutionAddress);
  equipment.institutional_department_name = reader.text(DCM_InstitutionalDepartmentName);
  equipment.equipment_display_name = display_name(equipment);
}

void read_uids(const DatasetReader& reader, DoseReport& report) {
  const auto uid = [&](const DcmTagKey& tag) { return repaired_utf8(raw_value(reader.item(), tag)); };
  report.sop_instance_uid = uid(DCM_SOPInstanceUID);
  report.sop_class_uid = uid(DCM_SOPClassUID);
  report.study_instance_uid = uid(DCM_StudyInstanceUID);
  if (auto series = uid(DCM_SeriesInstanceUID); !series.empty()) report.series_instance_uid = std::move(series);
  report.content_date = reader.date(DCM_ContentDate);
  report.content_time = reader.time(DCM_ContentTime);
}

double one_decimal(double value) { return std::round(value * 10) / 10; }

}  // namespace

MaybeNumber age_in_years(const MaybeText& study_date, const MaybeText& birth_date, const MaybeText& age) {
  const auto study = study_date ? parse_date(*study_date) : std::nullopt;
  const auto birth = birth_date ? parse_date(*birth_date) : std::nullopt;
  if (study && birth && *birth <= *study) return one_decimal(days_between(*birth, *study) / 365.25);
  if (!age || age->size() < 2) return std::nullopt;
  const auto number = parse_number(std::string_view(*age).substr(0, age->size() - 1));
  if (!number || *number < 0) return std::nullopt;
  switch (age->back()) {
    case 'Y':
      return one_decimal(*number);
    case 'M':
      return one_decimal(*number / 12);
    case 'W':
      return one_decimal(*number * 7 / 365.25);
    case 'D':
      return one_decimal(*number / 365.25);
    default:
      return std::nullopt;
  }
}

void read_image_header(const DatasetReader& reader, DoseRecord& record) {
  read_uids(reader, record.report);
  read_identity(reader, record.identity);
  read_study_time(reader, record.patient_study);
  read_study(reader, record.patient_study);
  read_patient(reader, record);
  read_equipment(reader, record.equipment);
}

void read_object_header(const DatasetReader& reader, DoseRecord& record) {
  read_image_header(reader, record);
  fill_study_time(reader, record);
}

}  // namespace harvester::extract

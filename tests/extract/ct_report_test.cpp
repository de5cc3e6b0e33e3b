#include <catch2/catch.hpp>

#include "harvester/extract/extractor_table.hpp"
#include "support/sr_builder.hpp"

using namespace harvester;
using namespace harvester::tests;
using sr::dcm;

namespace {

DoseRecord extracted(const sr::Report& report) {
  auto data = sr::dataset(report);
  auto record = extract::extract_ct_report(*data, {});
  REQUIRE(record.has_value());
  return *record;
}

bool warns_of(const DoseRecord& record, DoseWarning kind) {
  for (const auto& warning : record.warnings)
    if (warning.kind == kind) return true;
  return false;
}

// A report with one acquisition that holds `items` beside its UID.
DoseRecord with_items(std::vector<sr::Node> items) {
  items.push_back(sr::uid(dcm("113769", "Irradiation Event UID"), "1.2.7"));
  auto report = sr::ct_report();
  report.add(sr::ct_accumulated("1", "10")).add(sr::container(dcm("113819", "CT Acquisition"), std::move(items)));
  return extracted(report);
}

CtEvent event_with_dose(std::vector<sr::Node> items) {
  return with_items({sr::container(dcm("113829", "CT Dose"), std::move(items))}).ct_events.at(0);
}

}  // namespace

TEST_CASE("ct report: header, report and events come out as they stand there", "[ct]") {
  auto report = sr::ct_report();
  report.add(sr::ct_accumulated("2", "110.5"))
      .add(sr::ct_acquisition("1.2.7", "10.5"))
      .add(sr::ct_acquisition("1.2.8", "100", "8", dcm("113805", "Constant Angle Acquisition")));
  const auto record = extracted(report);
  CHECK(record.report.modality_type == "CT");
  CHECK(record.report.sop_instance_uid == "1.2.3.4.100.1");
  CHECK(record.report.procedure_reported->meaning == "Computed Tomography X-Ray");
  CHECK(record.report.has_intent->value == "R-408C3");
  CHECK(record.equipment.equipment_display_name == "Hospital CT1");
  CHECK(record.equipment.device_observer_uid == "1.2.9");
  CHECK(record.patient_study.study_date == "2024-02-29");
  CHECK(record.patient_study.patient_age_decimal == 64.0);
  REQUIRE(record.observer_context.size() == 1);
  CHECK(record.observer_context[0].device_observer_name == "CT1");
  REQUIRE(record.ct_accumulated.size() == 1);
  CHECK(record.ct_accumulated[0].ct_dose_length_product_total == 110.5);
  CHECK(record.ct_accumulated[0].total_number_of_irradiation_events == 2);
  REQUIRE(record.ct_events.size() == 2);
  CHECK(record.ct_events[0].dlp == 10.5);
  CHECK(record.ct_events[0].target_region->value == "T-D3000");
  CHECK(record.ct_events[1].ct_acquisition_type->value == "113805");
  CHECK(record.warnings.empty());
  CHECK(record.unmapped.empty());
}

TEST_CASE("ct report: the identity is only in the part that is never stored", "[ct]") {
  const auto record = extracted(sr::ct_report().add(sr::ct_acquisition("1.2.7", "1")));
  CHECK(record.identity.name == std::vector<std::string>{"Doe^Jane"});
  CHECK(record.identity.birth_date == "1960-02-29");
  CHECK_FALSE(record.patient_study.patient_name.has_value());
  CHECK_FALSE(record.patient_study.patient_id.has_value());
  CHECK_FALSE(record.patient_study.patient_birth_date.has_value());
  CHECK_FALSE(record.patient_study.accession_number.has_value());
}

TEST_CASE("ct report: a report without content is refused as such", "[ct]") {
  auto report = sr::ct_report();
  report.content.clear();
  auto data = sr::dataset(report);
  CHECK(extract::extract_ct_report(*data, {}).error().kind == ErrorKind::bad_data);
}

TEST_CASE("ct report: concepts are told by code, and by meaning where the code is another one", "[ct]") {
  const auto by_code = event_with_dose({sr::num(dcm("113830", "something else"), "3", "mGy")});
  CHECK(by_code.mean_ctdivol == 3);
  const auto by_meaning = event_with_dose({sr::num({"0815", "99MAKER", "mean CTDIVol"}, "4", "mGy")});
  CHECK(by_meaning.mean_ctdivol == 4);
  const auto both = event_with_dose(
      {sr::num({"0815", "99MAKER", "Mean CTDIvol"}, "4", "mGy"), sr::num(dcm("113830", "Mean CTDIvol"), "5", "mGy")});
  CHECK(both.mean_ctdivol == 5);
  const auto private_code = event_with_dose({sr::num({"113830", "99MAKER", "Width"}, "4", "mGy")});
  CHECK_FALSE(private_code.mean_ctdivol.has_value());
}

TEST_CASE("ct report: former SRT codes and SNOMED CT codes mean the same", "[ct]") {
  const auto context =
      GENERATE(sr::Coded{"G-C32C", "SRT", "Procedure Context"}, sr::Coded{"408730004", "SCT", "Procedure Context"});
  const auto record = with_items({sr::code(context, {"P5-0808E", "SRT", "CT without contrast"})});
  CHECK(record.ct_events.at(0).procedure_context->meaning == "CT without contrast");
}

TEST_CASE("ct report: a unit that is known is converted, another one gives no number but a warning", "[ct]") {
  CHECK(event_with_dose({sr::num(dcm("113838", "DLP"), "0.25", "Gy.cm")}).dlp == 250);
  CHECK(event_with_dose({sr::num(dcm("113838", "DLP"), "7", "")}).dlp == 7);
  CHECK(event_with_dose({sr::num(dcm("113838", "DLP"), "7", "mGycm")}).dlp == 7);
  const auto record =
      with_items({sr::container(dcm("113829", "CT Dose"), {sr::num(dcm("113838", "DLP"), "7", "furlong")})});
  CHECK_FALSE(record.ct_events[0].dlp.has_value());
  REQUIRE(warns_of(record, DoseWarning::unit_not_understood));
  CHECK(record.warnings.back().raw_value == "7");
  CHECK(record.warnings.back().raw_unit == "furlong");
}

TEST_CASE("ct report: NUM without value is absent, one that is no number is absent and warned of", "[ct]") {
  CHECK_FALSE(event_with_dose({sr::num_without_value(dcm("113838", "DLP"))}).dlp.has_value());
  for (const auto* raw : {"10.50/ 15.00", "1,5", "NaN", "1e999", "12abc", "inf"}) {
    INFO(raw);
    const auto record =
        with_items({sr::container(dcm("113829", "CT Dose"), {sr::num(dcm("113838", "DLP"), raw, "mGy.cm")})});
    CHECK_FALSE(record.ct_events[0].dlp.has_value());
    CHECK(warns_of(record, DoseWarning::value_not_a_number));
  }
}

TEST_CASE("ct report: a CODE item with a name but no value is absent", "[ct]") {
  const auto record = with_items({sr::code_without_value(dcm("123014", "Target Region"))});
  CHECK_FALSE(record.ct_events[0].target_region.has_value());
}

TEST_CASE("ct report: two X-ray sources are kept, A before B", "[ct]") {
  const auto source = [](const char* name, const char* kvp) {
    return sr::container(dcm("113831", "CT X-Ray Source Parameters"),
                         {sr::text(dcm("113832", "Identification of the X-Ray Source"), name),
                          sr::num(dcm("113733", "KVP"), kvp, "kV")});
  };
  const auto record =
      with_items({sr::container(dcm("113822", "CT Acquisition Parameters"), {source("B", "140"), source("A", "80")})});
  const auto& sources = record.ct_events[0].xray_sources;
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].identification_of_the_xray_source == "A");
  CHECK(sources[0].kvp == 80);
  CHECK(sources[1].kvp == 140);
}

TEST_CASE("ct report: dose check alert and notification are independent, Yes is true and all else false", "[ct]") {
  const auto event = event_with_dose(
      {sr::container(dcm("113900", "Dose Check Alert Details"),
                     {sr::code(dcm("113901", "DLP Alert Value Configured"), {"R-00339", "SRT", "No"}),
                      sr::code(dcm("113902", "CTDIvol Alert Value Configured"), {"373066001", "SCT", "Yes"}),
                      sr::num(dcm("113904", "CTDIvol Alert Value"), "1000", "mGy"),
                      sr::person(dcm("113870", "Person Name"), "Alert^Person", "PERSON NAME")}),
       sr::container(dcm("113908", "Dose Check Notification Details"),
                     {sr::person(dcm("113870", "Person Name"), "Other^Person")})});
  REQUIRE(event.dose_check.has_value());
  CHECK(event.dose_check->dlp_alert_value_configured == false);
  CHECK(event.dose_check->ctdivol_alert_value_configured == true);
  CHECK(event.dose_check->ctdivol_alert_value == 1000);
  CHECK(event.dose_check->alert_person_name == "Alert^Person");
  CHECK(event.dose_check->notification_person_name == "Other^Person");
  CHECK_FALSE(event.dose_check->dlp_notification_value_configured.has_value());
}

TEST_CASE("ct report: size-specific dose estimates and the water equivalent diameter are read", "[ct]") {
  auto estimate = sr::num(dcm("113930", "Size Specific Dose Estimation"), "12.5", "mGy");
  estimate.children = {sr::code({"370129005", "SCT", "Measurement Method"}, dcm("113987", "AAPM 220")),
                       sr::num(dcm("113980", "Water Equivalent Diameter"), "25", "cm")};
  const auto event = event_with_dose({estimate});
  REQUIRE(event.size_specific_doses.size() == 1);
  CHECK(event.size_specific_doses[0].size_specific_dose_estimation == 12.5);
  CHECK(event.size_specific_doses[0].measurement_method->value == "113987");
  CHECK(event.size_specific_doses[0].water_equivalent_diameter == 250);
}

TEST_CASE("ct report: the modulation type comes from the comment where it has no item", "[ct]") {
  const auto comment = dcm("121106", "Comment");
  const auto record =
      with_items({sr::text(comment, "Body Region = Body, X-ray Modulation Type = Z_EC, Sn Filter = no")});
  CHECK(record.ct_events[0].xray_modulation_type == "Z_EC");
}

TEST_CASE("ct report: devices and persons of an event are read with their properties", "[ct]") {
  auto role = sr::code(dcm("113876", "Device Role in Procedure"), dcm("113859", "Irradiating Device"));
  role.children = {sr::text(dcm("113880", "Device Serial Number"), "0815"),
                   sr::text(dcm("121012", "Device Observer UID"), "1.2.9")};
  auto person = sr::person(dcm("113870", "Person Name"), "Nobody");
  person.children = {sr::code(dcm("113875", "Person Role in Procedure"), dcm("113851", "Irradiation Administering"))};
  const auto record = with_items({role, person});
  const auto& event = record.ct_events[0];
  REQUIRE(event.device_participants.size() == 1);
  CHECK(event.device_participants[0].device_serial_number == "0815");
  CHECK(event.device_participants[0].device_observer_uid == "1.2.9");
  REQUIRE(event.person_participants.size() == 1);
  CHECK(event.person_name == "Nobody");
  CHECK(event.person_participants[0].person_role_in_procedure->value == "113851");
}

TEST_CASE("ct report: odd value types, relationships and a missing template do not hinder", "[ct]") {
  auto report = sr::ct_report();
  report.template_identifier.clear();
  report.content[0].type = "HAS CONCEPT MOD";
  auto acquisition = sr::ct_acquisition("1.2.7", "10");
  for (auto& item : acquisition.children) item.type.clear();
  report.add(acquisition);
  const auto record = extracted(report);
  CHECK(record.report.procedure_reported->value == "P5-08000");
  REQUIRE(record.ct_events.size() == 1);
  CHECK(record.ct_events[0].dlp == 10);
  CHECK(record.ct_events[0].irradiation_event_uid == "1.2.7");
  CHECK(warns_of(record, DoseWarning::template_missing));
  CHECK(warns_of(record, DoseWarning::accumulated_data_missing));
}

TEST_CASE("ct report: what no field takes is counted by its concept", "[ct]") {
  const sr::Coded thickness{"M-1", "99MAKER", "Mean Body Thickness"};
  const auto record = with_items({sr::num(thickness, "1", "mm"), sr::num(thickness, "2", "mm")});
  REQUIRE(record.unmapped.size() == 1);
  CHECK(record.unmapped[0].concept_value == "M-1");
  CHECK(record.unmapped[0].value_type == "NUM");
  CHECK(record.unmapped[0].occurrences == 2);
}

TEST_CASE("ct report: an event that stands twice counts once, a UID used twice keeps both events", "[ct]") {
  auto report = sr::ct_report();
  report.add(sr::ct_acquisition("1.2.7", "10"))
      .add(sr::ct_acquisition("1.2.7", "10"))
      .add(sr::ct_acquisition("1.2.7", "11"));
  const auto record = extracted(report);
  CHECK(record.ct_events.size() == 2);
  CHECK(warns_of(record, DoseWarning::duplicate_event));
  CHECK(warns_of(record, DoseWarning::event_uid_reused));
}

TEST_CASE("ct report: content nested too deeply is left out and warned of", "[ct]") {
  auto node = sr::text(dcm("121106", "Comment"), "deep");
  for (int i = 0; i < 70; ++i) node = sr::container({"X", "99MAKER", "Box"}, {node});
  auto report = sr::ct_report();
  report.add(node).add(sr::ct_acquisition("1.2.7", "10"));
  const auto record = extracted(report);
  CHECK(record.ct_events.size() == 1);
  CHECK(warns_of(record, DoseWarning::item_too_deep));
}

TEST_CASE("ct report: study date and time fall back and say so", "[ct]") {
  auto report = sr::ct_report();
  report.set(DCM_StudyDate, "").set(DCM_StudyTime, "asdf").add(sr::ct_acquisition("1.2.7", "1"));
  const auto record = extracted(report);
  CHECK(record.patient_study.study_date == "2024-02-29");
  CHECK(record.patient_study.study_time == "11:00:01");
  CHECK(warns_of(record, DoseWarning::study_date_missing));
  CHECK(warns_of(record, DoseWarning::study_time_missing));
  report.set(DCM_ContentDate, "").set(DCM_ContentTime, "");
  CHECK(extracted(report).patient_study.study_date == "1900-01-01");
  CHECK(extracted(report).patient_study.study_time == "00:00:00");
}

TEST_CASE("ct report: the age is told by the dates, else by the age string", "[ct]") {
  auto report = sr::ct_report();
  report.set(DCM_PatientAge, "030M").add(sr::ct_acquisition("1.2.7", "1"));
  CHECK(extracted(report).patient_study.patient_age_decimal == 64.0);
  report.set(DCM_PatientBirthDate, "");
  CHECK(extracted(report).patient_study.patient_age_decimal == 2.5);
  report.set(DCM_PatientAge, "012D");
  CHECK(extracted(report).patient_study.patient_age_decimal == 0.0);
  report.set(DCM_PatientAge, "abc");
  CHECK_FALSE(extracted(report).patient_study.patient_age_decimal.has_value());
}

TEST_CASE("ct report: several person names are joined, texts become UTF-8", "[ct]") {
  auto report = sr::ct_report();
  report.set(DCM_SpecificCharacterSet, "ISO_IR 100")
      .set(DCM_OperatorsName, "M\xFCller^A\\Smith^B")
      .set(DCM_InstitutionName,
           "centre m\xE9"
           "dical")
      .add(sr::ct_acquisition("1.2.7", "1"));
  const auto record = extracted(report);
  CHECK(record.patient_study.operators_name == "Müller^A | Smith^B");
  CHECK(record.equipment.institution_name == "centre médical");
  CHECK(record.warnings.empty() == false);  // no accumulated data
}

TEST_CASE("ct report: two observers stay apart", "[ct]") {
  auto report = sr::ct_report();
  report.add(sr::code(dcm("121005", "Observer Type"), dcm("121006", "Person")))
      .add(sr::person(dcm("121008", "Person Observer Name"), "Reader"))
      .add(sr::ct_acquisition("1.2.7", "1"));
  const auto record = extracted(report);
  REQUIRE(record.observer_context.size() == 2);
  CHECK(record.observer_context[0].device_observer_name == "CT1");
  CHECK_FALSE(record.observer_context[0].person_observer_name.has_value());
  CHECK(record.observer_context[1].observer_type->meaning == "Person");
  CHECK(record.observer_context[1].person_observer_name == "Reader");
}

#include <algorithm>
#include <catch2/catch.hpp>

#include "harvester/extract/extractor_table.hpp"
#include "support/sr_builder.hpp"

using namespace harvester;
using namespace harvester::tests;
using sr::dcm;

namespace {

using Nodes = std::vector<sr::Node>;

DoseRecord record_of(Nodes content) {
  auto report = sr::ct_report();
  report.set(DCM_SOPClassUID, UID_RadiopharmaceuticalRadiationDoseSRStorage);
  report.root = dcm("113500", "Radiopharmaceutical Radiation Dose Report");
  report.template_identifier = "10021";
  report.content = std::move(content);
  const auto record = extract::extract_radiopharmaceutical_report(*sr::dataset(report), {});
  REQUIRE(record.has_value());
  return *record;
}

sr::Node administration(Nodes items) {
  return sr::container(dcm("113502", "Radiopharmaceutical Administration"), std::move(items));
}

NmEvent event_with(Nodes items) {
  const auto record = record_of({administration(std::move(items))});
  REQUIRE(record.nm_events.size() == 1);
  return record.nm_events[0];
}

sr::Node below(sr::Node node, Nodes children) {
  for (auto& child : children) node.children.push_back(std::move(child));
  return node;
}

sr::Node radionuclide() { return sr::code({"89457008", "SCT", "Radionuclide"}, {"77004003", "SCT", "^18^Fluorine"}); }

sr::Node agent(Nodes children) {
  return sr::code({"349358000", "SCT", "Radiopharmaceutical agent"}, {"35321007", "SCT", "Fluorodeoxyglucose F^18^"},
                  std::move(children));
}

sr::Node half_life() { return sr::num({"304283002", "SCT", "Radionuclide Half Life"}, "6586.2", "s"); }

bool has_warning(const DoseRecord& record, DoseWarning kind) {
  return std::any_of(record.warnings.begin(), record.warnings.end(), [&](const auto& w) { return w.kind == kind; });
}

}  // namespace

TEST_CASE("nuclear report: activity, times and event UID of an administration are read", "[nuclear]") {
  const auto event = event_with({sr::uid(dcm("113503", "Radiopharmaceutical Administration Event UID"), "1.2.7"),
                                 sr::datetime(dcm("123003", "Radiopharmaceutical Start DateTime"), "20240229090000"),
                                 sr::datetime(dcm("123004", "Radiopharmaceutical Stop DateTime"), "20240229090100"),
                                 sr::num(dcm("113507", "Administered activity"), "394", "MBq"),
                                 sr::num(dcm("123005", "Radiopharmaceutical Volume"), "2", "ml")});
  CHECK(event.radiopharmaceutical_administration_event_uid == "1.2.7");
  CHECK(event.radiopharmaceutical_start_datetime == "2024-02-29T09:00:00");
  CHECK(event.radiopharmaceutical_stop_datetime == "2024-02-29T09:01:00");
  CHECK(event.administered_activity == 394);
  CHECK(event.radiopharmaceutical_volume == 2);
}

TEST_CASE("nuclear report: activity comes in MBq whatever unit the maker wrote", "[nuclear]") {
  const auto [unit, value] =
      GENERATE(table<const char*, const char*>({{"MBq", "37"}, {"kBq", "37000"}, {"GBq", "0.037"}, {"mCi", "1"}}));
  CHECK(event_with({sr::num(dcm("113507", "Administered activity"), value, unit)}).administered_activity == Approx(37));
}

TEST_CASE("nuclear report: nuclide and half life stand below the agent, below the nuclide, or beside them",
          "[nuclear]") {
  for (const auto& items : {Nodes{agent({radionuclide(), half_life()})},
                            Nodes{agent({below(radionuclide(), {half_life()})})}, Nodes{radionuclide(), half_life()}}) {
    const auto event = event_with(items);
    CHECK(event.radionuclide->value == "77004003");
    CHECK(event.radionuclide_half_life == Approx(6586.2));
  }
  CHECK(event_with({agent({})}).radiopharmaceutical_agent->value == "35321007");
}

TEST_CASE("nuclear report: the device that measured an activity stands below it", "[nuclear]") {
  const auto event =
      event_with({below(sr::num(dcm("113508", "Pre-Administration Measured Activity"), "400", "MBq"),
                        {sr::code(dcm("113540", "Activity Measurement Device"), dcm("113541", "Dose Calibrator"))}),
                  below(sr::num(dcm("113509", "Post-Administration Measured Activity"), "6", "MBq"),
                        {sr::code(dcm("113540", "Activity Measurement Device"), dcm("113542", "Infusion System"))})});
  CHECK(event.pre_administration_measured_activity == 400);
  CHECK(event.pre_activity_measurement_device == "Dose Calibrator");
  CHECK(event.post_administration_measured_activity == 6);
  CHECK(event.post_activity_measurement_device == "Infusion System");
}

TEST_CASE("nuclear report: the route tells the site, and the site its side", "[nuclear]") {
  const auto site = sr::code({"272737002", "SCT", "Site of"}, {"83419000", "SCT", "Antecubital vein"},
                             {sr::code({"272741003", "SCT", "Laterality"}, {"7771000", "SCT", "Left"})});
  const auto event = event_with(
      {sr::code({"410675002", "SCT", "Route of administration"}, {"47625008", "SCT", "Intravenous route"}, {site})});
  CHECK(event.route_of_administration->value == "47625008");
  CHECK(event.site_of->meaning == "Antecubital vein");
  CHECK(event.laterality->meaning == "Left");
}

TEST_CASE("nuclear report: organ doses keep their organ, side and authority", "[nuclear]") {
  const auto organ = [](const char* name, const char* side, const char* dose) {
    auto site = sr::code({"363698007", "SCT", "Finding Site"}, {"", "", name});
    if (*side != 0) site.children.push_back(sr::code({"272741003", "SCT", "Laterality"}, {"", "", side}));
    auto value = sr::num(dcm("113518", "Organ Dose"), dose, "mGy");
    value.children.push_back(sr::text(dcm("121406", "Reference Authority"), "ICRP"));
    return sr::container(dcm("113517", "Organ Dose Information"), {site, value});
  };
  const auto event = event_with({organ("Kidney", "Left", "7"), organ("Bladder", "", "50")});
  REQUIRE(event.organ_doses.size() == 2);
  CHECK(event.organ_doses[0].finding_site->meaning == "Kidney");
  CHECK(event.organ_doses[0].laterality->meaning == "Left");
  CHECK(event.organ_doses[0].organ_dose == 7);
  CHECK(event.organ_doses[0].reference_authority == "ICRP");
  CHECK_FALSE(event.organ_doses[1].laterality);
  CHECK(event.organ_doses[1].organ_dose == 50);
}

TEST_CASE("nuclear report: effective dose stands in the administration or in the maker's container", "[nuclear]") {
  const auto dose = sr::num(dcm("113839", "Effective Dose"), "5.5", "mSv");
  CHECK(event_with({dose}).effective_dose == 5.5);
  CHECK(event_with({sr::container({"220001", "99SHS", "Effective Dose Information"}, {dose})}).effective_dose == 5.5);
  CHECK_FALSE(event_with({sr::container({"220001", "99OTHER", "Something else"}, {dose})}).effective_dose);
}

TEST_CASE("nuclear report: several identifiers of one sort are all kept, codes by their meaning", "[nuclear]") {
  const auto event = event_with({sr::text(dcm("113512", "Radiopharmaceutical Lot Identifier"), "L1"),
                                 sr::text(dcm("113512", "Radiopharmaceutical Lot Identifier"), "L2"),
                                 sr::code(dcm("121147", "Billing Code"), {"A9552", "HCPCS", "FDG"})});
  CHECK(event.radiopharmaceutical_lot_identifier == "L1 | L2");
  CHECK(event.billing_code == "FDG");
}

TEST_CASE("nuclear report: persons of an administration are its own", "[nuclear]") {
  auto person = sr::person(dcm("113870", "Person Name"), "Doe^Jane");
  person.children.push_back(
      sr::code(dcm("113875", "Person Role in Procedure"), dcm("113851", "Irradiation Administering")));
  const auto record = record_of({administration({person}), administration({})});
  REQUIRE(record.nm_events.size() == 2);
  CHECK(record.nm_events[0].person_name == "Doe^Jane");
  CHECK(record.nm_events[0].person_role_in_procedure->value == "113851");
  CHECK_FALSE(record.nm_events[1].person_name);
}

TEST_CASE("nuclear report: patient characteristics are read in their units", "[nuclear]") {
  const auto record =
      record_of({administration({}), sr::container(dcm("121118", "Patient Characteristics"),
                                                   {sr::num({"8302-2", "LN", "Patient Height"}, "172", "cm"),
                                                    sr::num({"29463-7", "LN", "Patient Weight"}, "70", "kg"),
                                                    sr::num({"14749-6", "LN", "Glucose"}, "95", "mg/dl"),
                                                    sr::num(dcm("113550", "Fasting Duration"), "360", "min")})});
  REQUIRE(record.patient_characteristics.has_value());
  CHECK(record.patient_characteristics->patient_height == Approx(1.72));
  CHECK(record.patient_characteristics->patient_weight == 70);
  CHECK(record.patient_characteristics->glucose == 95);
  CHECK(record.patient_characteristics->fasting_duration == Approx(6));
}

TEST_CASE("nuclear report: without event UID it is warned of, and what nothing takes is unmapped", "[nuclear]") {
  const auto record = record_of({administration({sr::num(dcm("999999", "Something"), "1", "1")})});
  CHECK(record.report.modality_type == "NM");
  CHECK(has_warning(record, DoseWarning::event_without_uid));
  REQUIRE(record.unmapped.size() == 1);
  CHECK(record.unmapped[0].concept_value == "999999");
}

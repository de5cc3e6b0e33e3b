#include <catch2/catch.hpp>
#include <fstream>

#include "support/import_site.hpp"

using namespace harvester;
using namespace harvester::tests;
using harvester::intake::ImportOutcome;

namespace {

sr::Report example(int number = 1) {
  auto report = sr::ct_report(number);
  report.add(sr::ct_accumulated("1", "10")).add(sr::ct_acquisition("1.2.7", "10"));
  return report;
}

}  // namespace

TEST_CASE("importer: a dose report is imported once, a second time it is a duplicate and nothing changes",
          "[importer]") {
  ImportSite site;
  auto outcome = site.import(example());
  CHECK(outcome.state() == IntakeState::imported);
  CHECK(outcome.kind == ObjectKind::ct_rdsr);
  const auto before = site.exported();
  outcome = site.import(example());
  CHECK(outcome.state() == IntakeState::ignored);
  CHECK(outcome.reason == IntakeReason::duplicate);
  CHECK(site.exported() == before);
}

TEST_CASE("importer: what holds no dose is ignored with its reason", "[importer]") {
  ImportSite site;
  auto other = example();
  other.root = {"18748-4", "LN", "Diagnostic Imaging Report"};
  other.set(DCM_SOPClassUID, UID_EnhancedSRStorage);
  CHECK(site.import(other).reason == IntakeReason::no_dose_report_content);
  auto image = example();
  image.set(DCM_SOPClassUID, UID_CTImageStorage);
  CHECK(site.import(image).reason == IntakeReason::not_dose);
  CHECK(site.exported().find("study_instance_uid") == std::string::npos);
}

TEST_CASE("importer: an Arcadis summary is imported, though it is an Enhanced SR", "[importer]") {
  ImportSite site;
  auto summary = example();
  summary.root = {"C-10", "99SMS_RADSUM", "Radiation Summary"};
  summary.set(DCM_SOPClassUID, UID_EnhancedSRStorage);
  const auto outcome = site.import(summary);
  CHECK(outcome.state() == IntakeState::imported);
  CHECK(outcome.kind == ObjectKind::arcadis_summary);
}

TEST_CASE("importer: a sound image that tells no readable dose is ignored, and says so", "[importer]") {
  ImportSite site;
  auto image = example();
  image.set(DCM_SOPClassUID, UID_EnhancedCTImageStorage).set(DCM_Modality, "CT");
  auto outcome = site.import(image);
  CHECK(outcome.state() == IntakeState::ignored);
  CHECK(outcome.reason == IntakeReason::no_readable_dose);
  CHECK(outcome.kind == ObjectKind::enhanced_ct);
  image.set(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage).set(DCM_Manufacturer, "Philips");
  image.set(DCM_SeriesDescription, "Dose Info");
  outcome = site.import(image);
  CHECK(outcome.reason == IntakeReason::no_readable_dose);
  CHECK(outcome.message.find("picture") != std::string::npos);
  CHECK(site.exported().find("study_instance_uid") == std::string::npos);
}

TEST_CASE("importer: what cannot be read fails with its reason and leaves nothing behind", "[importer]") {
  ImportSite site;
  auto empty = example();
  empty.content.clear();
  CHECK(site.import(empty).reason == IntakeReason::empty_report);
  empty.root = {};
  empty.template_identifier.clear();
  CHECK(site.import(empty).reason == IntakeReason::empty_report);
  auto nameless = example();
  nameless.set(DCM_StudyInstanceUID, "");
  CHECK(site.import(nameless).reason == IntakeReason::missing_uid);
  std::ofstream(site / "text") << "hello";
  CHECK(site.import(site / "text").reason == IntakeReason::not_dicom);
  CHECK(site.import(site / "text").kind == ObjectKind::not_dicom);
  CHECK(site.exported().find("study_instance_uid") == std::string::npos);
}

TEST_CASE("importer: no message holds anything of the object", "[importer]") {
  ImportSite site;
  auto report = example();
  report.set(DCM_PatientName, "MARKER^NAME").set(DCM_PatientID, "MARKER").set(DCM_StudyDescription, "MARKER");
  const auto check = [&](const ImportOutcome& outcome) {
    CHECK(outcome.message.find("MARKER") == std::string::npos);
    CHECK(outcome.message.find("1.2.3.4") == std::string::npos);
  };
  check(site.import(report));
  check(site.import(report));
  report.set(DCM_StudyInstanceUID, "");
  check(site.import(report));
  report.content.clear();
  check(site.import(report));
  check(site.import(site / "MARKER"));
}

TEST_CASE("importer: the policy decides what of the patient reaches the database", "[importer]") {
  ImportSite site;
  site.policy.not_patient.name = {"doe*"};
  site.import(example());
  auto text = site.exported();
  CHECK(text.find("Doe^Jane") == std::string::npos);
  CHECK(text.find("4711") == std::string::npos);
  CHECK(text.find("1960-02-29") == std::string::npos);
  CHECK(text.find("IDs:  | Names: doe*") != std::string::npos);
  ImportSite keeping;
  keeping.policy.identity.name = IdentityRule::keep;
  keeping.policy.identity.birth_date = IdentityRule::keep;
  keeping.import(example());
  text = keeping.exported();
  CHECK(text.find("Doe^Jane") != std::string::npos);
  CHECK(text.find("1960-02-29") != std::string::npos);
  CHECK(text.find("4711") == std::string::npos);
}

TEST_CASE("importer: cumulative reports give the same export in both orders", "[importer]") {
  auto second = sr::ct_report(2);
  second.add(sr::ct_accumulated("2", "30"))
      .add(sr::ct_acquisition("1.2.7", "10"))
      .add(sr::ct_acquisition("1.2.8", "20"));
  ImportSite forward, backward;
  forward.import(example(1));
  forward.import(second);
  backward.import(second);
  backward.import(example(1));
  CHECK(forward.exported() == backward.exported());
  CHECK(forward.exported().find("\"total_dlp\":30") != std::string::npos);
}

TEST_CASE("importer: a report full of odd bytes cannot break the export", "[importer]") {
  ImportSite site;
  auto report = example();
  report.set(DCM_SpecificCharacterSet, "ISO_IR 6").set(DCM_StationName, "\xff\xfe\x01\"</script>");
  CHECK(site.import(report).state() == IntakeState::imported);
  CHECK_NOTHROW(site.exported());
}

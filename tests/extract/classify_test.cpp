#include "harvester/extract/classify.hpp"

#include <catch2/catch.hpp>

#include "harvester/core/sop_classes.hpp"
#include "harvester/extract/extractor_table.hpp"

using namespace harvester;
using namespace harvester::extract;

namespace {

ObjectFacts of_class(std::string_view uid) {
  ObjectFacts facts;
  facts.sop_class_uid = uid;
  return facts;
}

ObjectFacts dose_report(std::string_view uid, const std::string& template_identifier) {
  auto facts = of_class(uid);
  facts.root_concept = {"113701", "DCM", "X-Ray Radiation Dose Report"};
  facts.template_identifier = template_identifier;
  return facts;
}

}  // namespace

TEST_CASE("classify: a dose report is told by root concept and template, not by its class", "[classify]") {
  CHECK(classify(dose_report(sop_class::kXRayRadiationDoseSr, "10011")) == ObjectKind::ct_rdsr);
  CHECK(classify(dose_report(sop_class::kEnhancedSr, "10011")) == ObjectKind::ct_rdsr);
  CHECK(classify(dose_report(sop_class::kXRayRadiationDoseSr, "10001")) == ObjectKind::projection_rdsr);
  auto mammography = dose_report(sop_class::kXRayRadiationDoseSr, "10001");
  mammography.procedure_reported = {"P5-40010", "SRT", "Mammography"};
  CHECK(classify(mammography) == ObjectKind::mammography_rdsr);
  auto other = of_class(sop_class::kEnhancedSr);
  other.root_concept = {"18748-4", "LN", "Diagnostic Imaging Report"};
  CHECK(classify(other) == ObjectKind::enhanced_sr);
  other.sop_class_uid = sop_class::kComprehensiveSr;
  CHECK(classify(other) == ObjectKind::other_sr);
  CHECK(classify(of_class(sop_class::kXRayRadiationDoseSr)) == ObjectKind::other_sr);
  auto nameless = of_class(sop_class::kXRayRadiationDoseSr);
  nameless.child_concepts = {{"113819", "DCM", "CT Acquisition"}};
  CHECK(classify(nameless) == ObjectKind::ct_rdsr);
  nameless.sop_class_uid = sop_class::kEnhancedSr;
  CHECK(classify(nameless) == ObjectKind::enhanced_sr);
}

TEST_CASE("classify: without a template the content tells", "[classify]") {
  auto facts = dose_report(sop_class::kXRayRadiationDoseSr, "");
  CHECK(classify(facts) == ObjectKind::projection_rdsr);
  facts.child_concepts = {{"113819", "DCM", "CT Acquisition"}};
  CHECK(classify(facts) == ObjectKind::ct_rdsr);
  facts.child_concepts.clear();
  facts.procedure_reported = {"77477000", "SCT", "Computed Tomography"};
  CHECK(classify(facts) == ObjectKind::ct_rdsr);
  facts.template_identifier = "99999";
  CHECK(classify(facts) == ObjectKind::ct_rdsr);
}

TEST_CASE("classify: the other dose objects", "[classify]") {
  auto radiopharmaceutical = of_class(sop_class::kRadiopharmaceuticalDoseSr);
  radiopharmaceutical.root_concept = {"113500", "DCM", "Radiopharmaceutical Radiation Dose Report"};
  CHECK(classify(radiopharmaceutical) == ObjectKind::radiopharmaceutical_rdsr);
  auto arcadis = of_class(sop_class::kEnhancedSr);
  arcadis.root_concept = {"C-10", "99SMS_RADSUM", "Radiation Summary"};
  CHECK(classify(arcadis) == ObjectKind::arcadis_summary);
  CHECK(classify(of_class(sop_class::kPatientRadiationDoseSr)) == ObjectKind::patient_dose_sr);
  CHECK(classify(of_class(sop_class::kMgForProcessing)) == ObjectKind::mg_image);
  CHECK(classify(of_class(sop_class::kCrImage)) == ObjectKind::cr_image);
  CHECK(classify(of_class(sop_class::kPetImage)) == ObjectKind::pet_image);
  CHECK(classify(of_class(sop_class::kBreastTomosynthesis)) == ObjectKind::mg_image);
  for (const auto uid : {sop_class::kEnhancedCtImage, sop_class::kLegacyEnhancedCtImage})
    CHECK(classify(of_class(uid)) == ObjectKind::enhanced_ct);
  for (const auto uid : {sop_class::kEnhancedXaImage, sop_class::kEnhancedXrfImage, sop_class::kXRay3dAngiographic,
                         sop_class::kXRay3dCraniofacial})
    CHECK(classify(of_class(uid)) == ObjectKind::enhanced_xa);
  auto panoramic = of_class(sop_class::kDxForPresentation);
  panoramic.modality = "PX";
  CHECK(classify(panoramic) == ObjectKind::px_image);
  CHECK(classify(of_class(sop_class::kCtImage)) == ObjectKind::other);
  CHECK(classify(of_class(sop_class::kKeyObjectSelection)) == ObjectKind::other);
}

TEST_CASE("classify: secondary captures that hold dose", "[classify]") {
  auto capture = of_class(sop_class::kSecondaryCapture);
  CHECK(classify(capture) == ObjectKind::other);
  capture.manufacturer = "Philips Medical Systems";
  capture.series_description = "Dose Info";
  CHECK(classify(capture) == ObjectKind::ct_dose_info);
  auto projection = of_class(sop_class::kSecondaryCapture);
  projection.modality = "MG";
  projection.image_type = {"ORIGINAL", "PRIMARY"};
  CHECK(classify(projection) == ObjectKind::mg_image);
}

TEST_CASE("classify: CT images and captures of Toshiba and Canon hold dose, those of others do not", "[classify]") {
  const auto [maker, kind] = GENERATE(table<const char*, ObjectKind>({{"TOSHIBA", ObjectKind::toshiba_ct},
                                                                      {"Canon Medical Systems", ObjectKind::toshiba_ct},
                                                                      {"Other", ObjectKind::other}}));
  for (const auto uid : {sop_class::kCtImage, sop_class::kSecondaryCapture}) {
    auto facts = of_class(uid);
    facts.manufacturer = maker;
    facts.modality = "CT";
    CHECK(classify(facts) == kind);
  }
}

TEST_CASE("extractor table: every kind that holds dose has an extractor, and no other has", "[classify]") {
  for (const auto kind : all_object_kinds()) {
    INFO(to_string(kind));
    CHECK((extractor_for(kind) != nullptr) == holds_dose(kind));
  }
  for (const auto kind : {ObjectKind::other, ObjectKind::other_sr, ObjectKind::enhanced_sr, ObjectKind::not_dicom})
    CHECK_FALSE(holds_dose(kind));
}

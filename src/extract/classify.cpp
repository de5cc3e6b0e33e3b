#include "harvester/extract/classify.hpp"

#include <algorithm>

#include "concepts.hpp"
#include "harvester/core/sop_classes.hpp"
#include "words.hpp"

namespace harvester::extract {
namespace {

bool names(const Code& code, const Concept& sought) {
  return names_by_value(code, sought) || names_by_meaning(code, sought);
}

constexpr Concept kComputedTomography{{"P5-08000", "77477000"}, "Computed Tomography X-Ray"};
constexpr Concept kMammography{{"P5-40010", "71651007"}, "Mammography"};

bool has_ct_containers(const ObjectFacts& facts) {
  return std::any_of(facts.child_concepts.begin(), facts.child_concepts.end(), [](const Code& code) {
    return names(code, concepts::kCtAcquisition) || names(code, concepts::kCtAccumulated);
  });
}

// A dose report without or with an unknown template is what its content is.
ObjectKind dose_report_by_content(const ObjectFacts& facts) {
  if (names(facts.procedure_reported, kComputedTomography)) return ObjectKind::ct_rdsr;
  if (names(facts.procedure_reported, kMammography)) return ObjectKind::mammography_rdsr;
  return has_ct_containers(facts) ? ObjectKind::ct_rdsr : ObjectKind::projection_rdsr;
}

// A dose report by class whose root names something else, or nothing, is still told by its template and content.
bool is_nameless_dose_report(const ObjectFacts& facts) {
  if (facts.sop_class_uid != sop_class::kXRayRadiationDoseSr) return false;
  return facts.template_identifier == "10011" || facts.template_identifier == "10001" || has_ct_containers(facts);
}

ObjectKind xray_dose_report(const ObjectFacts& facts) {
  if (facts.template_identifier == "10011") return ObjectKind::ct_rdsr;
  if (facts.template_identifier != "10001") return dose_report_by_content(facts);
  return names(facts.procedure_reported, kMammography) ? ObjectKind::mammography_rdsr : ObjectKind::projection_rdsr;
}

// The root concept decides, not the class: makers send dose reports as Enhanced SR (and other reports as well).
ObjectKind classify_report(const ObjectFacts& facts) {
  if (facts.sop_class_uid == sop_class::kPatientRadiationDoseSr) return ObjectKind::patient_dose_sr;
  // TID 10040 speaks of X-rays of any modality in one set of containers: the procedure tells.
  if (facts.sop_class_uid == sop_class::kEnhancedXRayRadiationDoseSr) return dose_report_by_content(facts);
  if (names(facts.root_concept, concepts::kXrayDoseReport) || is_nameless_dose_report(facts))
    return xray_dose_report(facts);
  if (names(facts.root_concept, concepts::kRadiopharmaceuticalDoseReport)) return ObjectKind::radiopharmaceutical_rdsr;
  if (facts.root_concept.scheme == "99SMS_RADSUM" && facts.root_concept.value == "C-10")
    return ObjectKind::arcadis_summary;
  return facts.sop_class_uid == sop_class::kEnhancedSr ? ObjectKind::enhanced_sr : ObjectKind::other_sr;
}

bool is_toshiba(const ObjectFacts& facts) {
  return holds(facts.manufacturer, "toshiba") || holds(facts.manufacturer, "canon");
}

ObjectKind classify_secondary_capture(const ObjectFacts& facts) {
  const auto& type = facts.image_type;
  if (facts.modality == "MG" && std::find(type.begin(), type.end(), "ORIGINAL") != type.end())
    return ObjectKind::mg_image;
  if (holds(facts.manufacturer, "philips") && holds(facts.series_description, "dose info"))
    return ObjectKind::ct_dose_info;
  if (is_toshiba(facts) && facts.modality == "CT") return ObjectKind::toshiba_ct;
  return ObjectKind::other;
}

ObjectKind classify_projection(const ObjectFacts& facts, ObjectKind by_class) {
  if (facts.modality == "PX") return ObjectKind::px_image;
  if (facts.modality == "MG") return ObjectKind::mg_image;
  return by_class;
}

}  // namespace

bool is_structured_report(const std::string& sop_class_uid) {
  constexpr std::string_view kPrefix = "1.2.840.10008.5.1.4.1.1.88.";
  return sop_class_uid.starts_with(kPrefix) && sop_class_uid != sop_class::kKeyObjectSelection;
}

ObjectKind classify(const ObjectFacts& facts) {
  using namespace sop_class;
  const std::string_view uid = facts.sop_class_uid;
  if (is_structured_report(facts.sop_class_uid)) return classify_report(facts);
  if (uid == kMgForPresentation || uid == kMgForProcessing || uid == kBreastTomosynthesis) return ObjectKind::mg_image;
  if (uid == kDxForPresentation || uid == kDxForProcessing) return classify_projection(facts, ObjectKind::dx_image);
  if (uid == kCrImage) return classify_projection(facts, ObjectKind::cr_image);
  if (uid == kPxForPresentation || uid == kPxForProcessing) return ObjectKind::px_image;
  if (uid == kSecondaryCapture) return classify_secondary_capture(facts);
  if (uid == kEnhancedCtImage || uid == kLegacyEnhancedCtImage) return ObjectKind::enhanced_ct;
  if (uid == kEnhancedXaImage || uid == kEnhancedXrfImage || uid == kXRay3dAngiographic || uid == kXRay3dCraniofacial)
    return ObjectKind::enhanced_xa;
  if (uid == kPetImage) return ObjectKind::pet_image;
  if (uid == kNmImage) return ObjectKind::nm_image;
  if (uid == kCtImage && is_toshiba(facts)) return ObjectKind::toshiba_ct;
  return ObjectKind::other;
}

}  // namespace harvester::extract

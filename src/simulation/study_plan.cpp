#include "harvester/simulation/study_plan.hpp"

#include "harvester/core/sop_classes.hpp"

namespace harvester::simulation {

std::string sop_class_of(Content content) {
  switch (content) {
    case Content::ct_rdsr:
    case Content::projection_rdsr:
    case Content::mammography_rdsr:
    case Content::broken_sr:
      return std::string(sop_class::kXRayRadiationDoseSr);
    case Content::ct_enhanced_sr:
    case Content::enhanced_text_sr:
      return std::string(sop_class::kEnhancedSr);
    case Content::radiopharmaceutical_rdsr:
      return std::string(sop_class::kRadiopharmaceuticalDoseSr);
    case Content::enhanced_rdsr:
      return std::string(sop_class::kEnhancedXRayRadiationDoseSr);
    case Content::patient_dose_sr:
      return std::string(sop_class::kPatientRadiationDoseSr);
    case Content::basic_text_sr:
      return std::string(sop_class::kBasicTextSr);
    case Content::comprehensive_sr:
      return std::string(sop_class::kComprehensiveSr);
    case Content::ct_image:
      return std::string(sop_class::kCtImage);
    case Content::philips_dose_info:
    case Content::dose_screen:
      return std::string(sop_class::kSecondaryCapture);
    case Content::mg_image:
      return std::string(sop_class::kMgForPresentation);
    case Content::dx_image:
      return std::string(sop_class::kDxForPresentation);
    case Content::cr_image:
      return std::string(sop_class::kCrImage);
    case Content::xa_image:
      return std::string(sop_class::kXaImage);
    case Content::rf_image:
      return std::string(sop_class::kRfImage);
    case Content::nm_image:
      return std::string(sop_class::kNmImage);
    case Content::pet_image:
      return std::string(sop_class::kPetImage);
    case Content::px_image:
      return std::string(sop_class::kPxForPresentation);
  }
  return {};
}

bool is_image(Content content) { return content >= Content::ct_image; }

}  // namespace harvester::simulation

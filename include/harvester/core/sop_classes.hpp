#pragma once

#include <string_view>

/// SOP Class UIDs the harvester decides on (PS3.6 Annex A; the rest is handled by rule, not by name).
namespace harvester::sop_class {

inline constexpr std::string_view kVerification = "1.2.840.10008.1.1";
inline constexpr std::string_view kStoragePrefix = "1.2.840.10008.5.1.4.1.1.";

inline constexpr std::string_view kBasicTextSr = "1.2.840.10008.5.1.4.1.1.88.11";
inline constexpr std::string_view kEnhancedSr = "1.2.840.10008.5.1.4.1.1.88.22";
inline constexpr std::string_view kComprehensiveSr = "1.2.840.10008.5.1.4.1.1.88.33";
inline constexpr std::string_view kComprehensive3dSr = "1.2.840.10008.5.1.4.1.1.88.34";
inline constexpr std::string_view kKeyObjectSelection = "1.2.840.10008.5.1.4.1.1.88.59";
inline constexpr std::string_view kXRayRadiationDoseSr = "1.2.840.10008.5.1.4.1.1.88.67";
inline constexpr std::string_view kRadiopharmaceuticalDoseSr = "1.2.840.10008.5.1.4.1.1.88.68";
inline constexpr std::string_view kPatientRadiationDoseSr = "1.2.840.10008.5.1.4.1.1.88.73";
inline constexpr std::string_view kEnhancedXRayRadiationDoseSr = "1.2.840.10008.5.1.4.1.1.88.76";

inline constexpr std::string_view kCrImage = "1.2.840.10008.5.1.4.1.1.1";
inline constexpr std::string_view kDxForPresentation = "1.2.840.10008.5.1.4.1.1.1.1";
inline constexpr std::string_view kDxForProcessing = "1.2.840.10008.5.1.4.1.1.1.1.1";
inline constexpr std::string_view kMgForPresentation = "1.2.840.10008.5.1.4.1.1.1.2";
inline constexpr std::string_view kMgForProcessing = "1.2.840.10008.5.1.4.1.1.1.2.1";
inline constexpr std::string_view kPxForPresentation = "1.2.840.10008.5.1.4.1.1.1.3";
inline constexpr std::string_view kPxForProcessing = "1.2.840.10008.5.1.4.1.1.1.3.1";
inline constexpr std::string_view kCtImage = "1.2.840.10008.5.1.4.1.1.2";
inline constexpr std::string_view kEnhancedCtImage = "1.2.840.10008.5.1.4.1.1.2.1";
inline constexpr std::string_view kSecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";
inline constexpr std::string_view kLegacyEnhancedCtImage = "1.2.840.10008.5.1.4.1.1.2.2";
inline constexpr std::string_view kSecondaryCapturePrefix = "1.2.840.10008.5.1.4.1.1.7.";  ///< multi-frame kinds
inline constexpr std::string_view kPresentationStatePrefix = "1.2.840.10008.5.1.4.1.1.11.";
inline constexpr std::string_view kStructuredReportPrefix = "1.2.840.10008.5.1.4.1.1.88.";
inline constexpr std::string_view kXaImage = "1.2.840.10008.5.1.4.1.1.12.1";
inline constexpr std::string_view kEnhancedXaImage = "1.2.840.10008.5.1.4.1.1.12.1.1";
inline constexpr std::string_view kRfImage = "1.2.840.10008.5.1.4.1.1.12.2";
inline constexpr std::string_view kEnhancedXrfImage = "1.2.840.10008.5.1.4.1.1.12.2.1";
inline constexpr std::string_view kXRay3dAngiographic = "1.2.840.10008.5.1.4.1.1.13.1.1";
inline constexpr std::string_view kXRay3dCraniofacial = "1.2.840.10008.5.1.4.1.1.13.1.2";
inline constexpr std::string_view kBreastProjectionForPresentation = "1.2.840.10008.5.1.4.1.1.13.1.4";
inline constexpr std::string_view kBreastProjectionForProcessing = "1.2.840.10008.5.1.4.1.1.13.1.5";
inline constexpr std::string_view kBreastTomosynthesis = "1.2.840.10008.5.1.4.1.1.13.1.3";
inline constexpr std::string_view kNmImage = "1.2.840.10008.5.1.4.1.1.20";
inline constexpr std::string_view kPetImage = "1.2.840.10008.5.1.4.1.1.128";
inline constexpr std::string_view kLegacyEnhancedPetImage = "1.2.840.10008.5.1.4.1.1.128.1";
inline constexpr std::string_view kEnhancedPetImage = "1.2.840.10008.5.1.4.1.1.130";

}  // namespace harvester::sop_class

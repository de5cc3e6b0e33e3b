#pragma once

#include "harvester/extract/item_reader.hpp"

/// Concept names of the dose templates (PS3.16 Annex D and the former SRT codes beside their SNOMED CT ones).
namespace harvester::extract::concepts {

// Roots.
inline constexpr Concept kXrayDoseReport{{"113701"}, "X-Ray Radiation Dose Report"};
inline constexpr Concept kRadiopharmaceuticalDoseReport{{"113500"}, "Radiopharmaceutical Radiation Dose Report"};

// Report level (TID 10001, 10011).
inline constexpr Concept kProcedureReported{{"121058"}, "Procedure reported"};
inline constexpr Concept kHasIntent{{"G-C0E8", "363703001"}, "Has Intent"};
inline constexpr Concept kStartOfIrradiation{{"113809"}, "Start of X-Ray Irradiation"};
inline constexpr Concept kEndOfIrradiation{{"113810"}, "End of X-Ray Irradiation"};
inline constexpr Concept kScopeOfAccumulation{{"113705"}, "Scope of Accumulation"};
inline constexpr Concept kStudyInstanceUid{{"110180"}, "Study Instance UID"};
inline constexpr Concept kSourceOfDoseInformation{{"113854"}, "Source of Dose Information"};
inline constexpr Concept kLanguage{{"121049"}, "Language of Content Item and Descendants"};
inline constexpr Concept kCountryOfLanguage{{"121046"}, "Country of Language"};
inline constexpr Concept kComment{{"121106"}, "Comment"};

// Observers (TID 1002 - 1004).
inline constexpr Concept kObserverType{{"121005"}, "Observer Type"};
inline constexpr Concept kDeviceObserverUid{{"121012"}, "Device Observer UID"};
inline constexpr Concept kDeviceObserverName{{"121013"}, "Device Observer Name"};
inline constexpr Concept kDeviceObserverManufacturer{{"121014"}, "Device Observer Manufacturer"};
inline constexpr Concept kDeviceObserverModelName{{"121015"}, "Device Observer Model Name"};
inline constexpr Concept kDeviceObserverSerialNumber{{"121016"}, "Device Observer Serial Number"};
inline constexpr Concept kDeviceObserverLocation{{"121017"}, "Device Observer Physical Location During Observation"};
inline constexpr Concept kPersonObserverName{{"121008"}, "Person Observer Name"};
inline constexpr Concept kPersonObserverOrganization{{"121009"}, "Person Observer's Organization Name"};
inline constexpr Concept kPersonObserverRoleInOrganization{{"121010"}, "Person Observer's Role in the Organization"};
inline constexpr Concept kPersonObserverRoleInProcedure{{"121011"}, "Person Observer's Role in this Procedure"};

// Participants (TID 1020, 1021).
inline constexpr Concept kPersonName{{"113870"}, "Person Name"};
inline constexpr Concept kPersonId{{"113871"}, "Person ID"};
inline constexpr Concept kPersonIdIssuer{{"113872"}, "Person ID Issuer"};
inline constexpr Concept kOrganizationName{{"113873"}, "Organization Name"};
inline constexpr Concept kPersonRoleInOrganization{{"113874"}, "Person Role in Organization"};
inline constexpr Concept kPersonRoleInProcedure{{"113875"}, "Person Role in Procedure"};
inline constexpr Concept kDeviceRoleInProcedure{{"113876"}, "Device Role in Procedure"};
inline constexpr Concept kDeviceName{{"113877"}, "Device Name"};
inline constexpr Concept kDeviceManufacturer{{"113878"}, "Device Manufacturer"};
inline constexpr Concept kDeviceModelName{{"113879"}, "Device Model Name"};
inline constexpr Concept kDeviceSerialNumber{{"113880"}, "Device Serial Number"};

// CT accumulated (TID 10012).
inline constexpr Concept kCtAccumulated{{"113811"}, "CT Accumulated Dose Data"};
inline constexpr Concept kTotalEvents{{"113812"}, "Total Number of Irradiation Events"};
inline constexpr Concept kDlpTotal{{"113813"}, "CT Dose Length Product Total"};
inline constexpr Concept kEffectiveDoseTotal{{"113814"}, "CT Effective Dose Total"};

// CT event (TID 10013).
inline constexpr Concept kCtAcquisition{{"113819"}, "CT Acquisition"};
inline constexpr Concept kAcquisitionProtocol{{"125203"}, "Acquisition Protocol"};
inline constexpr Concept kTargetRegion{{"123014"}, "Target Region"};
inline constexpr Concept kCtAcquisitionType{{"113820"}, "CT Acquisition Type"};
inline constexpr Concept kProcedureContext{{"G-C32C", "408730004"}, "Procedure Context"};
inline constexpr Concept kEventUid{{"113769"}, "Irradiation Event UID"};
inline constexpr Concept kEventLabel{{"113605"}, "Irradiation Event Label"};
inline constexpr Concept kLabelType{{"113606"}, "Label Type"};
inline constexpr Concept kDateTimeStarted{{"111526"}, "DateTime Started"};
inline constexpr Concept kAcquisitionParameters{{"113822"}, "CT Acquisition Parameters"};
inline constexpr Concept kExposureTime{{"113824", "113735"}, "Exposure Time"};
inline constexpr Concept kScanningLength{{"113825"}, "Scanning Length"};
inline constexpr Concept kReconstructableLength{{"113893"}, "Length of Reconstructable Volume"};
inline constexpr Concept kExposedRange{{"113899"}, "Exposed Range"};
inline constexpr Concept kTopOfVolume{{"113895"}, "Top Z Location of Reconstructable Volume"};
inline constexpr Concept kBottomOfVolume{{"113896"}, "Bottom Z Location of Reconstructable Volume"};
inline constexpr Concept kTopOfScan{{"113897"}, "Top Z Location of Scanning Length"};
inline constexpr Concept kBottomOfScan{{"113898"}, "Bottom Z Location of Scanning Length"};
inline constexpr Concept kFrameOfReference{{"112227"}, "Frame of Reference UID"};
inline constexpr Concept kSingleCollimation{{"113826"}, "Nominal Single Collimation Width"};
inline constexpr Concept kTotalCollimation{{"113827"}, "Nominal Total Collimation Width"};
inline constexpr Concept kPitchFactor{{"113828"}, "Pitch Factor"};
inline constexpr Concept kNumberOfSources{{"113823"}, "Number of X-Ray Sources"};
inline constexpr Concept kSourceParameters{{"113831"}, "CT X-Ray Source Parameters"};
inline constexpr Concept kSourceIdentification{{"113832"}, "Identification of the X-Ray Source"};
inline constexpr Concept kKvp{{"113733"}, "KVP"};
inline constexpr Concept kMaximumTubeCurrent{{"113833"}, "Maximum X-Ray Tube Current"};
inline constexpr Concept kTubeCurrent{{"113734"}, "X-Ray Tube Current"};
inline constexpr Concept kTimePerRotation{{"113834"}, "Exposure Time per Rotation"};
inline constexpr Concept kFilterAluminum{{"113821"}, "X-Ray Filter Aluminum Equivalent"};
inline constexpr Concept kCtDose{{"113829"}, "CT Dose"};
inline constexpr Concept kMeanCtdivol{{"113830"}, "Mean CTDIvol"};
inline constexpr Concept kPhantomType{{"113835"}, "CTDIw Phantom Type"};
inline constexpr Concept kFreeairFactor{{"113836"}, "CTDIfreeair Calculation Factor"};
inline constexpr Concept kMeanCtdiFreeair{{"113837"}, "Mean CTDIfreeair"};
inline constexpr Concept kDlp{{"113838"}, "DLP"};
inline constexpr Concept kEffectiveDose{{"113839"}, "Effective Dose"};
inline constexpr Concept kEffectiveDoseFactor{{"113840"}, "Effective Dose Conversion Factor"};
inline constexpr Concept kModulationType{{"113842"}, "X-Ray Modulation Type"};

// Size-specific dose.
inline constexpr Concept kSizeSpecificDose{{"113930"}, "Size Specific Dose Estimation"};
inline constexpr Concept kMeasurementMethod{{"G-C036", "370129005"}, "Measurement Method"};
inline constexpr Concept kLateralDimension{{"113931"}, "Measured Lateral Dimension"};
inline constexpr Concept kApDimension{{"113932"}, "Measured AP Dimension"};
inline constexpr Concept kEffectiveDiameter{{"113933"}, "Derived Effective Diameter"};
inline constexpr Concept kWaterEquivalentDiameter{{"113980"}, "Water Equivalent Diameter"};

// Dose check (TID 10015).
inline constexpr Concept kDoseCheckAlert{{"113900"}, "Dose Check Alert Details"};
inline constexpr Concept kDlpAlertConfigured{{"113901"}, "DLP Alert Value Configured"};
inline constexpr Concept kCtdivolAlertConfigured{{"113902"}, "CTDIvol Alert Value Configured"};
inline constexpr Concept kDlpAlert{{"113903"}, "DLP Alert Value"};
inline constexpr Concept kCtdivolAlert{{"113904"}, "CTDIvol Alert Value"};
inline constexpr Concept kAccumulatedDlpEstimate{{"113905"}, "Accumulated DLP Forward Estimate"};
inline constexpr Concept kAccumulatedCtdivolEstimate{{"113906"}, "Accumulated CTDIvol Forward Estimate"};
inline constexpr Concept kReasonForProceeding{{"113907"}, "Reason for Proceeding"};
inline constexpr Concept kDoseCheckNotification{{"113908"}, "Dose Check Notification Details"};
inline constexpr Concept kDlpNotificationConfigured{{"113909"}, "DLP Notification Value Configured"};
inline constexpr Concept kCtdivolNotificationConfigured{{"113910"}, "CTDIvol Notification Value Configured"};
inline constexpr Concept kDlpNotification{{"113911"}, "DLP Notification Value"};
inline constexpr Concept kCtdivolNotification{{"113912"}, "CTDIvol Notification Value"};
inline constexpr Concept kDlpEstimate{{"113913"}, "DLP Forward Estimate"};
inline constexpr Concept kCtdivolEstimate{{"113914"}, "CTDIvol Forward Estimate"};

}  // namespace harvester::extract::concepts

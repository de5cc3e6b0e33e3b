#pragma once

#include "harvester/extract/item_reader.hpp"

/// Concept names of the projection X-ray templates (PS3.16 TID 10001-10007), beside those of concepts.hpp.
namespace harvester::extract::concepts {

// Report level (TID 10001).
inline constexpr Concept kAcquisitionDeviceType{{"122142"}, "Acquisition Device Type"};
inline constexpr Concept kAssociatedProcedure{{"G-C2D0", "363702006"}, "Associated Procedure"};
inline constexpr Concept kSourceDataAvailable{{"113943"}, "X-Ray Source Data Available"};
inline constexpr Concept kMechanicalDataAvailable{{"113944"}, "X-Ray Mechanical Data Available"};
inline constexpr Concept kDetectorDataAvailable{{"113945"}, "X-Ray Detector Data Available"};

// Accumulated (TID 10002, 10004-10007).
inline constexpr Concept kXrayAccumulated{{"113702"}, "Accumulated X-Ray Dose Data"};
inline constexpr Concept kAcquisitionPlane{{"113764"}, "Acquisition Plane"};
inline constexpr Concept kCalibration{{"122505"}, "Calibration"};
inline constexpr Concept kDoseMeasurementDevice{{"113794"}, "Dose Measurement Device"};
inline constexpr Concept kCalibrationDate{{"113723"}, "Calibration DateTime"};
inline constexpr Concept kCalibrationFactor{{"122322"}, "Calibration Factor"};
inline constexpr Concept kCalibrationUncertainty{{"113763"}, "Calibration Uncertainty"};
inline constexpr Concept kCalibrationParty{{"113724"}, "Calibration Responsible Party"};
inline constexpr Concept kCalibrationProtocol{{"113720"}, "Calibration Protocol"};
inline constexpr Concept kDapTotal{{"113722"}, "Dose Area Product Total"};
inline constexpr Concept kDoseRpTotal{{"113725"}, "Dose (RP) Total"};
inline constexpr Concept kFluoroDapTotal{{"113726"}, "Fluoro Dose Area Product Total"};
inline constexpr Concept kFluoroDoseRpTotal{{"113728"}, "Fluoro Dose (RP) Total"};
inline constexpr Concept kTotalFluoroTime{{"113730"}, "Total Fluoro Time"};
inline constexpr Concept kAcquisitionDapTotal{{"113727"}, "Acquisition Dose Area Product Total"};
inline constexpr Concept kAcquisitionDoseRpTotal{{"113729"}, "Acquisition Dose (RP) Total"};
inline constexpr Concept kTotalAcquisitionTime{{"113855"}, "Total Acquisition Time"};
inline constexpr Concept kRadiographicFrames{{"113731"}, "Total Number of Radiographic Frames"};
inline constexpr Concept kReferencePoint{{"113780"}, "Reference Point Definition"};
inline constexpr Concept kDetectorType{{"113947"}, "Detector Type"};
inline constexpr Concept kAccumulatedGlandularDose{{"111637"}, "Accumulated Average Glandular Dose"};
inline constexpr Concept kLaterality{{"G-C171", "272741003"}, "Laterality"};

// Event (TID 10003).
inline constexpr Concept kXrayEvent{{"113706"}, "Irradiation Event X-Ray Data"};
inline constexpr Concept kEventType{{"113721"}, "Irradiation Event Type"};
inline constexpr Concept kAnatomicalStructure{{"T-D0005", "91723000"}, "Anatomical structure"};
inline constexpr Concept kImageView{{"111031"}, "Image View"};
inline constexpr Concept kImageViewModifier{{"111032"}, "Image View Modifier"};
inline constexpr Concept kProjectionName{{"113946"}, "Projection Eponymous Name"};
inline constexpr Concept kTableRelationship{{"113745"}, "Patient Table Relationship"};
inline constexpr Concept kPatientOrientation{{"113743"}, "Patient Orientation"};
inline constexpr Concept kOrientationModifier{{"113744"}, "Patient Orientation Modifier"};
inline constexpr Concept kDap{{"122130"}, "Dose Area Product"};
inline constexpr Concept kHalfValueLayer{{"111634"}, "Half Value Layer"};
inline constexpr Concept kEntranceExposure{{"111636"}, "Entrance Exposure at RP"};
inline constexpr Concept kAcquiredImage{{"113795"}, "Acquired Image"};
inline constexpr Concept kFibroglandular{{}, "Percent Fibroglandular Tissue"};

// Detector (TID 10003A).
inline constexpr Concept kExposureIndex{{"113845"}, "Exposure Index"};
inline constexpr Concept kTargetExposureIndex{{"113846"}, "Target Exposure Index"};
inline constexpr Concept kDeviationIndex{{"113847"}, "Deviation Index"};

// Source (TID 10003B).
inline constexpr Concept kDoseRp{{"113738"}, "Dose (RP)"};
inline constexpr Concept kGlandularDose{{"111631"}, "Average Glandular Dose"};
inline constexpr Concept kFluoroMode{{"113732"}, "Fluoro Mode"};
inline constexpr Concept kPulseRate{{"113791"}, "Pulse Rate"};
inline constexpr Concept kNumberOfPulses{{"113768"}, "Number of Pulses"};
inline constexpr Concept kIrradiationDuration{{"113742"}, "Irradiation Duration"};
inline constexpr Concept kAverageTubeCurrent{{"113767"}, "Average X-Ray Tube Current"};
inline constexpr Concept kPulseWidth{{"113793"}, "Pulse Width"};
inline constexpr Concept kExposure{{"113736"}, "Exposure"};
inline constexpr Concept kFocalSpotSize{{"113766"}, "Focal Spot Size"};
inline constexpr Concept kAnodeMaterial{{"111632"}, "Anode Target Material"};
inline constexpr Concept kFilters{{"113771"}, "X-Ray Filters"};
inline constexpr Concept kFilterType{{"113772"}, "X-Ray Filter Type"};
inline constexpr Concept kFilterMaterial{{"113757"}, "X-Ray Filter Material"};
inline constexpr Concept kFilterMinimum{{"113758"}, "X-Ray Filter Thickness Minimum"};
inline constexpr Concept kFilterMaximum{{"113773"}, "X-Ray Filter Thickness Maximum"};
inline constexpr Concept kFieldArea{{"113790"}, "Collimated Field Area"};
inline constexpr Concept kFieldHeight{{"113788"}, "Collimated Field Height"};
inline constexpr Concept kFieldWidth{{"113789"}, "Collimated Field Width"};
inline constexpr Concept kGrid{{"111635"}, "X-Ray Grid"};

// Mechanics (TID 10003C).
inline constexpr Concept kMechanicalConfiguration{{"113956"}, "CR/DR Mechanical Configuration"};
inline constexpr Concept kPrimaryAngle{{"112011"}, "Positioner Primary Angle"};
inline constexpr Concept kSecondaryAngle{{"112012"}, "Positioner Secondary Angle"};
inline constexpr Concept kPrimaryEndAngle{{"113739"}, "Positioner Primary End Angle"};
inline constexpr Concept kSecondaryEndAngle{{"113740"}, "Positioner Secondary End Angle"};
inline constexpr Concept kColumnAngulation{{"113770"}, "Column Angulation"};
inline constexpr Concept kHeadTilt{{"113754"}, "Table Head Tilt Angle"};
inline constexpr Concept kHorizontalRotation{{"113755"}, "Table Horizontal Rotation Angle"};
inline constexpr Concept kCradleTilt{{"113756"}, "Table Cradle Tilt Angle"};
inline constexpr Concept kTableLongitudinal{{"113751"}, "Table Longitudinal Position"};
inline constexpr Concept kTableLateral{{"113752"}, "Table Lateral Position"};
inline constexpr Concept kTableHeight{{"113753"}, "Table Height Position"};
inline constexpr Concept kTableLongitudinalEnd{{"113759"}, "Table Longitudinal End Position"};
inline constexpr Concept kTableLateralEnd{{"113760"}, "Table Lateral End Position"};
inline constexpr Concept kTableHeightEnd{{"113761"}, "Table Height End Position"};
inline constexpr Concept kSourceToDetector{{"113750"}, "Distance Source to Detector"};
inline constexpr Concept kSourceToIsocenter{{"113748"}, "Distance Source to Isocenter"};
inline constexpr Concept kSourceToReferencePoint{{"113737"}, "Distance Source to Reference Point"};
inline constexpr Concept kSourceToTable{{"113792"}, "Distance Source to Table Plane"};
inline constexpr Concept kCompressionThickness{{"111633"}, "Compression Thickness"};
inline constexpr Concept kCompressionForce{{"111647"}, "Compression Force"};
inline constexpr Concept kCompressionPressure{{"111648"}, "Compression Pressure"};
inline constexpr Concept kCompressionArea{{"111649"}, "Compression Contact Area"};

}  // namespace harvester::extract::concepts

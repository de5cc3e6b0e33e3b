#pragma once

#include "harvester/extract/item_reader.hpp"

/// Concept names of the radiopharmaceutical templates (PS3.16 TID 10021-10024), beside those of concepts.hpp.
namespace harvester::extract::concepts {

inline constexpr Concept kAdministration{{"113502"}, "Radiopharmaceutical Administration"};
inline constexpr Concept kAgent{{"F-61FDB", "349358000"}, "Radiopharmaceutical agent"};
inline constexpr Concept kRadionuclide{{"C-10072", "89457008"}, "Radionuclide"};
inline constexpr Concept kHalfLife{{"R-42806", "304283002"}, "Radionuclide Half Life"};
inline constexpr Concept kSpecificActivity{{"123007"}, "Radiopharmaceutical Specific Activity"};
inline constexpr Concept kAdministrationUid{{"113503"}, "Radiopharmaceutical Administration Event UID"};
inline constexpr Concept kAdministrationStart{{"123003"}, "Radiopharmaceutical Start DateTime"};
inline constexpr Concept kAdministrationStop{{"123004"}, "Radiopharmaceutical Stop DateTime"};
inline constexpr Concept kVolume{{"123005"}, "Radiopharmaceutical Volume"};
inline constexpr Concept kExtravasationSymptoms{{"113505"}, "Intravenous Extravasation Symptoms"};
inline constexpr Concept kExtravasationActivity{{"113506"}, "Estimated Extravasation Activity"};
inline constexpr Concept kAdministeredActivity{{"113507"}, "Administered activity"};
inline constexpr Concept kPreActivity{{"113508"}, "Pre-Administration Measured Activity"};
inline constexpr Concept kPostActivity{{"113509"}, "Post-Administration Measured Activity"};
inline constexpr Concept kMeasurementDevice{{"113540"}, "Activity Measurement Device"};
inline constexpr Concept kRoute{{"G-C340", "410675002"}, "Route of administration"};
inline constexpr Concept kSiteOf{{"G-C581", "272737002"}, "Site of"};
inline constexpr Concept kSide{{"G-C171", "272741003"}, "Laterality"};
inline constexpr Concept kBillingCode{{"121147"}, "Billing Code"};
inline constexpr Concept kDrugProduct{{"113510"}, "Drug Product Identifier"};
inline constexpr Concept kBrandName{{"111529"}, "Brand Name"};
inline constexpr Concept kDispenseUnit{{"113511"}, "Radiopharmaceutical Dispense Unit Identifier"};
inline constexpr Concept kLot{{"113512"}, "Radiopharmaceutical Lot Identifier"};
inline constexpr Concept kReagentVial{{"113513"}, "Reagent Vial Identifier"};
inline constexpr Concept kRadionuclideVial{{"113514"}, "Radionuclide Vial Identifier"};
inline constexpr Concept kPrescription{{"113516"}, "Prescription Identifier"};

// Organ dose (TID 10023).
inline constexpr Concept kOrganDoseInformation{{"113517"}, "Organ Dose Information"};
inline constexpr Concept kOrganDose{{"113518"}, "Organ Dose"};
inline constexpr Concept kFindingSite{{"G-C0E3", "363698007"}, "Finding Site"};
inline constexpr Concept kReferenceAuthority{{"121406"}, "Reference Authority"};
inline constexpr Concept kEffectiveDoseInformation{{"220001"}, "Effective Dose Information"};  // 99SHS

// Patient characteristics (TID 10024).
inline constexpr Concept kPatientCharacteristics{{"121118"}, "Patient Characteristics"};
inline constexpr Concept kSubjectAge{{"121033"}, "Subject Age"};
inline constexpr Concept kSubjectSex{{"121032"}, "Subject Sex"};
inline constexpr Concept kPatientHeight{{"8302-2"}, "Patient Height"};
inline constexpr Concept kPatientWeight{{"29463-7"}, "Patient Weight"};
inline constexpr Concept kBodySurface{{"8277-6"}, "Body Surface Area"};
inline constexpr Concept kBodySurfaceFormula{{"8278-4"}, "Body Surface Area Formula"};
inline constexpr Concept kBodyMassIndex{{"F-01860", "60621009"}, "Body Mass Index"};
inline constexpr Concept kEquation{{"121420"}, "Equation"};
inline constexpr Concept kGlucose{{"14749-6"}, "Glucose"};
inline constexpr Concept kFasting{{"113550"}, "Fasting Duration"};
inline constexpr Concept kHydration{{"113551"}, "Hydration Volume"};
inline constexpr Concept kPhysicalActivity{{"113552"}, "Recent Physical Activity"};
inline constexpr Concept kCreatinine{{"2160-0"}, "Serum Creatinine"};
inline constexpr Concept kPatientState{{"109054"}, "Patient State"};
inline constexpr Concept kFiltration{{"F-70210", "80274001"}, "Glomerular Filtration Rate"};
inline constexpr Concept kEquivalentMeaning{{"121050"}, "Equivalent Meaning of Concept Name"};

}  // namespace harvester::extract::concepts

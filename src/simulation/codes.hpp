#pragma once

#include "harvester/simulation/study_plan.hpp"

/// Codes of context groups that exist in an older (SRT) and a newer (SCT) wording.
namespace harvester::simulation::codes {

inline Code either(bool snomed_rt, const char* srt, const char* sct, const char* meaning) {
  return snomed_rt ? Code{srt, "SRT", meaning} : Code{sct, "SCT", meaning};
}

inline Code yes(bool rt) { return either(rt, "R-0038D", "373066001", "Yes"); }
inline Code no(bool rt) { return either(rt, "R-00339", "373067005", "No"); }
inline Code spiral(bool rt) { return either(rt, "P5-08001", "116152004", "Spiral Acquisition"); }
inline Code sequenced() { return {"113804", "DCM", "Sequenced Acquisition"}; }
inline Code constant_angle() { return {"113805", "DCM", "Constant Angle Acquisition"}; }
inline Code stationary() { return {"113806", "DCM", "Stationary Acquisition"}; }
inline Code head_phantom() { return {"113690", "DCM", "IEC Head Dosimetry Phantom"}; }
inline Code body_phantom() { return {"113691", "DCM", "IEC Body Dosimetry Phantom"}; }

inline Code head(bool rt) { return either(rt, "T-D1100", "69536005", "Head"); }
inline Code neck(bool rt) { return either(rt, "T-D1600", "45048000", "Neck"); }
inline Code chest(bool rt) { return either(rt, "T-D3000", "51185008", "Chest"); }
inline Code abdomen(bool rt) { return either(rt, "T-D4000", "113345001", "Abdomen"); }
inline Code abdomen_pelvis(bool rt) { return either(rt, "R-FAB57", "416949008", "Abdomen and Pelvis"); }
inline Code trunk(bool rt) { return either(rt, "R-FAB56", "416775004", "Chest, Abdomen and Pelvis"); }
inline Code heart(bool rt) { return either(rt, "T-32000", "80891009", "Heart"); }
inline Code lumbar_spine(bool rt) { return either(rt, "T-11503", "122496007", "Lumbar spine"); }
inline Code breast(bool rt) { return either(rt, "T-04000", "76752008", "Breast"); }
inline Code hand(bool rt) { return either(rt, "T-D8700", "85562004", "Hand"); }

inline Code right(bool rt) { return either(rt, "G-A100", "24028007", "Right"); }
inline Code left(bool rt) { return either(rt, "G-A101", "7771000", "Left"); }
inline Code laterality(bool rt) { return either(rt, "G-C171", "272741003", "Laterality"); }
inline Code right_breast(bool rt) { return either(rt, "T-04020", "73056007", "Right breast"); }
inline Code left_breast(bool rt) { return either(rt, "T-04030", "80248007", "Left breast"); }
inline Code cranio_caudal(bool rt) { return either(rt, "R-10242", "399162004", "cranio-caudal"); }
inline Code medio_lateral_oblique(bool rt) { return either(rt, "R-10226", "399368009", "medio-lateral oblique"); }

inline Code fluoroscopy(bool rt) { return either(rt, "P5-06000", "44491008", "Fluoroscopy"); }
inline Code stationary_acquisition() { return {"113611", "DCM", "Stationary Acquisition"}; }

inline Code has_intent(bool rt) { return either(rt, "G-C0E8", "363703001", "Has Intent"); }
inline Code diagnostic_intent(bool rt) { return either(rt, "R-408C3", "261004008", "Diagnostic Intent"); }

}  // namespace harvester::simulation::codes

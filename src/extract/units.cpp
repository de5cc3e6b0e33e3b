#include "harvester/extract/units.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "harvester/core/text.hpp"

namespace harvester::extract {
namespace {

struct UnitRow {
  Quantity quantity;
  std::string_view unit;  // as normalised(): no blanks, dots, stars or carets
  double factor;
};

using enum Quantity;

// UCUM is case-sensitive (mGy is no MGy), so are these.
constexpr std::array kUnits{
    UnitRow{dlp, "mGycm", 1},
    UnitRow{dlp, "Gycm", 1e3},
    UnitRow{dlp, "cGycm", 10},
    UnitRow{dlp, "uGycm", 1e-3},
    UnitRow{dlp, "mGym", 100},
    UnitRow{dlp, "Gym", 1e5},
    UnitRow{dlp, "uGym", 0.1},
    UnitRow{dlp, "mGymm", 0.1},
    UnitRow{kerma_mgy, "mGy", 1},
    UnitRow{kerma_mgy, "Gy", 1e3},
    UnitRow{kerma_mgy, "dGy", 100},
    UnitRow{kerma_mgy, "cGy", 10},
    UnitRow{kerma_mgy, "uGy", 1e-3},
    UnitRow{kerma_gy, "Gy", 1},
    UnitRow{kerma_gy, "dGy", 0.1},
    UnitRow{kerma_gy, "cGy", 1e-2},
    UnitRow{kerma_gy, "mGy", 1e-3},
    UnitRow{kerma_gy, "uGy", 1e-6},
    UnitRow{dose_area, "Gym2", 1},
    UnitRow{dose_area, "dGym2", 0.1},
    UnitRow{dose_area, "cGym2", 1e-2},
    UnitRow{dose_area, "mGym2", 1e-3},
    UnitRow{dose_area, "uGym2", 1e-6},
    UnitRow{dose_area, "Gycm2", 1e-4},
    UnitRow{dose_area, "dGycm2", 1e-5},
    UnitRow{dose_area, "cGycm2", 1e-6},
    UnitRow{dose_area, "mGycm2", 1e-7},
    UnitRow{dose_area, "uGycm2", 1e-10},
    UnitRow{effective_dose, "mSv", 1},
    UnitRow{effective_dose, "Sv", 1e3},
    UnitRow{effective_dose, "uSv", 1e-3},
    UnitRow{ctdi_per_charge, "mGy/mAs", 1},
    UnitRow{ctdi_per_charge, "mGy/(mAs)", 1},
    UnitRow{ctdi_per_charge, "uGy/mAs", 1e-3},
    UnitRow{dose_factor, "mSv/(mGycm)", 1},
    UnitRow{dose_factor, "mSv/mGycm", 1},
    UnitRow{time_s, "s", 1},
    UnitRow{time_s, "sec", 1},
    UnitRow{time_s, "ms", 1e-3},
    UnitRow{time_s, "msec", 1e-3},
    UnitRow{time_s, "min", 60},
    UnitRow{time_s, "h", 3600},
    UnitRow{time_s, "d", 86400},
    UnitRow{time_s, "day", 86400},
    UnitRow{time_s, "a", 31557600},
    UnitRow{time_h, "h", 1},
    UnitRow{time_h, "min", 1.0 / 60},
    UnitRow{time_h, "s", 1.0 / 3600},
    UnitRow{time_a, "a", 1},
    UnitRow{time_a, "mo", 1.0 / 12},
    UnitRow{time_a, "wk", 7 / 365.25},
    UnitRow{time_a, "d", 1 / 365.25},
    UnitRow{rate_per_s, "/s", 1},
    UnitRow{rate_per_s, "1/s", 1},
    UnitRow{rate_per_s, "s-1", 1},
    UnitRow{rate_per_s, "Hz", 1},
    UnitRow{rate_per_s, "{pulse}/s", 1},
    UnitRow{rate_per_s, "{pulses}/s", 1},
    UnitRow{rate_per_s, "pulse/s", 1},
    UnitRow{rate_per_s, "pulses/s", 1},
    UnitRow{rate_per_s, "{frame}/s", 1},
    UnitRow{rate_per_s, "{frames}/s", 1},
    UnitRow{rate_per_s, "/min", 1.0 / 60},
    UnitRow{percent, "%", 1},
    UnitRow{percent, "1", 100},
    UnitRow{force_n, "N", 1},
    UnitRow{force_n, "daN", 10},
    UnitRow{pressure_kpa, "kPa", 1},
    UnitRow{pressure_kpa, "Pa", 1e-3},
    UnitRow{pressure_kpa, "hPa", 0.1},
    UnitRow{pressure_kpa, "mm[Hg]", 0.1333223684},
    UnitRow{pressure_kpa, "mmHg", 0.1333223684},
    UnitRow{area_mm2, "mm2", 1},
    UnitRow{area_mm2, "cm2", 100},
    UnitRow{area_mm2, "m2", 1e6},
    UnitRow{volume_ml, "ml", 1},
    UnitRow{volume_ml, "mL", 1},
    UnitRow{volume_ml, "cm3", 1},
    UnitRow{volume_ml, "l", 1e3},
    UnitRow{volume_ml, "L", 1e3},
    UnitRow{volume_ml, "ul", 1e-3},
    UnitRow{mass_kg, "kg", 1},
    UnitRow{mass_kg, "g", 1e-3},
    UnitRow{mass_kg, "[lb_av]", 0.45359237},
    UnitRow{length_m, "m", 1},
    UnitRow{length_m, "cm", 0.01},
    UnitRow{length_m, "mm", 1e-3},
    UnitRow{length_m, "[in_i]", 0.0254},
    UnitRow{body_mass_index, "kg/m2", 1},
    UnitRow{concentration_mg_dl, "mg/dl", 1},
    UnitRow{concentration_mg_dl, "mg/dL", 1},
    UnitRow{filtration_ml_min, "ml/min{173_m2}", 1},
    UnitRow{filtration_ml_min, "ml/min/{173_m2}", 1},
    UnitRow{filtration_ml_min, "mL/min/{173_m2}", 1},
    UnitRow{filtration_ml_min, "ml/min/173m2", 1},
    UnitRow{specific_activity, "Bq/mol", 1},
    UnitRow{specific_activity, "MBq/mol", 1e6},
    UnitRow{specific_activity, "GBq/umol", 1e15},
    UnitRow{specific_activity, "GBq/mmol", 1e12},
    UnitRow{time_ms, "ms", 1},
    UnitRow{time_ms, "msec", 1},
    UnitRow{time_ms, "s", 1e3},
    UnitRow{time_ms, "us", 1e-3},
    UnitRow{time_ms, "min", 6e4},
    UnitRow{length_mm, "mm", 1},
    UnitRow{length_mm, "cm", 10},
    UnitRow{length_mm, "dm", 100},
    UnitRow{length_mm, "m", 1e3},
    UnitRow{length_mm, "um", 1e-3},
    UnitRow{area_m2, "m2", 1},
    UnitRow{area_m2, "cm2", 1e-4},
    UnitRow{area_m2, "mm2", 1e-6},
    UnitRow{angle_deg, "deg", 1},
    UnitRow{angle_deg, "o", 1},
    UnitRow{angle_deg, "\xC2\xB0", 1},
    UnitRow{angle_deg, "degree", 1},
    UnitRow{angle_deg, "degrees", 1},
    UnitRow{angle_deg, "rad", 57.29577951308232},
    UnitRow{voltage_kv, "kV", 1},
    UnitRow{voltage_kv, "kVp", 1},
    UnitRow{voltage_kv, "V", 1e-3},
    UnitRow{voltage_kv, "MV", 1e3},
    UnitRow{current_ma, "mA", 1},
    UnitRow{current_ma, "A", 1e3},
    UnitRow{current_ma, "uA", 1e-3},
    UnitRow{charge_uas, "uAs", 1},
    UnitRow{charge_uas, "mAs", 1e3},
    UnitRow{charge_uas, "As", 1e6},
    UnitRow{activity_mbq, "MBq", 1},
    UnitRow{activity_mbq, "GBq", 1e3},
    UnitRow{activity_mbq, "kBq", 1e-3},
    UnitRow{activity_mbq, "Bq", 1e-6},
    UnitRow{activity_mbq, "mCi", 37},
    UnitRow{ratio, "1", 1},
    UnitRow{ratio, "ratio", 1},
    UnitRow{ratio, "%", 0.01},
    UnitRow{count, "1", 1},
    UnitRow{count, "events", 1},
    UnitRow{count, "{pulse}", 1},
    UnitRow{count, "pulses", 1},
    UnitRow{count, "frames", 1},
    UnitRow{count, "nounits", 1},
    UnitRow{ratio, "nounits", 1},
    UnitRow{count, "X-raysources", 1},
    UnitRow{count, "X-Raysources", 1},
};

std::string normalised(std::string_view unit) {
  std::string text;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const char c = unit[i];
    if (c == ' ' || c == '.' || c == '*' || c == '^') continue;
    if (unit.substr(i).starts_with("\xC2\xB7")) {  // middle dot
      ++i;
    } else if (unit.substr(i).starts_with("\xC2\xB2")) {  // superscript two
      text += '2';
      ++i;
    } else if (unit.substr(i).starts_with("\xC2\xB5") || unit.substr(i).starts_with("\xCE\xBC")) {  // micro, mu
      text += 'u';
      ++i;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::optional<double> factor_to_stored(Quantity quantity, std::string_view unit) {
  const auto text = normalised(trimmed(unit));
  if (text.empty()) return 1.0;
  // An annotation in braces counts things, whatever it says (UCUM 12).
  const bool annotation = text.front() == '{' && text.back() == '}';
  if (annotation && (quantity == ratio || quantity == count)) return 1.0;
  const auto found = std::find_if(kUnits.begin(), kUnits.end(),
                                  [&](const UnitRow& row) { return row.quantity == quantity && row.unit == text; });
  if (found == kUnits.end()) return std::nullopt;
  return found->factor;
}

}  // namespace harvester::extract

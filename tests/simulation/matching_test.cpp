#include "harvester/simulation/matching.hpp"

#include <catch2/catch.hpp>

namespace harvester::simulation {

namespace tag = dicom::tag;

TEST_CASE("an empty key and a lone star match everything, absent values too") {
  for (const auto kind : {KeyKind::uid, KeyKind::date, KeyKind::time, KeyKind::number, KeyKind::name, KeyKind::text}) {
    CHECK(matches(kind, "", "anything"));
    CHECK(matches(kind, "*", ""));
  }
}

TEST_CASE("a UID key may be a list, and padding does not count") {
  CHECK(matches(KeyKind::uid, "1.2\\1.3 ", "1.3"));
  CHECK(matches(KeyKind::uid, std::string("1.3\0", 4), "1.3 "));
  CHECK_FALSE(matches(KeyKind::uid, "1.2\\1.3", "1.30"));
  CHECK_FALSE(matches(KeyKind::uid, "1.2*", "1.23"));
}

TEST_CASE("date and time ranges include their bounds to the digit") {
  CHECK(matches(KeyKind::date, "20260101-20260103", "20260103"));
  CHECK(matches(KeyKind::date, "20260101-", "20260103"));
  CHECK(matches(KeyKind::date, "-20260103", "20250103"));
  CHECK(matches(KeyKind::date, "20260103", "20260103"));
  CHECK_FALSE(matches(KeyKind::date, "20260101-20260103", "20260104"));
  CHECK_FALSE(matches(KeyKind::date, "20260101-20260103", ""));
  CHECK(matches(KeyKind::time, "080000-095959", "095959"));
  CHECK_FALSE(matches(KeyKind::time, "080000-095959", "095959.5"));
  CHECK(matches(KeyKind::time, "08-0959", "0800"));
  CHECK_FALSE(matches(KeyKind::date, "garbage-20260103", "20260101"));
}

TEST_CASE("texts match whole or by wildcard, minding the case, names without") {
  CHECK(matches(KeyKind::text, "CT*", "CT Chest"));
  CHECK(matches(KeyKind::text, "*C?est*", "CT Chest"));
  CHECK_FALSE(matches(KeyKind::text, "ct*", "CT Chest"));
  CHECK_FALSE(matches(KeyKind::text, "CT", "CT Chest"));
  CHECK(matches(KeyKind::name, "smith*", "SMITH^JOHN"));
}

TEST_CASE("numbers match as numbers, however they are written") {
  CHECK(matches(KeyKind::number, "1", "1.0"));
  CHECK(matches(KeyKind::number, "4", "+4"));
  CHECK_FALSE(matches(KeyKind::number, "4", "40"));
  CHECK_FALSE(matches(KeyKind::number, "4", ""));
}

TEST_CASE("a value of several matches if one of them does") {
  CHECK(matches(KeyKind::text, "CT", "CT\\SR"));
  CHECK_FALSE(matches(KeyKind::text, "MR", "CT\\SR"));
}

TEST_CASE("counts, level and keys that the archive does not know match nothing away") {
  const dicom::Attributes study{{tag::kStudyDescription, "CT Head"}, {tag::kNumberOfStudyRelatedSeries, "3"}};
  CHECK(matches_all(
      {{tag::kQueryRetrieveLevel, "STUDY"}, {tag::kNumberOfStudyRelatedSeries, "9"}, {{0x0008, 0x0090}, "X"}}, study));
  CHECK_FALSE(matches_all({{tag::kStudyDescription, "CT Neck"}}, study));
}

}  // namespace harvester::simulation

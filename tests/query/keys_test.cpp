#include <catch2/catch.hpp>

#include "harvester/query/query.hpp"

using namespace harvester;
using namespace harvester::query;
namespace tag = harvester::dicom::tag;

TEST_CASE("one day is asked as a single value, several as a range, times only where the window has them", "[query]") {
  QueryWindow window{"CT", *parse_date("20260101"), *parse_date("20260101"), std::nullopt, std::nullopt};
  CHECK(study_keys({}, window).text(tag::kStudyDate) == "20260101");
  CHECK(study_keys({}, window).text(tag::kStudyTime).empty());
  window.until = *parse_date("20260103");
  CHECK(study_keys({}, window).text(tag::kStudyDate) == "20260101-20260103");
  window.until = window.from;
  window.time_from = std::chrono::hours(6);
  CHECK(study_keys({}, window).text(tag::kStudyTime) == "060000-235959.999999");
}

TEST_CASE("the modality goes where the node wants it", "[query]") {
  const QueryWindow window{"CT", *parse_date("20260101"), *parse_date("20260101"), std::nullopt, std::nullopt};
  const auto with = [&](ModalityKey key) { return study_keys({dicom::Model::study_root, key}, window); };
  CHECK(with(ModalityKey::modalities_in_study).text(tag::kModalitiesInStudy) == "CT");
  CHECK_FALSE(with(ModalityKey::modalities_in_study).has(tag::kModality));
  CHECK(with(ModalityKey::modality_at_study).text(tag::kModality) == "CT");
  CHECK(with(ModalityKey::modality_at_study).text(tag::kModalitiesInStudy).empty());
  CHECK(with(ModalityKey::none).text(tag::kModalitiesInStudy).empty());
}

TEST_CASE("answers without the UID of their level are dropped, odd numbers are read", "[query]") {
  CHECK_FALSE(read_study({{tag::kStudyDate, "20260101"}}));
  const auto series =
      read_series({{tag::kSeriesInstanceUid, "1.2 "}, {tag::kSeriesNumber, "+4"}, {tag::kModality, "SR "}});
  REQUIRE(series);
  CHECK(series->uid.str() == "1.2");
  CHECK(series->number == 4);
  CHECK(series->modality == "SR");
  CHECK_FALSE(series->instance_count);
}

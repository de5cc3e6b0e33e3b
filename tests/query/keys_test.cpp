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

TEST_CASE("in the Patient Root model the patient id is asked for, and told at the levels below as it was sent",
          "[query]") {
  const Style root{dicom::Model::patient_root, ModalityKey::modalities_in_study};
  const QueryWindow window{"CT", *parse_date("20260101"), *parse_date("20260101"), std::nullopt, std::nullopt};
  CHECK(study_keys(root, window).has(tag::kPatientId));
  CHECK(study_keys(root, window).raw(tag::kPatientId).empty());
  const auto study = read_study({{tag::kStudyInstanceUid, "1.2"}, {tag::kPatientId, " 007 "}});
  REQUIRE(study);
  CHECK(series_keys(root, *study).raw(tag::kPatientId) == " 007 ");
  CHECK(series_keys(root, *study).text(tag::kStudyInstanceUid) == "1.2");
  CHECK(image_keys(root, *study, SeriesUid("1.2.3")).raw(tag::kPatientId) == " 007 ");
  CHECK(image_keys(root, *study, SeriesUid("1.2.3")).text(tag::kSeriesInstanceUid) == "1.2.3");
  CHECK(service(root).extended == std::vector<std::uint8_t>{1});
}

TEST_CASE("in the Study Root model nothing of the patient is asked or told", "[query]") {
  const QueryWindow window{"CT", *parse_date("20260101"), *parse_date("20260101"), std::nullopt, std::nullopt};
  CandidateStudy study;
  study.uid = StudyUid("1.2");
  study.patient_id = "007";
  CHECK_FALSE(study_keys({}, window).has(tag::kPatientId));
  CHECK_FALSE(series_keys({}, study).has(tag::kPatientId));
  CHECK_FALSE(image_keys({}, study, SeriesUid("1.2.3")).has(tag::kPatientId));
  CHECK(service({}).extended.empty());
}

TEST_CASE("the availability of a series is asked for, and read if it is one of the defined terms", "[query]") {
  CHECK(series_keys({}, {}).has(tag::kInstanceAvailability));
  const auto told = [](const char* value) {
    return read_series({{tag::kSeriesInstanceUid, "1.2"}, {tag::kInstanceAvailability, value}})->availability;
  };
  CHECK(told("NEARLINE") == "NEARLINE");
  CHECK(told("offline ") == "OFFLINE");
  CHECK(told("UNAVAILABLE") == "UNAVAILABLE");
  CHECK(told("on a shelf").empty());
  CHECK(read_series({{tag::kSeriesInstanceUid, "1.2"}})->availability.empty());
}

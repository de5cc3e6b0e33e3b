#include <catch2/catch.hpp>

#include "harvester/query/query.hpp"

using namespace harvester;
using namespace harvester::query;

namespace {

QueryWindow days(const char* from, const char* until) {
  return {"CT", *parse_date(from), *parse_date(until), std::nullopt, std::nullopt};
}

CandidateStudy at(const std::string& date, const std::string& time) {
  CandidateStudy study;
  study.date = date;
  study.time = time;
  return study;
}

}  // namespace

TEST_CASE("a range is cut into windows that cover each day once for each modality", "[query]") {
  const auto windows = plan_windows(*parse_date("20260227"), *parse_date("20260302"), {"CT", "MG"}, 3);
  REQUIRE(windows.size() == 4);
  CHECK(dicom_date(windows[0].until) == "20260301");
  CHECK(dicom_date(windows[2].from) == "20260302");
  CHECK(dicom_date(windows[2].until) == "20260302");
  CHECK(windows[1].modality == "MG");
}

TEST_CASE("bisecting loses no instant: every study of the window is in one of its pieces, down to the floor",
          "[query]") {
  const auto window = days("20260101", "20260103");
  std::vector<QueryWindow> open{window}, floor;
  while (!open.empty()) {
    const auto next = open.back();
    open.pop_back();
    const auto halves = bisect(next, std::chrono::minutes(60));
    if (halves.empty()) floor.push_back(next);
    open.insert(open.end(), halves.begin(), halves.end());
  }
  CHECK(floor.size() == 3 * 32);
  for (const auto* date : {"20260101", "20260102", "20260103"})
    for (const auto* time :
         {"000000", "000000.1", "052959.999999", "053000", "115959.5", "120000", "235959", "235959.999999"}) {
      const auto hits = std::count_if(floor.begin(), floor.end(),
                                      [&](const auto& piece) { return in_window(at(date, time), piece); });
      CHECK(hits >= 1);
      CHECK(hits <= 2);
    }
}

TEST_CASE("times are only split inside one date", "[query]") {
  for (const auto& half : bisect(days("20260101", "20260104"), std::chrono::minutes(15))) {
    CHECK_FALSE(half.time_from);
    CHECK_FALSE(half.time_until);
  }
  const auto halves = bisect(days("20260101", "20260101"), std::chrono::minutes(15));
  REQUIRE(halves.size() == 2);
  CHECK(halves[0].time_from == CivilTime::zero());
  CHECK(halves[1].time_from == std::chrono::hours(12) - std::chrono::seconds(1));
  CHECK(halves[0].time_until == std::chrono::hours(12));
}

TEST_CASE("undated and untimed studies stay in", "[query]") {
  const auto window = days("20260101", "20260101");
  CHECK(in_window(at("", ""), window));
  CHECK(in_window(at("nonsense", "120000"), window));
  CHECK_FALSE(in_window(at("20260102", ""), window));
  auto morning = window;
  morning.time_from = CivilTime::zero();
  morning.time_until = std::chrono::hours(12);
  CHECK(in_window(at("20260101", ""), morning));
  CHECK_FALSE(in_window(at("2026.01.01", "13:00:00"), morning));
}

TEST_CASE("a window that names what it asks for takes just that, and is not cut", "[query]") {
  auto window = days("20260101", "20260101");
  window.accession_number = "0012";
  auto study = at("20200101", "");
  study.accession_number = " 0012";
  CHECK(in_window(study, window));
  study.accession_number = "12";
  CHECK_FALSE(in_window(study, window));
  CHECK(bisect(window, std::chrono::minutes(15)).empty());
  CHECK(for_all_modalities({window}).empty());
}

TEST_CASE("windows by modality become one for each slice", "[query]") {
  const auto first = days("20260101", "20260101");
  auto other = first;
  other.modality = "MG";
  const auto slices = for_all_modalities({first, other, days("20260102", "20260102")});
  REQUIRE(slices.size() == 2);
  CHECK(slices[0].modality.empty());
  CHECK(same_slice(slices[0], first));
  CHECK_FALSE(same_slice(slices[1], first));
}

TEST_CASE("a window for several modalities becomes one for each", "[query]") {
  auto window = days("20260101", "20260101");
  CHECK(one_by_one(window).empty());
  window.modality = "CT\\MG";
  const auto single = one_by_one(window);
  REQUIRE(single.size() == 2);
  CHECK(single[1].modality == "MG");
}

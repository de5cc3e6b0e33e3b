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

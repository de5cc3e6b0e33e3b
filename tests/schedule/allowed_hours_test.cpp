#include "harvester/schedule/allowed_hours.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::schedule;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr config::WeekDays kWorkingDays{{true, true, true, true, true, false, false}};
constexpr config::WeekDays kWeekend{{false, false, false, false, false, true, true}};

/// Nights of working days, and the whole weekend.
const std::vector<config::AllowedHours> kOffPeak{{kWorkingDays, {hours(20)}, {hours(6)}},
                                                 {kWeekend, {minutes(0)}, {hours(24)}}};

CivilNow at(const char* date, int hour, int minute = 0) { return {*parse_date(date), hours(hour) + minutes(minute)}; }

}  // namespace

// 2026-01-05 is a Monday.

TEST_CASE("without hours a node may always be asked", "[schedule]") {
  CHECK(is_allowed({}, at("20260105", 12)));
  CHECK(until_allowed({}, at("20260105", 12)) == minutes(0));
}

TEST_CASE("hours past midnight belong to the day on which they begin", "[schedule]") {
  CHECK(is_allowed(kOffPeak, at("20260105", 20)));
  CHECK(is_allowed(kOffPeak, at("20260106", 5, 59)));
  CHECK_FALSE(is_allowed(kOffPeak, at("20260106", 6)));
  CHECK_FALSE(is_allowed(kOffPeak, at("20260105", 5)));  // Sunday's hours end at midnight
  CHECK(is_allowed(kOffPeak, at("20260110", 3)));        // Friday's night into Saturday
}

TEST_CASE("a whole day ends at its midnight", "[schedule]") {
  CHECK(is_allowed(kOffPeak, at("20260111", 23, 59)));
  CHECK_FALSE(is_allowed(kOffPeak, at("20260112", 0)));
}

TEST_CASE("how long until the hours begin", "[schedule]") {
  CHECK(until_allowed(kOffPeak, at("20260105", 12, 30)) == minutes(450));
  CHECK(until_allowed(kOffPeak, at("20260105", 21)) == minutes(0));
  CHECK(until_allowed({{kWeekend, {hours(8)}, {hours(9)}}}, at("20260105", 8)) == minutes(5 * 24 * 60));
  CHECK(until_allowed({{kWeekend, {hours(8)}, {hours(9)}}}, at("20260111", 9)) == minutes(6 * 24 * 60 - 60));
  CHECK_FALSE(until_allowed({{config::WeekDays{}, {hours(8)}, {hours(9)}}}, at("20260105", 8)));
}

TEST_CASE("the clock of a place shows its summer time", "[schedule]") {
  const auto instant = [](const char* date, int hour) {
    return std::chrono::sys_days(*parse_date(date)) + hours(hour);
  };
  const std::string berlin = "Europe/Berlin";
  CHECK(*civil_at(instant("20260328", 23), berlin) == at("20260329", 0));
  CHECK(*civil_at(instant("20260329", 1), berlin) == at("20260329", 3));
  CHECK(*civil_at(instant("20261025", 0), berlin) == at("20261025", 2));
  CHECK(*civil_at(instant("20261025", 1), berlin) == at("20261025", 2));
  CHECK(civil_at(instant("20260101", 0), "Mars/Olympus").error().kind == ErrorKind::config);
}

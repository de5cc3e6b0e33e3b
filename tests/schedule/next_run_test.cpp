#include "harvester/schedule/next_run.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "harvester/schedule/civil_clock.hpp"

using namespace harvester;
using namespace harvester::schedule;

namespace {

/// The next times after a moment, UTC to the minute.
std::vector<std::string> coming(const char* expression, const char* zone, const char* after, int count) {
  std::vector<std::string> times;
  const auto cron = config::parse_cron(expression);
  REQUIRE(cron);
  auto last = parse_utc(std::string(after) + ":00.000Z").value();
  for (int n = 0; n < count; ++n) {
    const auto next = next_run(*cron, zone, last);
    if (!next) break;
    last = *next;
    times.push_back(utc_text(last).substr(0, 16));
  }
  return times;
}

using Times = std::vector<std::string>;

}  // namespace

TEST_CASE("next run: the first time after a moment, never the moment itself", "[schedule]") {
  CHECK(coming("30 22 * * *", "UTC", "2026-03-02T22:29", 2) == Times{"2026-03-02T22:30", "2026-03-03T22:30"});
  CHECK(coming("30 22 * * *", "UTC", "2026-03-02T22:30", 1) == Times{"2026-03-03T22:30"});
}

TEST_CASE("next run: a nightly time stays where it is on the wall when clocks change", "[schedule]") {
  // Berlin sets its clocks forward on 2026-03-29 at 02:00, back on 2026-10-25 at 03:00
  CHECK(coming("30 22 * * *", "Europe/Berlin", "2026-03-28T12:00", 3) ==
        Times{"2026-03-28T21:30", "2026-03-29T20:30", "2026-03-30T20:30"});
}

TEST_CASE("next run: a time that is skipped is due at the moment the clock is set forward", "[schedule]") {
  CHECK(coming("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", 2) == Times{"2026-03-29T01:00", "2026-03-30T00:30"});
  CHECK(coming("*/20 2 * * *", "Europe/Berlin", "2026-03-28T12:00", 2) ==
        Times{"2026-03-29T01:00", "2026-03-30T00:00"});  // three times that are skipped are one moment
}

TEST_CASE("next run: a time that comes twice is due the first time only", "[schedule]") {
  CHECK(coming("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", 2) == Times{"2026-10-25T00:30", "2026-10-26T01:30"});
  CHECK(coming("@hourly", "Europe/Berlin", "2026-10-24T23:30", 3) ==
        Times{"2026-10-25T00:00", "2026-10-25T02:00", "2026-10-25T03:00"});
}

TEST_CASE("next run: midnight where the clock is set forward at midnight, and half hours", "[schedule]") {
  CHECK(coming("@daily", "Africa/Cairo", "2026-04-23T12:00", 2) == Times{"2026-04-23T22:00", "2026-04-24T21:00"});
  CHECK(coming("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00", 1) == Times{"2026-10-03T15:30"});
}

TEST_CASE("next run: the 29th of February comes, also eight years on", "[schedule]") {
  CHECK(coming("0 12 29 2 *", "UTC", "2096-03-01T00:00", 1) == Times{"2104-02-29T12:00"});
}

TEST_CASE("next run: where day and weekday are both restricted, either will do", "[schedule]") {
  CHECK(coming("0 0 13 * fri", "UTC", "2026-03-01T00:00", 4) ==
        Times{"2026-03-06T00:00", "2026-03-13T00:00", "2026-03-20T00:00", "2026-03-27T00:00"});
  CHECK(coming("0 0 13 * *", "UTC", "2026-03-01T00:00", 1) == Times{"2026-03-13T00:00"});
  CHECK(coming("0 0 * * 7", "UTC", "2026-03-01T00:00", 1) == Times{"2026-03-08T00:00"});
}

TEST_CASE("next run: nothing for a time zone that nobody knows", "[schedule]") {
  CHECK(coming("@daily", "Europe/Atlantis", "2026-03-01T00:00", 1).empty());
}

TEST_CASE("clock of a place: what it shows leads back to the moment", "[schedule]") {
  for (const char* zone : {"Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"})
    for (int n = 0; n < 400; ++n) {
      const auto instant = parse_utc("2026-01-01T12:00:00.000Z").value() + n * std::chrono::hours(24);
      const auto shown = civil_at(instant, zone);
      REQUIRE(shown);
      CHECK(instant_of(*shown, zone).value_or(Instant{}) == instant);
    }
}

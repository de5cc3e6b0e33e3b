#include "harvester/schedule/due.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace harvester;
using namespace harvester::schedule;
using std::chrono::hours;
using std::chrono::minutes;
using Act = Decision::Act;

namespace {

Instant utc(const char* text) { return parse_utc(std::string(text) + ":00.000Z").value(); }

/// A node in Berlin that is to be harvested each night at 22:30.
config::Profile node() {
  config::Profile profile;
  profile.name = "pacs";
  profile.query.timezone = "Europe/Berlin";
  profile.schedule.push_back({.name = "nightly", .jitter = minutes(0)});
  return profile;
}

Decision decide_for(const config::Profile& profile, const ScheduleState& state, const char* now) {
  return decide({profile, profile.schedule.front()}, state, utc(now));
}

Days days_for(const config::Profile& profile, const ScheduleState& state, const char* due, const char* now) {
  return days_of({profile, profile.schedule.front()}, state, utc(due), utc(now)).value_or(Days{});
}

CivilDate day(const char* text) { return parse_date(text).value(); }

}  // namespace

TEST_CASE("due: a schedule waits for its first time, which is on the node's clock", "[schedule]") {
  const auto profile = node();
  const ScheduleState fresh{utc("2026-03-02T10:00")};
  CHECK(decide_for(profile, fresh, "2026-03-02T10:00") == Decision{Act::wait, utc("2026-03-02T21:30")});
  CHECK(decide_for(profile, fresh, "2026-03-02T21:30") == Decision{Act::run, utc("2026-03-02T21:30")});
}

TEST_CASE("due: each time is run once, whatever the clock does", "[schedule]") {
  const auto profile = node();
  const ScheduleState ran{utc("2026-03-01T10:00"), utc("2026-03-02T21:30")};
  CHECK(decide_for(profile, ran, "2026-03-02T21:30").act == Act::wait);
  CHECK(decide_for(profile, ran, "2026-03-02T20:30").act == Act::wait);  // an hour back
  CHECK(decide_for(profile, ran, "2026-03-03T21:29").act == Act::wait);
  CHECK(decide_for(profile, ran, "2026-03-03T21:30").act == Act::run);
}

TEST_CASE("due: a clock that was years ahead does not silence a schedule", "[schedule]") {
  const auto profile = node();
  const ScheduleState odd{utc("2026-03-01T10:00"), utc("2031-03-02T21:30")};
  CHECK(decide_for(profile, odd, "2026-03-02T21:31") == Decision{Act::run, utc("2026-03-02T21:30")});
}

TEST_CASE("due: of several missed runs the latest is made up for, for all", "[schedule]") {
  const auto profile = node();
  const ScheduleState ran{utc("2026-03-01T10:00"), utc("2026-03-02T21:30")};
  CHECK(decide_for(profile, ran, "2026-03-20T08:00") == Decision{Act::run, utc("2026-03-19T21:30")});
}

TEST_CASE("due: what was missed longer ago than catch_up is passed over", "[schedule]") {
  auto profile = node();
  profile.schedule.front().cron = "@monthly";
  profile.schedule.front().catch_up = hours(72);
  const ScheduleState ran{utc("2026-02-01T10:00")};
  CHECK(decide_for(profile, ran, "2026-03-03T22:00").act == Act::run);
  CHECK(decide_for(profile, ran, "2026-03-04T23:00") == Decision{Act::pass_over, utc("2026-03-04T23:00")});
  profile.schedule.front().catch_up = hours(0);
  CHECK(decide_for(profile, ran, "2026-02-28T23:05").act == Act::run);  // looked at a little late
  CHECK(decide_for(profile, ran, "2026-02-28T23:15").act == Act::pass_over);
}

TEST_CASE("due: nothing is while a schedule is paused, and nothing of the time before it is resumed", "[schedule]") {
  const auto profile = node();
  ScheduleState state{utc("2026-03-01T10:00"), utc("2026-03-02T21:30"), {}, {}, true};
  CHECK(decide_for(profile, state, "2026-03-09T10:00").act == Act::nothing);
  state.paused = false;
  state.since = utc("2026-03-09T10:00");
  CHECK(decide_for(profile, state, "2026-03-09T10:00") == Decision{Act::wait, utc("2026-03-09T21:30")});
}

TEST_CASE("due: a run waits for the node's allowed hours", "[schedule]") {
  auto profile = node();
  profile.windows.push_back({{{true, true, true, true, true, true, true}}, {hours(23)}, {hours(5)}});
  const ScheduleState fresh{utc("2026-03-02T10:00")};
  const auto early = decide_for(profile, fresh, "2026-03-02T21:30");
  CHECK(early == Decision{Act::wait, utc("2026-03-02T22:00")});
  CHECK(decide_for(profile, fresh, "2026-03-02T22:00") == Decision{Act::run, utc("2026-03-02T21:30")});
}

TEST_CASE(
    "due: jitter delays a run by the same time whenever it is asked for, and not beyond half of the way to the next",
    "[schedule]") {
  auto profile = node();
  auto& schedule = profile.schedule.front();
  schedule.jitter = hours(1);
  const Planned planned{profile, schedule};
  std::set<std::int64_t> delays;
  for (int n = 0; n < 50; ++n) {
    const auto due = utc("2026-03-02T21:30") + n * hours(24);
    const auto delay = begin_of(planned, due) - due;
    CHECK(delay == begin_of(planned, due) - due);
    CHECK(delay >= minutes(0));
    CHECK(delay <= hours(1));
    delays.insert(delay.count());
  }
  CHECK(delays.size() > 40);
  const auto begin = begin_of(planned, utc("2026-03-02T21:30"));
  CHECK(decide_for(profile, {utc("2026-03-02T10:00")}, "2026-03-02T21:30") == Decision{Act::wait, begin});
  schedule.cron = "*/10 * * * *";
  for (int n = 0; n < 50; ++n) {
    const auto due = utc("2026-03-02T21:30") + n * minutes(10);
    CHECK(begin_of(planned, due) - due <= minutes(5));
  }
}

TEST_CASE("days: yesterday and today, as seen from when the run was due and from now", "[schedule]") {
  auto profile = node();
  profile.schedule.front().sweep = hours(0);
  const ScheduleState fresh{utc("2026-03-01T10:00")};
  CHECK(days_for(profile, fresh, "2026-03-02T21:30", "2026-03-02T21:30") ==
        Days{day("2026-03-01"), day("2026-03-02"), false});
  CHECK(days_for(profile, fresh, "2026-03-02T21:30", "2026-03-03T08:00") ==
        Days{day("2026-03-01"), day("2026-03-03"), false});
}

TEST_CASE("days: everything since the watermark is asked for", "[schedule]") {
  auto profile = node();
  profile.schedule.front().sweep = hours(0);
  const ScheduleState behind{utc("2026-02-01T10:00"), {}, utc("2026-02-10T23:30")};  // the 11th in Berlin
  CHECK(days_for(profile, behind, "2026-03-02T21:30", "2026-03-02T21:30").from == day("2026-02-11"));
}

TEST_CASE("days: the sweep goes back once a week", "[schedule]") {
  const auto profile = node();
  ScheduleState state{utc("2026-03-01T10:00")};
  const auto first = days_for(profile, state, "2026-03-16T21:30", "2026-03-16T21:30");
  CHECK(first == Days{day("2026-03-02"), day("2026-03-16"), true});
  state.swept = utc("2026-03-16T21:30");
  CHECK_FALSE(days_for(profile, state, "2026-03-22T21:30", "2026-03-22T21:30").sweep);
  CHECK(days_for(profile, state, "2026-03-23T21:30", "2026-03-23T21:30").sweep);
}

TEST_CASE("days: dates stay as they are, in either order", "[schedule]") {
  auto profile = node();
  profile.schedule.front().date = "2026-01-31..2026-01-01";
  const ScheduleState behind{utc("2026-02-01T10:00"), {}, utc("2025-02-10T23:30")};
  CHECK(days_for(profile, behind, "2026-03-02T21:30", "2026-03-02T21:30") ==
        Days{day("2026-01-01"), day("2026-01-31"), false});
}

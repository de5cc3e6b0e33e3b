#include "harvester/schedule/due.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "harvester/config/cron.hpp"
#include "harvester/config/day_range.hpp"
#include "harvester/schedule/allowed_hours.hpp"
#include "harvester/schedule/next_run.hpp"

namespace harvester::schedule {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// How late a run begins although it was not missed: nobody looks at each moment.
constexpr minutes kOnTime{10};
/// A due time so far ahead was written by a clock that was wrong.
constexpr hours kAhead{26};
constexpr hours kSweepEvery{24 * 7 - 2};

/// FNV-1a: the same on all machines.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

std::optional<Instant> next(const Planned& planned, Instant after) {
  const auto cron = config::parse_cron(planned.schedule.cron);
  return cron ? next_run(*cron, planned.profile.query.timezone, after) : std::nullopt;
}

/// From where on times count that were not seen to.
Instant seen_to(const ScheduleState& state, Instant now) {
  if (!state.last_due || *state.last_due > now + kAhead) return std::min(state.since, now);
  return std::max(state.since, *state.last_due);
}

/// The latest due time in (after, now].
std::optional<Instant> latest(const Planned& planned, Instant after, Instant now) {
  std::optional<Instant> found;
  for (auto due = next(planned, after); due && *due <= now; due = next(planned, *due)) found = due;
  return found;
}

bool is_allowed_at(const Planned& planned, Instant now) {
  const auto shown = civil_at(now, planned.profile.query.timezone);
  return !shown || is_allowed(planned.profile.windows, *shown);
}

/// When to look again whether the hours have begun.
Instant next_hours(const Planned& planned, Instant now) {
  const auto shown = civil_at(now, planned.profile.query.timezone);
  const auto wait = shown ? until_allowed(planned.profile.windows, *shown) : std::nullopt;
  return now + std::clamp<milliseconds>(wait.value_or(hours(1)), minutes(1), hours(1));
}

Decision decide_due(const Planned& planned, Instant due, Instant now) {
  const auto begin = begin_of(planned, due);
  if (begin > now) return {Decision::Act::wait, begin};
  if (!is_allowed_at(planned, now)) return {Decision::Act::wait, next_hours(planned, now)};
  return {Decision::Act::run, due};
}

CivilDate day_seen_from(const config::Day& day, CivilDate today) {
  return day.date ? *day.date : plus_days(today, -day.days_back);
}

bool is_sweep(const Planned& planned, const ScheduleState& state, Instant now) {
  return planned.schedule.sweep.count() > 0 && (!state.swept || now >= *state.swept + kSweepEvery);
}

int days_in(milliseconds length) { return static_cast<int>(std::chrono::ceil<std::chrono::days>(length).count()); }

}  // namespace

Instant begin_of(const Planned& planned, Instant due) {
  auto most = std::chrono::duration_cast<milliseconds>(planned.schedule.jitter);
  if (const auto following = next(planned, due)) most = std::min(most, (*following - due) / 2);
  const auto seconds = most.count() / 1000;
  if (seconds <= 0) return due;
  const auto name = fmt::format("{}/{}/{}", planned.profile.name, planned.schedule.name, utc_text(due));
  return due + std::chrono::seconds(hash_of(name) % static_cast<std::uint64_t>(seconds + 1));
}

Decision decide(const Planned& planned, const ScheduleState& state, Instant now) {
  if (state.paused) return {};
  const auto after = seen_to(state, now);
  const auto first = next(planned, after);
  if (!first) return {};
  if (*first > now) return {Decision::Act::wait, begin_of(planned, *first)};
  const auto made_up = std::max<milliseconds>(planned.schedule.catch_up, planned.schedule.jitter + kOnTime);
  const auto due = latest(planned, std::max(after, now - made_up), now);
  return due ? decide_due(planned, *due, now) : Decision{Decision::Act::pass_over, now};
}

Result<Days> days_of(const Planned& planned, const ScheduleState& state, Instant due, Instant now) {
  const auto range = config::parse_day_range(planned.schedule.date);
  const auto& zone = planned.profile.query.timezone;
  const auto then = civil_at(due, zone);
  const auto today = civil_at(now, zone);
  if (!then) return then.error();
  if (!today) return today.error();
  if (!range) return Error{ErrorKind::config, fmt::format("schedule {}: date is no range", planned.schedule.name)};
  Days days{day_seen_from(range->from, then->date), day_seen_from(range->until, today->date), false};
  if (days.from > days.until) std::swap(days.from, days.until);
  if (range->from.date) return days;
  if (const auto verified = state.watermark ? civil_at(*state.watermark, zone) : then)
    days.from = std::min(days.from, verified->date);
  days.sweep = is_sweep(planned, state, now);
  if (days.sweep) days.from = std::min(days.from, plus_days(today->date, -days_in(planned.schedule.sweep)));
  return days;
}

}  // namespace harvester::schedule

#include "harvester/schedule/allowed_hours.hpp"

#include <algorithm>

namespace harvester::schedule {
namespace {

using std::chrono::minutes;
constexpr minutes kDay = std::chrono::hours(24);

bool on_day(const config::AllowedHours& hours, CivilDate date) {
  return hours.days.days[std::chrono::weekday(std::chrono::sys_days(date)).iso_encoding() - 1];
}

/// When hours that begin on that day end, counted from its midnight.
minutes end_of(const config::AllowedHours& hours) {
  const auto from = hours.from.since_midnight, to = hours.to.since_midnight;
  return to > from ? to : to + kDay;
}

bool holds(const config::AllowedHours& hours, const CivilNow& now) {
  const auto time = now.time;
  const bool today = on_day(hours, now.date) && time >= hours.from.since_midnight && time < end_of(hours);
  return today || (on_day(hours, plus_days(now.date, -1)) && time + kDay < end_of(hours));
}

/// How long until hours begin that begin `days` from now.
std::optional<minutes> wait_for(const config::AllowedHours& hours, const CivilNow& now, int days) {
  if (!on_day(hours, plus_days(now.date, days))) return std::nullopt;
  const auto wait = hours.from.since_midnight + days * kDay - std::chrono::floor<minutes>(now.time);
  return wait > minutes(0) ? std::optional(wait) : std::nullopt;
}

}  // namespace

bool is_allowed(const std::vector<config::AllowedHours>& hours, const CivilNow& now) {
  return hours.empty() || std::any_of(hours.begin(), hours.end(), [&](const auto& each) { return holds(each, now); });
}

std::optional<minutes> until_allowed(const std::vector<config::AllowedHours>& hours, const CivilNow& now) {
  constexpr int kWeek = 7;
  if (is_allowed(hours, now)) return minutes(0);
  std::optional<minutes> soonest;
  for (const auto& each : hours)
    for (int days = 0; days <= kWeek; ++days)
      if (const auto wait = wait_for(each, now, days)) soonest = std::min(*wait, soonest.value_or(*wait));
  return soonest;
}

}  // namespace harvester::schedule

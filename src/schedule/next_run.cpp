#include "harvester/schedule/next_run.hpp"

#include "harvester/schedule/civil_clock.hpp"

namespace harvester::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

bool is_on(const config::Cron& cron, CivilDate date) {
  if (!cron.months[static_cast<unsigned>(date.month())]) return false;
  const bool day = cron.days[static_cast<unsigned>(date.day())];
  const bool weekday = cron.weekdays[std::chrono::weekday(std::chrono::sys_days(date)).c_encoding()];
  constexpr std::size_t kDays = 31;
  const bool either = cron.days.count() < kDays && !cron.weekdays.all();
  return either ? day || weekday : day && weekday;
}

/// The first of a day's times that is later than `after`.
std::optional<Instant> first_of(const config::Cron& cron, const std::optional<std::string>& timezone, CivilDate date,
                                Instant after) {
  for (std::size_t hour = 0; hour < cron.hours.size(); ++hour)
    for (std::size_t minute = 0; cron.hours[hour] && minute < cron.minutes.size(); ++minute) {
      if (!cron.minutes[minute]) continue;
      const auto instant = instant_of({date, hours(hour) + minutes(minute)}, timezone);
      if (instant && *instant > after) return *instant;
    }
  return std::nullopt;
}

}  // namespace

std::optional<Instant> next_run(const config::Cron& cron, const std::optional<std::string>& timezone, Instant after) {
  constexpr int kLongest = 366 * 9;  // from one 29th of February to the next: eight years around 2100
  const auto begin = civil_at(after, timezone);
  if (!begin) return std::nullopt;
  for (int days = -1; days < kLongest; ++days) {  // where clocks change at midnight, a time of yesterday may be due now
    const auto date = plus_days(begin->date, days);
    if (!is_on(cron, date)) continue;
    if (const auto found = first_of(cron, timezone, date, after)) return found;
  }
  return std::nullopt;
}

}  // namespace harvester::schedule

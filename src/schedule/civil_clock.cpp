#include "harvester/schedule/civil_clock.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <ctime>

namespace harvester::schedule {
namespace {

using std::chrono::hours;

/// For machines whose own zone the database does not know.
CivilNow by_local_time(std::chrono::system_clock::time_point instant) {
  const auto seconds = std::chrono::system_clock::to_time_t(instant);
  std::tm tm{};
  ::localtime_r(&seconds, &tm);
  const CivilDate day{std::chrono::year(tm.tm_year + 1900), std::chrono::month(static_cast<unsigned>(tm.tm_mon + 1)),
                      std::chrono::day(static_cast<unsigned>(tm.tm_mday))};
  return {day, hours(tm.tm_hour) + std::chrono::minutes(tm.tm_min) + std::chrono::seconds(tm.tm_sec)};
}

/// The other way. A time that is skipped comes out an hour off at most: nothing tells where the change is.
Instant instant_by_local_time(const CivilNow& shown) {
  std::tm tm{};
  tm.tm_year = static_cast<int>(shown.date.year()) - 1900;
  tm.tm_mon = static_cast<int>(static_cast<unsigned>(shown.date.month())) - 1;
  tm.tm_mday = static_cast<int>(static_cast<unsigned>(shown.date.day()));
  tm.tm_sec = static_cast<int>(std::chrono::floor<std::chrono::seconds>(shown.time).count());
  tm.tm_isdst = -1;
  return Instant(std::chrono::seconds(std::mktime(&tm)));
}

Instant instant_in(const date::time_zone& zone, const CivilNow& shown) {
  using std::chrono::seconds;
  const auto since = std::chrono::sys_days(shown.date).time_since_epoch() + std::chrono::floor<seconds>(shown.time);
  const date::local_seconds local(since);
  const auto info = zone.get_info(local);
  const auto at = info.result == date::local_info::nonexistent ? info.first.end.time_since_epoch()
                                                               : local.time_since_epoch() - info.first.offset;
  return Instant(std::chrono::duration_cast<seconds>(at));
}

const date::time_zone* zone_of(const std::optional<std::string>& timezone) {
  return timezone ? date::locate_zone(*timezone) : date::current_zone();
}

Error unknown_zone(const std::string& timezone) {
  return {ErrorKind::config, fmt::format("there is no time zone {}", timezone)};
}

}  // namespace

Result<Instant> instant_of(const CivilNow& shown, const std::optional<std::string>& timezone) {
  try {
    return instant_in(*zone_of(timezone), shown);
  } catch (const std::exception&) {
    if (timezone) return unknown_zone(*timezone);
  }
  return instant_by_local_time(shown);
}

Result<CivilNow> civil_at(std::chrono::system_clock::time_point instant, const std::optional<std::string>& timezone) {
  try {
    const auto local =
        zone_of(timezone)->to_local(std::chrono::floor<std::chrono::seconds>(instant)).time_since_epoch();
    const auto day = std::chrono::floor<std::chrono::days>(local);
    return CivilNow{CivilDate(std::chrono::sys_days(day)), local - day};
  } catch (const std::exception&) {
    if (timezone) return unknown_zone(*timezone);
  }
  return by_local_time(instant);
}

Result<CivilNow> civil_now(const std::optional<std::string>& timezone) {
  return civil_at(std::chrono::system_clock::now(), timezone);
}

}  // namespace harvester::schedule

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

}  // namespace

Result<CivilNow> civil_at(std::chrono::system_clock::time_point instant, const std::optional<std::string>& timezone) {
  try {
    const auto* zone = timezone ? date::locate_zone(*timezone) : date::current_zone();
    const auto local = zone->to_local(std::chrono::floor<std::chrono::seconds>(instant)).time_since_epoch();
    const auto day = std::chrono::floor<std::chrono::days>(local);
    return CivilNow{CivilDate(std::chrono::sys_days(day)), local - day};
  } catch (const std::exception&) {
    if (timezone) return Error{ErrorKind::config, fmt::format("there is no time zone {}", *timezone)};
  }
  return by_local_time(instant);
}

Result<CivilNow> civil_now(const std::optional<std::string>& timezone) {
  return civil_at(std::chrono::system_clock::now(), timezone);
}

}  // namespace harvester::schedule

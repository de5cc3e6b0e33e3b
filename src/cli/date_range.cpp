#include "date_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "harvester/core/text.hpp"

namespace harvester::cli {
namespace {

using std::chrono::hours;

Error not_understood(const std::string& option, const std::string& text, const char* right) {
  return {ErrorKind::config, fmt::format("{} \"{}\": {}", option, escaped_controls(text), right)};
}

/// "36h", "7d"
Result<hours> span(const std::string& text) {
  int number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  const bool unit = rest + 1 == end && (*rest == 'h' || *rest == 'd');
  if (failure != std::errc() || !unit || number <= 0 || number > 100000)
    return not_understood("--last", text, "give a number of hours or days, such as 36h or 7d");
  return hours(*rest == 'd' ? number * 24 : number);
}

Result<DateRange> last(const std::string& text, const CivilNow& now) {
  const auto back = span(text);
  if (!back) return back.error();
  const auto begin = std::chrono::sys_days(now.date) + now.time - *back;
  return DateRange{CivilDate(std::chrono::floor<std::chrono::days>(begin)), now.date};
}

Result<DateRange> between(const DateOptions& options, CivilDate today) {
  const auto from = typed_date(options.from.empty() ? options.until : options.from, today);
  const auto until = typed_date(!options.until.empty() ? options.until : "today", today);
  if (!from) return from.error().with(options.from.empty() ? "--until" : "--from");
  if (!until) return until.error().with("--until");
  return *from <= *until ? DateRange{*from, *until} : DateRange{*until, *from};
}

}  // namespace

Result<CivilDate> typed_date(const std::string& text, CivilDate today) {
  if (text == "today") return today;
  if (text == "yesterday") return plus_days(today, -1);
  if (const auto date = parse_date(text)) return *date;
  return Error{ErrorKind::config,
               fmt::format("\"{}\" is no date: write 2026-11-22, today or yesterday", escaped_controls(text))};
}

namespace {

Result<std::optional<CivilTime>> typed_time(const char* option, const std::string& text) {
  using Time = std::optional<CivilTime>;
  if (text.empty()) return Time{};
  const auto time = parse_time(text);
  const bool whole = text.size() >= 4 || text.find(':') != std::string::npos;
  if (time && whole) return Time{*time};
  return not_understood(option, text, "write a time of day such as 0830");
}

/// 0830 means all of that minute, 083015 all of that second.
CivilTime end_of(CivilTime time, const std::string& text) {
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const CivilTime unit = digits <= 4 ? CivilTime(std::chrono::minutes(1)) : CivilTime(std::chrono::seconds(1));
  return std::min(time + unit, CivilTime(hours(24))) - CivilTime(1);
}

}  // namespace

Result<DayTimes> day_times(const DateOptions& options, const DateRange& days) {
  const auto from = typed_time("--time-from", options.time_from);
  const auto until = typed_time("--time-until", options.time_until);
  if (!from) return from.error();
  if (!until) return until.error();
  if (!*from && !*until) return DayTimes{};
  if (days.from != days.until)
    return Error{ErrorKind::config, "--time-from and --time-until go with one day only: give it with --date"};
  DayTimes times{*from, *until};
  if (times.until) times.until = end_of(*times.until, options.time_until);
  if (times.from && times.until && *times.from > *times.until)
    return Error{ErrorKind::config, "--time-from is later than --time-until"};
  return times;
}

Result<std::chrono::seconds> duration(const std::string& option, const std::string& text) {
  static const std::map<char, int> kUnits = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  int number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  const auto unit = rest + 1 == end ? kUnits.find(*rest) : kUnits.end();
  if (failure == std::errc() && unit != kUnits.end() && number > 0 && number < 100000)
    return std::chrono::seconds(std::int64_t{number} * unit->second);
  return not_understood(option, text, "give a time such as 6h, 90m or 45s");
}

Result<std::optional<DateRange>> date_range(const DateOptions& options, const CivilNow& now) {
  using Range = std::optional<DateRange>;
  const bool range = !options.from.empty() || !options.until.empty();
  const int given = int{range} + int{!options.date.empty()} + int{!options.last.empty()} + int{options.yesterday};
  if (given == 0) return Range{};
  if (given > 1) return Error{ErrorKind::config, "give one of --from/--until, --date, --last, --yesterday"};
  const auto result = range ? between(options, now.date)
                      : !options.last.empty()
                          ? last(options.last, now)
                          : Result<DateRange>(DateRange{plus_days(now.date, -1), plus_days(now.date, -1)});
  if (!result) return result.error();
  if (options.date.empty()) return Range{*result};
  const auto day = typed_date(options.date, now.date);
  if (!day) return day.error().with("--date");
  return Range{DateRange{*day, *day}};
}

}  // namespace harvester::cli

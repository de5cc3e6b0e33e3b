#include "date_range.hpp"

#include <fmt/format.h>

#include <charconv>

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

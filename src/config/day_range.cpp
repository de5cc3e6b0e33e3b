#include "harvester/config/day_range.hpp"

#include <charconv>

namespace harvester::config {
namespace {

/// "", "-7"
std::optional<int> days_back(std::string_view text) {
  if (text.empty()) return 0;
  constexpr std::size_t kMostDigits = 5;
  int days = 0;
  const auto* end = text.data() + text.size();
  const bool digit = text.size() > 1 && text.size() <= kMostDigits + 1 && text[1] >= '0' && text[1] <= '9';
  if (text.front() != '-' || !digit || std::from_chars(text.data() + 1, end, days).ptr != end) return {};
  return days;
}

std::optional<Day> parse_day(std::string_view text) {
  constexpr std::string_view kToday = "today", kYesterday = "yesterday";
  if (text.starts_with(kToday)) {
    const auto back = days_back(text.substr(kToday.size()));
    return back ? std::optional(Day{{}, *back}) : std::nullopt;
  }
  if (text.starts_with(kYesterday)) {
    const auto back = days_back(text.substr(kYesterday.size()));
    return back ? std::optional(Day{{}, *back + 1}) : std::nullopt;
  }
  const auto date = text.size() == 10 ? parse_date(text) : std::nullopt;
  return date ? std::optional(Day{date, 0}) : std::nullopt;
}

}  // namespace

std::optional<DayRange> parse_day_range(std::string_view text) {
  const auto dots = text.find("..");
  const auto from = parse_day(text.substr(0, dots));
  const auto until = dots == std::string_view::npos ? from : parse_day(text.substr(dots + 2));
  if (!from || !until) return {};
  return DayRange{*from, *until};
}

}  // namespace harvester::config

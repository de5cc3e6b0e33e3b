#include "scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "harvester/core/text.hpp"

namespace harvester::config {
namespace {

constexpr std::size_t kMostShown = 60;
constexpr int kDaysOfYear = 365;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// Base 10, no sign but a leading -, no leading zero.
std::optional<std::int64_t> decimal(std::string_view text) {
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (!all_digits(digits) || (digits.size() > 1 && digits.front() == '0')) return {};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

/// What a number in another notation is most likely meant to be: 0104 -> 104, 0x50 -> 80, 11,112 -> 11112.
std::optional<std::int64_t> meant_number(std::string_view text) {
  std::int64_t value = 0;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
    if (error == std::errc{} && end == text.data() + text.size()) return value;
    return {};
  }
  std::string digits;
  for (const char c : text)
    if (is_digit(c))
      digits += c;
    else if (c != '_' && c != ',' && c != ' ' && c != '+' && c != '\'')
      return {};
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.empty() ? 0 : digits.size() - 1));
  return decimal(digits);
}

std::string did_you_mean(const std::string& text) { return text.empty() ? "" : fmt::format("did you mean {}?", text); }

std::string number_hint(std::string_view text, std::int64_t least, std::int64_t most) {
  const auto meant = meant_number(text);
  if (!meant || *meant < least || *meant > most) return {};
  return did_you_mean(std::to_string(*meant));
}

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 5> kTimeUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

constexpr std::array<Unit, 8> kSizeUnits{{{"B", 1},
                                          {"KiB", 1ll << 10},
                                          {"MiB", 1ll << 20},
                                          {"GiB", 1ll << 30},
                                          {"TiB", 1ll << 40},
                                          {"MB", 1'000'000},
                                          {"GB", 1'000'000'000},
                                          {"TB", 1'000'000'000'000}}};

struct Quantity {
  std::string_view number;
  std::string_view unit;
};

Quantity parts_of(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto length = static_cast<std::size_t>(end - text.begin());
  return {text.substr(0, length), text.substr(length)};
}

template <std::size_t N>
std::optional<std::int64_t> quantity(std::string_view text, const std::array<Unit, N>& units) {
  const auto [number, unit] = parts_of(text);
  const auto count = decimal(number);
  const auto same = [&, name = unit](const Unit& one) { return one.name == name; };
  const auto found = std::find_if(units.begin(), units.end(), same);
  std::int64_t value = 0;
  if (!count || found == units.end() || __builtin_mul_overflow(*count, found->factor, &value)) return {};
  return value;
}

/// "5 sec" -> "5s", "5" -> "5s", "2G" -> "2GiB": by the first letter of the unit, by `bare` without one.
template <std::size_t N>
std::string unit_hint(std::string_view text, const std::array<Unit, N>& units, std::string_view bare) {
  const auto [number, rest] = parts_of(text);
  const auto unit = trimmed(rest);
  if (!decimal(number)) return {};
  if (unit.empty()) return did_you_mean(fmt::format("{}{}", number, bare));
  const auto first = unit.starts_with("mil") || unit == "MS" ? "ms" : lower(unit.substr(0, 1));
  for (const auto& one : units)
    if (lower(one.name.substr(0, first.size())) == first && (first == "ms" || one.name != "ms"))
      return did_you_mean(fmt::format("{}{}", number, one.name));
  return {};
}

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<std::size_t> day_index(std::string_view text) {
  const auto found = std::find(kDays.begin(), kDays.end(), text);
  if (found == kDays.end()) return {};
  return static_cast<std::size_t>(found - kDays.begin());
}

std::string day_hint(std::string_view text) {
  std::vector<std::string> parts;
  for (const auto& part : split(lower(text), '-')) {
    if (!day_index(part.substr(0, 3))) return "the days are " + fmt::format("{}", fmt::join(kDays, ", "));
    parts.push_back(part.substr(0, 3));
  }
  return did_you_mean(join(parts, "-"));
}

}  // namespace

std::string in_quotes(std::string_view text) {
  if (text.size() <= kMostShown) return fmt::format("\"{}\"", text);
  return fmt::format("\"{}...\"", repaired_utf8(text.substr(0, kMostShown)));
}

Problem not_one_of(std::string_view text, const std::vector<std::string>& words) {
  const auto meant = nearest(text, words);
  const auto message = words.size() == 1 ? fmt::format("{} is not {}", in_quotes(text), words.front())
                                         : fmt::format("{} is none of {}", in_quotes(text), join(words, ", "));
  return {message, did_you_mean(meant)};
}

MaybeProblem parse_scalar(std::string_view text, bool& value) {
  if (text == "true" || text == "false") {
    value = text == "true";
    return {};
  }
  const auto word = lower(text);
  const bool yes = word == "true" || word == "yes" || word == "on" || word == "y" || word == "1";
  const bool no = word == "false" || word == "no" || word == "off" || word == "n" || word == "0";
  return Problem{fmt::format("{} is not true or false", in_quotes(text)), did_you_mean(yes  ? "true"
                                                                                       : no ? "false"
                                                                                            : "")};
}

MaybeProblem parse_scalar(std::string_view text, int& value, Range<int> range) {
  const auto number = decimal(text);
  if (number && *number >= range.least && *number <= range.most) {
    value = static_cast<int>(*number);
    return {};
  }
  const auto limits = range.least == range.most                       ? fmt::format("only {}", range.least)
                      : range.most == std::numeric_limits<int>::max() ? fmt::format("{} or more", range.least)
                                                                      : fmt::format("{}-{}", range.least, range.most);
  return Problem{fmt::format("{} is not a whole number that fits here ({})", in_quotes(text), limits),
                 number ? "" : number_hint(text, range.least, range.most)};
}

MaybeProblem parse_scalar(std::string_view text, std::uint16_t& port) {
  const auto number = decimal(text);
  if (number && *number >= 1 && *number <= 65535) {
    port = static_cast<std::uint16_t>(*number);
    return {};
  }
  return Problem{fmt::format("{} is not a port number (1-65535, no leading zero)", in_quotes(text)),
                 number ? "" : number_hint(text, 1, 65535)};
}

MaybeProblem parse_scalar(std::string_view text, double& value, Range<double> range) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (whole && std::isfinite(number) && number >= range.least && number <= range.most) {
    value = number;
    return {};
  }
  return Problem{fmt::format("{} is not a number that fits here ({}-{})", in_quotes(text), range.least, range.most),
                 ""};
}

MaybeProblem parse_scalar(std::string_view text, Duration& value, Range<Duration> range) {
  const auto number = quantity(text, kTimeUnits);
  if (!number)
    return Problem{fmt::format("{} is not a duration (a whole number with ms, s, m, h or d: 30s)", in_quotes(text)),
                   unit_hint(text, kTimeUnits, "s")};
  if (Duration(*number) < range.least || Duration(*number) > range.most)
    return Problem{fmt::format("{} is out of range ({} to {})", in_quotes(text), show_scalar(range.least),
                               show_scalar(range.most)),
                   ""};
  value = Duration(*number);
  return {};
}

MaybeProblem parse_scalar(std::string_view text, std::string& value) {
  value = text;
  return {};
}

MaybeProblem parse_scalar(std::string_view text, std::filesystem::path& value) {
  if (auto problem = check_word(text)) return problem;
  if (text.starts_with("~"))
    return Problem{fmt::format("{} begins with ~, which is not expanded", in_quotes(text)), "write the whole path"};
  value = text;
  return {};
}

MaybeProblem parse_scalar(std::string_view text, AeTitle& value) {
  auto made = AeTitle::make(text);
  if (!made) return Problem{fmt::format("{} is not an AE title: {}", in_quotes(text), made.error().message), ""};
  value = std::move(*made);
  return {};
}

MaybeProblem parse_scalar(std::string_view text, ByteSize& value) {
  const auto number = quantity(text, kSizeUnits);
  if (!number)
    return Problem{fmt::format("{} is not a size (a whole number with B, KiB, MiB, GiB, TiB, MB, GB or TB: 2GiB)",
                               in_quotes(text)),
                   unit_hint(text, kSizeUnits, "GiB")};
  value.bytes = static_cast<std::uint64_t>(*number);
  return {};
}

MaybeProblem parse_scalar(std::string_view text, AddressBlock& value) {
  auto made = AddressBlock::make(text);
  if (!made) return Problem{fmt::format("{} {}", in_quotes(text), made.error().message), ""};
  value = std::move(*made);
  return {};
}

MaybeProblem parse_scalar(std::string_view text, SecretRef& value) {
  for (const auto& [prefix, from] : {std::pair{std::string_view("file:"), SecretRef::From::file},
                                     std::pair{std::string_view("env:"), SecretRef::From::env}}) {
    if (!text.starts_with(prefix) || text.size() == prefix.size()) continue;
    value = {from, std::string(text.substr(prefix.size()))};
    return {};
  }
  return Problem{"a secret is not written here, only where it lies", "write file:/path/of/the/secret or env:VARIABLE",
                 true};
}

MaybeProblem parse_scalar(std::string_view text, ClockMinute& value) {
  const bool form = text.size() == 5 && text[2] == ':' && all_digits(text.substr(0, 2)) && all_digits(text.substr(3));
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  if (form && number(3) < 60 && number(0) * 60 + number(3) <= 24 * 60) {
    value.since_midnight = std::chrono::minutes(number(0) * 60 + number(3));
    return {};
  }
  const bool short_hour = text.size() == 4 && text[1] == ':' && is_digit(text[0]) && all_digits(text.substr(2));
  const bool no_colon = text.size() == 4 && all_digits(text);
  const auto hint = short_hour ? fmt::format("\"0{}\"", text)
                    : no_colon ? fmt::format("\"{}:{}\"", text.substr(0, 2), text.substr(2))
                               : std::string();
  return Problem{fmt::format("{} is not a time of day (\"00:00\" to \"24:00\")", in_quotes(text)), did_you_mean(hint)};
}

MaybeProblem parse_scalar(std::string_view text, ResultCap& value) {
  if (text == "auto") {
    value.fixed.reset();
    return {};
  }
  int number = 0;
  if (auto problem = parse_scalar(text, number, Range{1, std::numeric_limits<int>::max()}))
    return Problem{fmt::format("{} is neither auto nor a whole number from 1", in_quotes(text)), problem->hint};
  value.fixed = number;
  return {};
}

MaybeProblem parse_scalar(std::string_view text, KeepTime& value) {
  constexpr std::array<Unit, 2> kUnits{{{"d", 1}, {"y", kDaysOfYear}}};
  constexpr std::int64_t kLeast = 7, kMost = 100 * kDaysOfYear;
  if (text == "forever") {
    value.days.reset();
    return {};
  }
  const auto number = quantity(text, kUnits);
  if (!number)
    return Problem{fmt::format("{} is neither forever nor a number of days or years (90d, 3y)", in_quotes(text)),
                   unit_hint(text, kUnits, "d")};
  if (*number < kLeast || *number > kMost)
    return Problem{fmt::format("{} is out of range (7d to 100y)", in_quotes(text)), ""};
  value.days = std::chrono::days(*number);
  return {};
}

MaybeProblem parse_scalar(std::string_view text, Endpoint& value) {
  const bool bracketed = text.starts_with('[');  // an IPv6 address
  const auto end = bracketed ? text.find("]:") : text.rfind(':');
  const auto host = text.substr(bracketed ? 1 : 0, end == std::string_view::npos ? end : end - (bracketed ? 1 : 0));
  if (end == std::string_view::npos || (!bracketed && host.find(':') != std::string_view::npos))
    return Problem{fmt::format("{} is not a host with a port", in_quotes(text)),
                   check_host(text) ? "write audit.example.org:514, an IPv6 address as \"[fd00::1]:514\""
                                    : did_you_mean(Endpoint{std::string(text), 514}.str())};
  if (auto problem = check_host(host)) return problem;
  Endpoint parsed{std::string(host), 0};
  if (auto problem = parse_scalar(text.substr(end + (bracketed ? 2 : 1)), parsed.port)) return problem;
  value = std::move(parsed);
  return {};
}

MaybeProblem add_days(std::string_view text, WeekDays& value) {
  const auto ends = split(text, '-');
  const auto first = day_index(ends.front());
  const auto last = day_index(ends.back());
  if (ends.size() > 2 || !first || !last)
    return Problem{fmt::format("{} is no day of the week, nor a range of them", in_quotes(text)), day_hint(text)};
  for (auto day = *first;; day = (day + 1) % 7) {
    value.days[day] = true;
    if (day == *last) return {};
  }
}

std::string show_scalar(bool value) { return value ? "true" : "false"; }
std::string show_scalar(int value) { return std::to_string(value); }
std::string show_scalar(std::uint16_t value) { return std::to_string(value); }
std::string show_scalar(double value) { return fmt::format("{}", value); }
std::string show_scalar(const std::string& value) { return value; }
std::string show_scalar(const std::filesystem::path& value) { return value.string(); }
std::string show_scalar(const AeTitle& value) { return value.str(); }
std::string show_scalar(const AddressBlock& value) { return value.str(); }
std::string show_scalar(const SecretRef& value) { return value.str(); }
std::string show_scalar(const Endpoint& value) { return value.str(); }
std::string show_scalar(ResultCap value) { return value.fixed ? std::to_string(*value.fixed) : "auto"; }

std::string show_scalar(KeepTime value) {
  if (!value.days) return "forever";
  const auto days = value.days->count();
  return days % kDaysOfYear == 0 ? fmt::format("{}y", days / kDaysOfYear) : fmt::format("{}d", days);
}

std::string show_scalar(Duration value) {
  auto best = kTimeUnits.front();
  for (const auto& unit : kTimeUnits) {
    const bool many_days = unit.name != "d" || value.count() > unit.factor;  // a day is "24h"
    if (value.count() != 0 && value.count() % unit.factor == 0 && many_days) best = unit;
  }
  if (value.count() == 0) return "0s";
  return fmt::format("{}{}", value.count() / best.factor, best.name);
}

std::string show_scalar(ByteSize value) {
  auto best = kSizeUnits.front();
  for (const auto& unit : kSizeUnits)
    if (value.bytes != 0 && value.bytes % static_cast<std::uint64_t>(unit.factor) == 0 && unit.factor > best.factor)
      best = unit;
  return fmt::format("{}{}", value.bytes / static_cast<std::uint64_t>(best.factor), best.name);
}

std::string show_scalar(ClockMinute value) {
  const auto minutes = value.since_midnight.count();
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::vector<std::string> day_names(const WeekDays& value) {
  std::vector<std::string> names;
  for (std::size_t day = 0; day < kDays.size(); ++day)
    if (value.days[day]) names.emplace_back(kDays[day]);
  return names;
}

}  // namespace harvester::config

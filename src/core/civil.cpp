#include "harvester/core/civil.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/core/text.hpp"

namespace harvester {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

/// "YYYY-MM-DD" and "YYYY.MM.DD" without their separators; other texts unchanged.
std::string compact_date(std::string_view text) {
  const bool separated = text.size() == 10 && (text[4] == '-' || text[4] == '.') && text[7] == text[4];
  if (!separated) return std::string(text);
  return fmt::format("{}{}{}", text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
}

/// Cut at the UTC offset: "+" or "-" after the time.
std::string_view without_offset(std::string_view text) { return text.substr(0, text.find_first_of("+-")); }

std::optional<std::chrono::microseconds> parse_fraction(std::string_view digits) {
  if (!all_digits(digits) || digits.size() > 6) return std::nullopt;
  int value = number(digits);
  for (auto n = digits.size(); n < 6; ++n) value *= 10;
  return std::chrono::microseconds(value);
}

std::string compact_time(std::string_view text) {
  std::string out(text);
  const bool colons = out.size() >= 5 && out[2] == ':';
  if (colons) std::erase(out, ':');
  return out;
}

}  // namespace

std::optional<CivilDate> parse_date(std::string_view text) {
  const auto digits = compact_date(trimmed(text));
  if (digits.size() != 8 || !all_digits(digits)) return std::nullopt;
  const std::string_view view = digits;
  const CivilDate date{std::chrono::year(number(view.substr(0, 4))),
                       std::chrono::month(static_cast<unsigned>(number(view.substr(4, 2)))),
                       std::chrono::day(static_cast<unsigned>(number(view.substr(6, 2))))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::optional<CivilTime> parse_time(std::string_view text) {
  const auto compact = compact_time(trimmed(without_offset(trimmed(text))));
  const std::string_view view = compact;
  const auto point = view.find('.');
  const auto whole = view.substr(0, point);
  if (!all_digits(whole) || whole.size() > 6 || whole.size() % 2 != 0) return std::nullopt;
  const auto part = [&](std::size_t n) { return whole.size() > n ? number(whole.substr(n, 2)) : 0; };
  if (part(0) > 23 || part(2) > 59 || part(4) > 60) return std::nullopt;
  CivilTime time =
      std::chrono::hours(part(0)) + std::chrono::minutes(part(2)) + std::chrono::seconds(std::min(part(4), 59));
  if (point == std::string_view::npos) return time;
  const auto fraction = parse_fraction(view.substr(point + 1));
  if (!fraction || whole.size() != 6) return std::nullopt;
  return time + *fraction;
}

std::optional<std::string> parse_datetime_iso(std::string_view text) {
  const auto value = without_offset(trimmed(text));
  if (value.size() < 8) return std::nullopt;
  const auto date = parse_date(value.substr(0, 8));
  if (!date) return std::nullopt;
  const auto rest = value.substr(8);
  const auto time = rest.empty() ? std::optional(CivilTime::zero()) : parse_time(rest);
  if (!time) return std::nullopt;
  return iso_date(*date) + "T" + iso_time(*time);
}

namespace {

struct Clockface {
  int hours, minutes, seconds, micros;
};

Clockface clockface(CivilTime time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  return {static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60),
          static_cast<int>(time.count() % 1000000)};
}

std::string fraction_text(int micros) { return micros == 0 ? "" : fmt::format(".{:06}", micros); }

}  // namespace

std::string dicom_date(CivilDate date) {
  return fmt::format("{:04}{:02}{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

std::string iso_date(CivilDate date) {
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

std::string dicom_time(CivilTime time) {
  const auto face = clockface(time);
  return fmt::format("{:02}{:02}{:02}{}", face.hours, face.minutes, face.seconds, fraction_text(face.micros));
}

std::string iso_time(CivilTime time) {
  const auto face = clockface(time);
  return fmt::format("{:02}:{:02}:{:02}{}", face.hours, face.minutes, face.seconds, fraction_text(face.micros));
}

CivilDate plus_days(CivilDate date, int days) { return std::chrono::sys_days(date) + std::chrono::days(days); }

CivilDate next_day(CivilDate date) { return plus_days(date, 1); }

int days_between(CivilDate from, CivilDate until) {
  return static_cast<int>((std::chrono::sys_days(until) - std::chrono::sys_days(from)).count());
}

}  // namespace harvester

// Text, dates and times.

#include "harvester/core/text.hpp"

#include <algorithm>

#include "fuzz/fuzz.hpp"
#include "harvester/core/civil.hpp"

namespace {

using namespace harvester;

void check_utf8(std::string_view text) {
  const auto repaired = repaired_utf8(text);
  fuzz::require(is_utf8(repaired), "repaired text is UTF-8");
  fuzz::require(!is_utf8(text) || repaired == text, "UTF-8 is not repaired");
  const auto escaped = escaped_controls(text);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  fuzz::require(std::none_of(escaped.begin(), escaped.end(), is_control), "no control characters are left");
  fuzz::require(display_width(text) >= 0, "a width");
}

void check_civil(std::string_view text) {
  if (const auto date = parse_date(text)) {
    fuzz::require(parse_date(dicom_date(*date)) == date, "a date is read as written for DICOM");
    fuzz::require(parse_date(iso_date(*date)) == date, "a date is read as written in ISO 8601");
    fuzz::require(days_between(*date, next_day(*date)) == 1, "the next day is one day on");
  }
  if (const auto time = parse_time(text)) {
    fuzz::require(parse_time(dicom_time(*time)) == time, "a time is read as written for DICOM");
    fuzz::require(parse_time(iso_time(*time)) == time, "a time is read as written in ISO 8601");
  }
  if (const auto moment = parse_datetime_iso(text)) fuzz::require(moment->size() >= 19, "a whole moment");
}

void check_patterns(std::string_view text) {
  const auto parts = split(text, '\\');
  fuzz::require(join(parts, "\\") == text, "split and joined again");
  fuzz::require(matches_pattern(text, "*"), "a star matches everything");
  if (parts.size() < 2) return;
  const auto& pattern = parts[0];
  if (matches_pattern(parts[1], pattern)) fuzz::require(contains_pattern(parts[1], pattern), "the whole is a part");
  (void)nearest(parts[1], parts);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, std::min<std::size_t>(size, 4096));
  check_utf8(text);
  check_civil(text);
  check_patterns(text);
  return 0;
}

#include "harvester/core/clock.hpp"

#include <fmt/chrono.h>

#include "harvester/core/civil.hpp"

namespace harvester {

Instant SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string utc_text(Instant instant) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(instant);
  const auto millis = (instant - whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)), millis);
}

std::optional<Instant> parse_utc(const std::string& text) {
  constexpr std::size_t kDate = 10, kMillis = 20, kLength = 24;
  if (text.size() != kLength || text[kDate] != 'T' || text.back() != 'Z') return std::nullopt;
  const auto date = parse_date(std::string_view(text).substr(0, kDate));
  const auto time = parse_time(std::string_view(text).substr(kDate + 1, kLength - kDate - 2));
  if (!date || !time || text[kMillis - 1] != '.') return std::nullopt;
  return Instant(std::chrono::sys_days(*date)) + std::chrono::floor<std::chrono::milliseconds>(*time);
}

}  // namespace harvester

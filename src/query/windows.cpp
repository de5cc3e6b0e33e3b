#include <algorithm>

#include "harvester/query/query.hpp"

namespace harvester::query {
namespace {

constexpr CivilTime kDayEnd = std::chrono::hours(24) - std::chrono::microseconds(1);

std::vector<QueryWindow> halve_dates(const QueryWindow& window) {
  const auto middle = plus_days(window.from, days_between(window.from, window.until) / 2);
  auto early = window, late = window;
  early.until = middle;
  late.from = next_day(middle);
  return {early, late};
}

std::vector<QueryWindow> halve_times(const QueryWindow& window, std::chrono::minutes floor) {
  const auto from = window.time_from.value_or(CivilTime::zero());
  const auto until = window.time_until.value_or(kDayEnd);
  if (until - from <= floor) return {};
  const auto middle = std::chrono::floor<std::chrono::seconds>(from + (until - from) / 2);
  auto early = window, late = window;
  early.time_from = from;
  early.time_until = middle - std::chrono::microseconds(1);
  late.time_from = middle;
  late.time_until = until;
  return {early, late};
}

}  // namespace

bool in_window(const CandidateStudy& study, const QueryWindow& window) {
  const auto date = parse_date(study.date);
  if (date && (*date < window.from || *date > window.until)) return false;
  const auto time = parse_time(study.time);
  if (!date || !time) return true;
  const auto before = window.time_from && *time < std::chrono::floor<std::chrono::seconds>(*window.time_from);
  const auto after = window.time_until && *time > *window.time_until;
  return !before && !after;
}

std::vector<QueryWindow> plan_windows(CivilDate from, CivilDate until, const std::vector<std::string>& modalities,
                                      int longest) {
  std::vector<QueryWindow> windows;
  for (auto start = from; start <= until; start = plus_days(start, longest))
    for (const auto& modality : modalities) {
      const auto end = std::min(until, plus_days(start, longest - 1));
      windows.push_back({modality, start, end, std::nullopt, std::nullopt});
    }
  return windows;
}

std::vector<QueryWindow> bisect(const QueryWindow& window, std::chrono::minutes floor) {
  return window.from < window.until ? halve_dates(window) : halve_times(window, floor);
}

}  // namespace harvester::query

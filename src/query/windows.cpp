#include <algorithm>

#include "harvester/core/text.hpp"
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
  if (until - from <= floor + std::chrono::seconds(1)) return {};
  const auto middle = std::chrono::floor<std::chrono::seconds>(from + (until - from) / 2);
  auto early = window, late = window;
  early.time_from = from;
  early.time_until = middle + std::chrono::seconds(1);
  late.time_from = middle;
  late.time_until = until;
  return {early, late};
}

}  // namespace

bool in_window(const CandidateStudy& study, const QueryWindow& window) {
  if (!window.study.empty()) return study.uid == window.study;
  if (!window.accession_number.empty()) return trimmed(study.accession_number) == trimmed(window.accession_number);
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
      windows.push_back({modality, start, end});
    }
  return windows;
}

std::vector<QueryWindow> bisect(const QueryWindow& window, std::chrono::minutes floor) {
  if (window.names_study()) return {};
  return window.from < window.until ? halve_dates(window) : halve_times(window, floor);
}

bool same_slice(const QueryWindow& a, const QueryWindow& b) {
  auto other = b;
  other.modality = a.modality;
  return a == other;
}

std::vector<QueryWindow> for_all_modalities(const std::vector<QueryWindow>& windows) {
  std::vector<QueryWindow> slices;
  for (auto window : windows) {
    window.modality.clear();
    if (window.names_study()) continue;
    if (std::find(slices.rbegin(), slices.rend(), window) == slices.rend()) slices.push_back(std::move(window));
  }
  return slices;
}

std::vector<QueryWindow> one_by_one(const QueryWindow& window) {
  const auto modalities = split(window.modality, '\\');
  std::vector<QueryWindow> windows;
  for (const auto& modality : modalities) {
    windows.push_back(window);
    windows.back().modality = modality;
  }
  return modalities.size() > 1 ? windows : std::vector<QueryWindow>{};
}

}  // namespace harvester::query

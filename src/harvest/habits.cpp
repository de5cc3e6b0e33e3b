#include "harvester/harvest/habits.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "harvester/core/text.hpp"

namespace harvester::harvest {
namespace {

using Matching = Habits::Matching;
using query::ModalityKey;

constexpr std::array<std::pair<Matching, const char*>, 3> kMatchings{
    {{Matching::unknown, "unknown"}, {Matching::matched, "matched"}, {Matching::unmatched, "unmatched"}}};

std::string name_of(Matching matching) {
  for (const auto& [value, name] : kMatchings)
    if (value == matching) return name;
  return "unknown";
}

Matching matching_of(const std::string& name) {
  for (const auto& [value, text] : kMatchings)
    if (name == text) return value;
  return Matching::unknown;
}

}  // namespace

std::string to_json(const Habits& habits) {
  return nlohmann::json{{"modality_matching", name_of(habits.modality_matching)},
                        {"answers_modality_key", habits.answers_modality_key},
                        {"names_several", habits.names_several},
                        {"refuses_modality_lists", habits.refuses_modality_lists},
                        {"has_untimed_studies", habits.has_untimed_studies},
                        {"answer_limit", habits.answer_limit},
                        {"most_answers", habits.most_answers}}
      .dump();
}

Habits habits_from_json(const std::string& json) {
  Habits habits;
  try {
    const auto values = nlohmann::json::parse(json);
    habits.modality_matching = matching_of(values.value("modality_matching", "unknown"));
    habits.answers_modality_key = values.value("answers_modality_key", false);
    habits.names_several = values.value("names_several", false);
    habits.refuses_modality_lists = values.value("refuses_modality_lists", false);
    habits.has_untimed_studies = values.value("has_untimed_studies", false);
    habits.answer_limit = values.value("answer_limit", std::int64_t{0});
    habits.most_answers = values.value("most_answers", std::int64_t{0});
    return habits;
  } catch (const nlohmann::json::exception&) {
    return {};
  }
}

void learn(Habits& habits, const QueryWindow& window, const query::WindowAnswer& answer, ModalityKey key) {
  habits.names_several = habits.names_several || answer.named_several;
  habits.has_untimed_studies = habits.has_untimed_studies || answer.without_time > 0;
  habits.most_answers = std::max(habits.most_answers, answer.sent);
  if (habits.answer_limit > 0 && answer.sent > habits.answer_limit) habits.answer_limit = 0;  // it was none
  if (window.names_study() || window.modality.empty()) return;
  if (answer.answers > 0) habits.answers_modality_key = true;
  // A node that names all modalities of a study, and sends one without the wanted one, did not look at the key.
  const bool in_study = key == ModalityKey::modalities_in_study || key == ModalityKey::both;
  if (in_study && answer.named_others > 0 && habits.names_several) habits.modality_matching = Matching::unmatched;
}

bool is_doubtful(const Habits& habits, const QueryWindow& window, const query::WindowAnswer& answer, ModalityKey key) {
  if (window.names_study() || window.modality.empty() || habits.modality_matching == Matching::matched) return false;
  const bool may_say_nothing = key == ModalityKey::modality_at_study;
  return answer.named_others > 0 || (answer.named_none > 0 && !may_say_nothing);
}

void compare(Habits& habits, const query::WindowAnswer& all, std::int64_t by_modality) {
  if (all.answers > by_modality && by_modality > 0) habits.modality_matching = Matching::matched;
  const bool key_silences = by_modality == 0 && all.named_wanted > 0;
  const bool all_came_before = all.answers == by_modality && all.named_others > 0;
  if (key_silences || all_came_before) habits.modality_matching = Matching::unmatched;
}

std::vector<std::string> trusted_modalities(const Habits& habits, const QueryWindow& window,
                                            const CandidateStudy& study, const std::set<std::string>& wanted) {
  auto modalities = study.modalities;
  const auto is_wanted = [&](const auto& modality) { return wanted.contains(modality); };
  if (modalities.empty() || std::any_of(modalities.begin(), modalities.end(), is_wanted)) return modalities;
  if (!habits.names_several) return {};
  const bool asked_for_one = !window.modality.empty() && split(window.modality, '\\').size() == 1;
  if (asked_for_one && habits.modality_matching == Matching::matched) modalities.push_back(window.modality);
  return modalities;
}

namespace {

using Stored = database::ledger::StoredWindow;

bool is_whole_day(const Stored& stored) {
  const auto& window = stored.window;
  return window.from == window.until && !window.time_from && !window.time_until && !window.names_study();
}

bool is_working_day(CivilDate date) {
  const auto day = std::chrono::weekday(std::chrono::sys_days(date)).iso_encoding();
  return day <= 5;
}

}  // namespace

std::vector<QueryWindow> slices_without_proof(const Habits& habits, const std::vector<Stored>& windows) {
  if (habits.answers_modality_key) return {};
  std::vector<QueryWindow> asked;
  for (const auto& stored : windows) {
    const bool empty = stored.state == WindowState::verified && stored.answers.value_or(0) == 0;
    const bool aside = stored.state == WindowState::split || stored.state == WindowState::not_needed;
    if (stored.window.modality.empty() || (!empty && !aside)) return {};
    if (empty) asked.push_back(stored.window);
  }
  return query::for_all_modalities(asked);
}

std::vector<Stored> hardly_empty(const std::vector<Stored>& windows) {
  constexpr std::int64_t kBusy = 10;
  std::map<std::pair<std::string, CivilDate>, std::int64_t> answers;
  for (const auto& stored : windows)
    if (is_whole_day(stored)) answers[{stored.window.modality, stored.window.from}] = stored.answers.value_or(0);
  const auto busy = [&](const Stored& stored, int days) {
    const auto found = answers.find({stored.window.modality, plus_days(stored.window.from, days)});
    return found != answers.end() && found->second >= kBusy;
  };
  std::vector<Stored> quiet;
  for (const auto& stored : windows) {
    const bool empty = is_whole_day(stored) && stored.state == WindowState::verified && stored.answers.value_or(0) == 0;
    if (empty && is_working_day(stored.window.from) && busy(stored, -1) && busy(stored, 1)) quiet.push_back(stored);
  }
  return quiet;
}

}  // namespace harvester::harvest

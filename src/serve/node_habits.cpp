#include "harvester/serve/node_habits.hpp"

#include <fmt/format.h>

namespace harvester::serve {

std::vector<std::string> in_words(const harvest::Habits& habits) {
  using Matching = harvest::Habits::Matching;
  std::vector<std::string> words;
  if (habits.modality_matching == Matching::matched) words.emplace_back("it finds studies by their modality");
  if (habits.modality_matching == Matching::unmatched)
    words.emplace_back("it answers with all studies, whatever modality is asked for: harvests filter themselves");
  if (habits.modality_matching == Matching::unknown && habits.answers_modality_key)
    words.emplace_back("it answers queries with a modality; whether by that alone is not proved");
  if (habits.names_several) words.emplace_back("it tells all modalities of a study");
  if (habits.refuses_modality_lists) words.emplace_back("it refuses several modalities in one query");
  if (habits.has_untimed_studies) words.emplace_back("it has studies without a time: times are never relied on");
  if (habits.answer_limit > 0)
    words.push_back(
        fmt::format("it sends at most {} answers to one query: harvests ask in smaller pieces", habits.answer_limit));
  if (habits.most_answers > 0)
    words.push_back(fmt::format("the largest answer that was believed had {} studies", habits.most_answers));
  return words;
}

}  // namespace harvester::serve

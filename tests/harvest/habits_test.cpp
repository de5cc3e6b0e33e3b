#include "harvester/harvest/habits.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::harvest;
using Matching = Habits::Matching;
using query::ModalityKey;

namespace {

const CivilDate kMonday = *parse_date("20260105");

QueryWindow window_for(const std::string& modality, CivilDate day = kMonday) { return {modality, day, day}; }

/// Answers of which so many name a wanted modality, others, and none.
query::WindowAnswer answers(std::int64_t wanted, std::int64_t others, std::int64_t none) {
  query::WindowAnswer answer;
  answer.named_wanted = wanted;
  answer.named_others = others;
  answer.named_none = none;
  answer.answers = answer.sent = wanted + others + none;
  return answer;
}

database::ledger::StoredWindow asked(const std::string& modality, CivilDate day, std::int64_t count) {
  return {{}, window_for(modality, day), 1, WindowState::verified, count, count};
}

CandidateStudy study_of(const std::vector<std::string>& modalities) {
  CandidateStudy study;
  study.modalities = modalities;
  return study;
}

}  // namespace

TEST_CASE("habits survive their text, and a text of nobody's is nothing learnt", "[harvest]") {
  Habits habits;
  habits.modality_matching = Matching::unmatched;
  habits.names_several = habits.answers_modality_key = true;
  habits.answer_limit = 500;
  habits.most_answers = 321;
  CHECK(habits_from_json(to_json(habits)) == habits);
  CHECK(habits_from_json("{}") == Habits{});
  CHECK(habits_from_json("no JSON") == Habits{});
  CHECK(habits_from_json(R"({"answer_limit":"many"})") == Habits{});
}

TEST_CASE("a node that names all modalities and sends one without the wanted one did not match", "[harvest]") {
  Habits habits;
  auto answer = answers(1, 1, 0);
  answer.named_several = true;
  learn(habits, window_for("CT"), answer, ModalityKey::modalities_in_study);
  CHECK(habits.modality_matching == Matching::unmatched);
}

TEST_CASE("a node that names one modality of several is not taken for one that does not match", "[harvest]") {
  Habits habits;
  learn(habits, window_for("PT"), answers(1, 1, 0), ModalityKey::modalities_in_study);
  CHECK(habits.modality_matching == Matching::unknown);
  CHECK(is_doubtful(habits, window_for("PT"), answers(1, 1, 0), ModalityKey::modalities_in_study));
}

TEST_CASE("more studies without the key than with it show that the node matches", "[harvest]") {
  Habits habits;
  compare(habits, answers(0, 0, 9), 4);
  CHECK(habits.modality_matching == Matching::matched);
  CHECK_FALSE(is_doubtful(habits, window_for("CT"), answers(0, 0, 4), ModalityKey::modalities_in_study));
}

TEST_CASE("as many studies without the key as with it, foreign ones among them, show that it does not", "[harvest]") {
  Habits habits;
  compare(habits, answers(2, 2, 0), 4);
  CHECK(habits.modality_matching == Matching::unmatched);
  Habits only_ours;
  compare(only_ours, answers(4, 0, 0), 4);
  CHECK(only_ours.modality_matching == Matching::unknown);
}

TEST_CASE("a key that silences the node shows when the day is asked without it", "[harvest]") {
  Habits habits;
  compare(habits, answers(3, 1, 0), 0);
  CHECK(habits.modality_matching == Matching::unmatched);
  Habits quiet;
  compare(quiet, answers(0, 5, 0), 0);
  CHECK(quiet.modality_matching == Matching::unknown);
}

TEST_CASE("with Modality as the key, answers that name no modality are no reason for doubt", "[harvest]") {
  CHECK_FALSE(is_doubtful({}, window_for("CT"), answers(0, 0, 3), ModalityKey::modality_at_study));
  CHECK(is_doubtful({}, window_for("CT"), answers(0, 0, 3), ModalityKey::modalities_in_study));
  CHECK_FALSE(is_doubtful({}, window_for(""), answers(0, 1, 3), ModalityKey::modalities_in_study));
}

TEST_CASE("a study of another modality is looked into unless the node is known to name them all", "[harvest]") {
  Habits habits;
  const std::set<std::string> wanted{"CT"};
  CHECK(trusted_modalities(habits, window_for(""), study_of({"MR"}), wanted).empty());
  CHECK(trusted_modalities(habits, window_for(""), study_of({"CT"}), wanted) == std::vector<std::string>{"CT"});
  habits.names_several = true;
  CHECK(trusted_modalities(habits, window_for(""), study_of({"MR"}), wanted) == std::vector<std::string>{"MR"});
  habits.modality_matching = Matching::matched;
  CHECK(trusted_modalities(habits, window_for("CT"), study_of({"MR"}), wanted) == std::vector<std::string>{"MR", "CT"});
}

TEST_CASE("a limit on answers that is exceeded was none", "[harvest]") {
  Habits habits;
  habits.answer_limit = 20;
  learn(habits, window_for("CT"), answers(20, 0, 0), ModalityKey::modalities_in_study);
  CHECK(habits.answer_limit == 20);
  learn(habits, window_for("CT"), answers(21, 0, 0), ModalityKey::modalities_in_study);
  CHECK(habits.answer_limit == 0);
}

TEST_CASE("a harvest that is empty throughout is asked once without the modality, until the node answered one",
          "[harvest]") {
  const std::vector windows{asked("CT", kMonday, 0), asked("MG", kMonday, 0), asked("CT", next_day(kMonday), 0)};
  CHECK(slices_without_proof({}, windows).size() == 2);
  Habits proven;
  proven.answers_modality_key = true;
  CHECK(slices_without_proof(proven, windows).empty());
  auto some = windows;
  some.push_back(asked("MG", next_day(kMonday), 3));
  CHECK(slices_without_proof({}, some).empty());
}

TEST_CASE("an empty working day between busy ones is hardly empty, a Sunday may be", "[harvest]") {
  const auto day = [](int n) { return plus_days(kMonday, n); };
  const std::vector week{asked("CT", day(0), 40), asked("CT", day(1), 0), asked("CT", day(2), 35),
                         asked("CT", day(4), 30), asked("CT", day(5), 0), asked("CT", day(6), 20),
                         asked("MG", day(0), 2),  asked("MG", day(1), 0), asked("MG", day(2), 3)};
  const auto quiet = hardly_empty(week);
  REQUIRE(quiet.size() == 1);
  CHECK(quiet[0].window == window_for("CT", day(1)));
}

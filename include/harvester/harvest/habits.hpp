#pragma once

#include <cstdint>
#include <string>

#include "harvester/core/ledger.hpp"
#include "harvester/database/ledger_windows.hpp"
#include "harvester/query/query.hpp"

namespace harvester::harvest {

/// How a node answers, as its answers taught: kept with the node, so that the next harvest need not find out again.
/// Only ever used to ask more or in another order, never to believe less evidence.
struct Habits {
  /// Whether the node matches on the modality key of a study query (quirks Q1-Q3).
  enum class Matching { unknown, matched, unmatched };
  Matching modality_matching = Matching::unknown;
  bool answers_modality_key = false;    ///< a query with a modality ever brought a study with that modality
  bool names_several = false;           ///< ModalitiesInStudy was seen with more than one value
  bool refuses_modality_lists = false;  ///< several modalities in one query were refused (quirk Q4)
  bool has_untimed_studies = false;     ///< a study without a time was seen (quirk Q9)
  std::int64_t answer_limit = 0;        ///< most answers to one query, proven by what smaller pieces brought; 0: none
  std::int64_t most_answers = 0;        ///< most answers to one query that was believed
  bool operator==(const Habits&) const = default;
};

[[nodiscard]] std::string to_json(const Habits& habits);

/// Habits as some version of this program wrote them; what is not understood counts as not known.
[[nodiscard]] Habits habits_from_json(const std::string& json);

/// Takes in what a successful answer shows. `window`: what was asked; the counts of `answer` are held against the
/// modalities of that window, or against all that are wanted where it asks for all.
void learn(Habits& habits, const QueryWindow& window, const query::WindowAnswer& answer, query::ModalityKey key);

/// Whether a window that asked for one modality is to be asked once more for all: its answers do not name what was
/// asked for, and it is not known that the node matches nevertheless.
[[nodiscard]] bool is_doubtful(const Habits& habits, const QueryWindow& window, const query::WindowAnswer& answer,
                               query::ModalityKey key);

/// Takes in what a window for all modalities shows beside the windows of the same slice that asked for one:
/// `by_modality` is the most that one of those brought.
void compare(Habits& habits, const query::WindowAnswer& all, std::int64_t by_modality);

/// The modalities of a study as far as its answer can be trusted: a node that names only one of several is not taken
/// at its word, and what a matching node was asked for is among them.
[[nodiscard]] std::vector<std::string> trusted_modalities(const Habits& habits, const QueryWindow& window,
                                                          const CandidateStudy& study,
                                                          const std::set<std::string>& wanted);

/// Slices to ask once for all modalities: the node never answered a query with a modality, and every window of this
/// harvest came back empty (some nodes answer nothing to a key they do not know: quirk Q1).
[[nodiscard]] std::vector<QueryWindow> slices_without_proof(const Habits& habits,
                                                            const std::vector<database::ledger::StoredWindow>& windows);

/// Working days that came back empty between busy ones of the same modality: some nodes answer nothing to what is too
/// much for them (quirk Q7).
[[nodiscard]] std::vector<database::ledger::StoredWindow> hardly_empty(
    const std::vector<database::ledger::StoredWindow>& windows);

}  // namespace harvester::harvest

#pragma once

#include <set>
#include <string>
#include <vector>

#include "harvester/core/ledger.hpp"

/// What is worth fetching: pure functions over what study, series and image level answered. The least that yields the
/// dose is fetched; everything else is skipped with its reason.
namespace harvester::select {

/// Case-insensitive substrings with * and ?; exclude wins; an absent value passes; an empty include list passes all.
struct TextFilter {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

struct Rules {
  std::set<std::string> modalities{"CT"};  ///< wanted
  TextFilter study_description;
  TextFilter station_name;
  bool station_at_study_level = false;  ///< else at series level; never at both (node may give different names)
  TextFilter institution_name;
  bool image_level = true;         ///< the node answers image level
  bool empty_sr_is_report = true;  ///< an SR series that shows nothing at image level is fetched
  bool refetch = false;            ///< fetch what is held, too
};

/// Whether `text` passes the filter.
[[nodiscard]] bool passes(const TextFilter& filter, const std::string& text);

/// Study level alone: skip(...) where the answer suffices to skip it; undecided where the series must be asked for.
/// ModalitiesInStudy that is empty says nothing.
[[nodiscard]] Verdict judge_study(const CandidateStudy& study, const Rules& rules);

/// Which series must be asked at image level next, with what is known so far. Ask them, fill `instances`, set
/// `asked_at_image_level`, call again; empty: decide. At most two rounds.
[[nodiscard]] std::vector<SeriesUid> series_to_look_into(const CandidateStudy& study, const Rules& rules);

/// A decided study: verdicts on it, each series and each instance; and what to retrieve for it.
struct Decision {
  CandidateStudy study;
  std::vector<PlannedRequest> requests;
};

/// Decides. `known` are instances of the study that came in before. A wanted instance that is held is skipped
/// (already_held, set_aside) unless the rules say refetch; what remains of its series is moved at image level.
[[nodiscard]] Decision decide(CandidateStudy study, const Rules& rules, const HeldInstances& known);

/// All instances of a study that were told of.
[[nodiscard]] std::vector<SopInstanceUid> all_instances(const CandidateStudy& study);

}  // namespace harvester::select

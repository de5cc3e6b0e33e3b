#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harvester/core/ledger.hpp"

/// What is worth fetching: pure functions over what study, series and image level answered. The least that yields the
/// dose is fetched; everything else is skipped with its reason.
///
/// A study belongs to a group of modalities (CT; MG; DX, CR and PX; RF and XA; NM and PT; SR alone), or to several:
/// then it is decided for each, and fetched is what any of them wants. Each group has its sources of dose in their
/// order (src/select/groups.cpp); the first that the study has is fetched. SRs of which the node does not say what they
/// are may be dose reports, or not: they are fetched beside the best other source.
namespace harvester::select {

/// Case-insensitive substrings with * and ?; exclude wins; an absent value passes; an empty include list passes all.
struct TextFilter {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

/// The kinds of sources a profile may put in an order of its own, or leave out.
enum class Preference { rdsr, enhanced_sr, philips_dose_info, toshiba_dose_screen, images };

/// What is fetched of a study without a dose report. `one_per_series` of CT is the Toshiba option: secondary captures
/// whole, of the other series the first image; of NM it is one image of the study. `dose_info_only` is nothing for
/// modalities other than CT.
enum class ImageRule { all, one_per_series, dose_info_only, none };

/// What of a study that came before is looked at again.
enum class SkipKnown {
  sop_instance,  ///< everything, and compared by SOP Instance UID
  study,         ///< nothing
  never          ///< everything, and fetched again
};

struct Rules {
  std::set<std::string> modalities{"CT"};  ///< wanted; "SR": studies of reports alone
  TextFilter study_description;
  TextFilter station_name;
  bool station_at_study_level = false;  ///< else at series level; never at both (node may give different names)
  TextFilter institution_name;
  bool image_level = true;         ///< the node answers image level
  bool empty_sr_is_report = true;  ///< an SR series that shows nothing at image level is fetched
  bool refetch = false;            ///< fetch what is held, too
  SkipKnown skip_known = SkipKnown::sop_instance;
  std::vector<Preference> prefer{Preference::rdsr, Preference::enhanced_sr, Preference::philips_dose_info,
                                 Preference::toshiba_dose_screen, Preference::images};
  std::map<std::string, ImageRule> images{{"CT", ImageRule::dose_info_only},
                                          {"MG", ImageRule::all},
                                          {"DX", ImageRule::all},
                                          {"CR", ImageRule::all},
                                          {"PX", ImageRule::all},
                                          {"NM", ImageRule::one_per_series},
                                          {"PT", ImageRule::one_per_series}};
  /// A series of which more than so many would be fetched is skipped as too_many_objects, all of it: the ledger says
  /// so, and nothing is fetched in part.
  int max_objects_per_series = 500;
};

/// Modalities that can be asked for, in capitals.
[[nodiscard]] const std::vector<std::string>& known_modalities();

/// Whether `text` passes the filter.
[[nodiscard]] bool passes(const TextFilter& filter, const std::string& text);

/// Study level alone: skip(...) where the answer suffices to skip it; undecided where the series must be asked for.
/// ModalitiesInStudy and SOPClassesInStudy that are empty say nothing.
[[nodiscard]] Verdict judge_study(const CandidateStudy& study, const Rules& rules);

/// Whether nothing of a study that came before is to be looked at: `known.study` is all that is read of `known`.
[[nodiscard]] bool leaves_known_study(const Rules& rules, const HeldInstances& known);

/// How much of a series is worth asking for at image level.
enum class Depth {
  first_image,  ///< any image of it will do, the first by preference
  few,          ///< all of it, unless it has more than kFew instances
  all
};

/// As many instances as a series of reports or dose screens has.
inline constexpr std::size_t kFew = 5;

struct Look {
  SeriesUid series;
  Depth depth = Depth::all;
  bool operator==(const Look&) const = default;
};

/// Which series must be asked at image level next, with what is known so far. Ask them, fill `instances`, set `asked`,
/// call again; empty: decide. Each call asks for more of a series than before, so a study ends after a few rounds.
[[nodiscard]] std::vector<Look> series_to_look_into(const CandidateStudy& study, const Rules& rules);

/// The SOP classes by which a node can be asked for all reports of a study at once.
[[nodiscard]] const std::vector<SopClassUid>& report_classes();

/// Whether a study of which only the reports are known (Asked::reports) can be decided by them: no group that it
/// belongs to would look at anything else.
[[nodiscard]] bool reports_suffice(const CandidateStudy& study, const Rules& rules);

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

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harvester/core/civil.hpp"
#include "harvester/core/ids.hpp"

/// What the ledger keeps: plain values between query, select, retrieve and the database.
namespace harvester {

/// Why something found is fetched or not. Closed list; the text form (to_string) is what the ledger and people see.
enum class Reason {
  none,
  // fetched
  dose_report,          ///< a series or instance with a dose report (X-Ray, radiopharmaceutical, enhanced X-ray)
  enhanced_sr,          ///< no dose report in the study, but an Enhanced SR
  unverified_sr,        ///< an SR series that shows nothing at image level, taken for a dose report
  philips_dose_info,    ///< a series described as 'dose info'
  toshiba_dose_screen,  ///< secondary captures, and the first image of each other series (the Toshiba option)
  images,               ///< no report in the study: the images themselves tell the dose
  small_series,         ///< the node describes no series; a small one may be the 'dose info'
  patient_dose_report,  ///< nothing but a Patient Radiation Dose SR
  // studies not fetched
  modality_not_wanted,
  date_outside_range,
  description_filtered,
  station_filtered,
  institution_filtered,
  not_sr_only,      ///< only studies of reports alone were asked for, and this one has more
  nothing_usable,   ///< nothing in the study yields a dose
  no_usable_sr,     ///< fluoroscopy without a report that could be used: its images tell no dose
  no_dose_classes,  ///< the SOP classes of the study, as the node told them, hold no dose; its series were not asked
                    ///< for
  empty_study,      ///< the node lists no series
  all_held,
  study_known,  ///< something of it came before, and the profile does not look further then (also of one series)
  // series and instances not fetched
  already_held,
  set_aside,               ///< came before, cannot be imported for what it holds, and is kept in quarantine
  not_a_dose_report,       ///< an SR of another kind
  better_source_in_study,  ///< the study has a source of higher rank
  images_not_needed,
  empty_sr_series,   ///< shows nothing at image level and the profile does not take it for a report
  too_many_objects,  ///< more is wanted of the series than the profile lets be fetched of one
  first_not_listed,  ///< one image would do, but the node lists none of the series
  other_modality,    ///< belongs to a modality that nobody asked for
  // failed
  query_failed
};

/// Stable text of a reason, e.g. "already_held".
[[nodiscard]] const char* to_string(Reason reason);

enum class Action { undecided, retrieve, skip, failed };

[[nodiscard]] const char* to_string(Action action);

struct Verdict {
  Action action = Action::undecided;
  Reason reason = Reason::none;
  bool operator==(const Verdict&) const = default;
};

struct CandidateInstance {
  SopInstanceUid uid;
  SopClassUid sop_class;  ///< empty where the node does not say
  std::optional<int> number;
  Verdict verdict;
};

/// How far a series was asked for at image level.
enum class Asked {
  no,
  reports,      ///< only for its reports: there may be others in it
  first_image,  ///< only for its first image
  part,         ///< it has more than was taken
  all
};

struct CandidateSeries {
  SeriesUid uid;
  std::string modality;
  std::string description;
  std::string station_name;
  std::optional<int> number;
  std::optional<int> instance_count;  ///< as the node says; a hint
  Asked asked = Asked::no;
  std::vector<CandidateInstance> instances;  ///< as far as asked
  Verdict verdict;
  std::string availability{};  ///< (0008,0056): ONLINE, NEARLINE, OFFLINE, UNAVAILABLE; empty where it is not told
};

/// A study as a node told of it. Dates and times in the node's civil time, as sent.
struct CandidateStudy {
  StudyUid uid;
  std::string date;
  std::string time;
  std::string accession_number;
  std::string description;
  std::string station_name;
  std::string institution_name;
  std::vector<std::string> modalities;     ///< ModalitiesInStudy; empty where the node does not say
  std::vector<SopClassUid> sop_classes{};  ///< SOPClassesInStudy; empty where it was not asked for or not told
  std::vector<CandidateSeries> series;
  Verdict verdict;
  std::string patient_id{};  ///< as sent; only where a node wants it in every question (Patient Root, quirk Q26)
};

/// What is known of instances that came in before, by any way.
struct HeldInstances {
  std::set<SopInstanceUid> held;  ///< processed, whatever came of it, unless it failed
  std::set<SopInstanceUid>
      set_aside;       ///< failed for what they hold, and their file is kept: the same bytes would fail again
  bool study = false;  ///< something of the study came in before and did not fail
  std::map<SeriesUid, std::int64_t> in_series{};  ///< held of each series, where that was asked for
};

enum class MoveLevel { series, image, study };

/// One retrieve operation that a decided study needs.
struct PlannedRequest {
  SeriesUid series;
  MoveLevel level = MoveLevel::series;
  bool contents_known = true;  ///< false: the node lists nothing; what arrives of the series is credited
  std::vector<SopInstanceUid> instances{};
  bool parked = false;  ///< the node has it elsewhere: last, and once (quirks Q39, Q40)
};

/// A slice of a harvest that is queried at once. Times are given only inside one date. A window for one accession
/// number or one study asks for just that, whatever its date and modality.
struct QueryWindow {
  std::string modality{};  ///< empty: all; several: joined by backslashes
  CivilDate from{};
  CivilDate until{};
  std::optional<CivilTime> time_from{};
  std::optional<CivilTime> time_until{};
  std::string accession_number{};
  StudyUid study{};
  bool operator==(const QueryWindow&) const = default;

  [[nodiscard]] bool names_study() const { return !accession_number.empty() || !study.empty(); }
};

enum class WindowState {
  pending,
  verified,
  split,   ///< its pieces are asked instead
  capped,  ///< at the floor of splitting, and there may be more
  failed,
  not_needed,  ///< another window covers it
  not_found    ///< asked for one accession number or study: the node has none
};

[[nodiscard]] const char* to_string(WindowState state);
[[nodiscard]] std::optional<WindowState> window_state(std::string_view text);

enum class HarvestState { running, interrupted, complete, incomplete, failed, cancelled };

[[nodiscard]] const char* to_string(HarvestState state);
[[nodiscard]] std::optional<HarvestState> harvest_state(std::string_view text);

/// What interrupted a harvest; it decides who goes on with it, and when.
enum class StoppedBy {
  nobody,
  process,   ///< the process ended: the next one goes on at once
  person,    ///< stopped or paused by hand: goes on by hand
  hours,     ///< the node's allowed hours are over: goes on when they begin
  duration,  ///< the time given for this run is over: goes on by hand, or with the next harvest of the same
  node,      ///< the node does not answer: goes on after a pause
  storage    ///< our disk: goes on after a pause
};

[[nodiscard]] const char* to_string(StoppedBy by);
[[nodiscard]] std::optional<StoppedBy> stopped_by(std::string_view text);

enum class ExpectedState { expected, received, imported, ignored, failed, missing };

[[nodiscard]] const char* to_string(ExpectedState state);

/// What a C-MOVE came to, as the node said it; an absent count is absent, not 0 (PS3.4 C.4.2.1.6-9).
struct MoveCounts {
  std::optional<int> remaining, completed, failed, warning;
};

/// The one line a harvest ends with, in numbers: wanted instances and skipped studies.
struct HarvestSummary {
  std::int64_t studies = 0;  ///< candidate studies
  std::int64_t held = 0;     ///< wanted instances that were there already
  std::int64_t fetched = 0;  ///< imported or ignored after arrival, or waiting for import
  std::int64_t missing = 0;
  std::int64_t failed = 0;          ///< in the import; also those that were set aside before
  std::int64_t open = 0;            ///< expected, not yet decided
  std::int64_t studies_failed = 0;  ///< studies whose questions failed
  std::int64_t studies_undecided = 0;
  std::int64_t windows_not_verified = 0;
  std::int64_t not_found = 0;  ///< accession numbers or studies asked for by name that the node does not have
  std::map<std::string, std::int64_t> studies_by_verdict;  ///< "skip(nothing_usable)" → count
  std::map<std::string, std::int64_t> series_by_verdict;
  std::map<std::string, std::int64_t> fetched_by_outcome;  ///< "imported", "ignored(not_dose)"

  [[nodiscard]] std::int64_t found() const { return held + fetched + missing + failed + open; }
};

}  // namespace harvester

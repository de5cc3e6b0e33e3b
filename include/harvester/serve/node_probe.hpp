#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/core/civil.hpp"
#include "harvester/core/result.hpp"
#include "harvester/dicom/session.hpp"

/// `node probe`: finds out by few and gentle questions what a node supports, and writes it down as a profile.
namespace harvester::serve {

/// What the answers prove; `unknown` where they prove nothing.
enum class Seen { unknown, no, yes };

/// What was found out of a node. No patient data.
struct Findings {
  // presentation contexts
  bool find_study_root = false, find_patient_root = false;
  bool move_study_root = false, move_patient_root = false;
  bool get_study_root = false, get_patient_root = false;
  int associations = 0;            ///< that were open at once, at most kMostAssociations were tried
  bool association_limit = false;  ///< one more was refused
  // study level
  std::size_t studies = 0;  ///< that the rest was found out with
  int look_back_days = 0;   ///< in how many days they were found
  bool study_query_refused = false;
  Seen modalities_returned = Seen::unknown;   ///< ModalitiesInStudy in the answers
  Seen modalities_several = Seen::unknown;    ///< … with all modalities of a study, not one
  Seen modalities_matched = Seen::unknown;    ///< … as a key
  bool modalities_answer_nothing = false;     ///< a query with that key brings nothing at all (quirk Q1)
  Seen modality_at_study = Seen::unknown;     ///< Modality as a key of a study query is matched (quirk Q1)
  Seen modality_lists = Seen::unknown;        ///< CT\MG finds both (quirk Q4)
  Seen sop_classes_in_study = Seen::unknown;  ///< told, and held against the image level
  // below it
  Seen series_described = Seen::unknown;
  Seen availability = Seen::unknown;
  Seen image_level = Seen::unknown;
  Seen sop_class_at_image = Seen::unknown;
  Seen empty_sr = Seen::unknown;  ///< SR series show nothing at image level (quirk Q12)
  Seen relational = Seen::unknown;
  int requests = 0;  ///< questions and associations that all this took
  bool operator==(const Findings&) const = default;
};

inline constexpr int kMostAssociations = 4;

/// One finding for people. `key`: what it decides in the profile; empty: nothing.
struct Finding {
  std::string key;
  std::string text;
};

/// Everything that was found, in the order of the profile. Pure.
[[nodiscard]] std::vector<Finding> in_words(const Findings& findings);

/// The profile with what was found; what is not proved gets the safe default. Pure.
[[nodiscard]] config::Profile profile_from(const Findings& findings, config::Profile base);

/// A new profile as YAML, each finding beside its key. Pure.
[[nodiscard]] std::string profile_text(const Findings& findings, const config::Profile& base, CivilDate today);

/// A profile that was there before with what was found: all its settings, the findings above them. Pure.
[[nodiscard]] std::string renewed_text(const Findings& findings, const config::Profile& base, CivilDate today);

struct ProbeOptions {
  dicom::Peer peer;
  dicom::ScuOptions scu;
  int requests_per_minute = 120;
  CivilDate today{};
};

/// Asks the node, some 40 requests at most. Errors: those of the first association, `refused` where the node offers no
/// query, `cancelled`; what fails later is a finding.
Result<Findings> probe(const ProbeOptions& options, std::stop_token stop);

}  // namespace harvester::serve

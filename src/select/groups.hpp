#pragma once

#include <string_view>
#include <vector>

#include "harvester/select/select.hpp"

/// The groups of modalities and their sources of dose, in order: the one table of the selection.
namespace harvester::select {

enum class Source {
  dose_report,                 ///< X-Ray Radiation Dose SR, Enhanced X-Ray Radiation Dose SR
  radiopharmaceutical_report,  ///< Radiopharmaceutical Radiation Dose SR
  enhanced_sr,
  patient_dose_report,  ///< Patient Radiation Dose SR
  dose_info,            ///< a series described as 'dose info'
  ct_images,            ///< the Toshiba option, or whole CT series if the profile says so
  mammograms,
  radiographs,
  pet_images,
  nm_images,
  hidden_report,  ///< only looked for: a report under the modality of the images (quirk Q16)
  small_series    ///< where nothing is described: what is small enough to be the dose info
};

/// Sources that are fetched together.
using Step = std::vector<Source>;

struct Group {
  std::vector<std::string_view> modalities;
  std::vector<Step> steps;        ///< in order, as far as the profile's `prefer` does not change it
  std::vector<Step> last_resort;  ///< then, always in this order
  Reason without;                 ///< why a study of this group is skipped that has none of them
};

[[nodiscard]] const std::vector<Group>& groups();

/// The group of studies of reports alone.
[[nodiscard]] bool is_sr_only(const Group& group);

/// The steps of a group under these rules: those that are preferred, in the order of preference, then the last resort.
[[nodiscard]] std::vector<Step> steps_of(const Group& group, const Rules& rules);

/// The groups a study belongs to of which a wanted modality is in the study; all wanted ones where nothing is known.
[[nodiscard]] std::vector<const Group*> groups_of(const CandidateStudy& study, const Rules& rules);

/// Modalities of the images that are a source; none for other sources.
[[nodiscard]] std::vector<std::string_view> image_modalities(Source source);

[[nodiscard]] ImageRule image_rule(std::string_view modality, const Rules& rules);

[[nodiscard]] bool prefers(const Rules& rules, Preference preference);

}  // namespace harvester::select

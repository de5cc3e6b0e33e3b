#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace harvester {

/// How the import of one object ended.
enum class IntakeState { imported, ignored, failed };

/// Why an object was ignored or failed (closed list; the name stands in the inbox).
enum class IntakeReason {
  none,                    ///< imported
  duplicate,               ///< ignored: this SOP Instance UID is already imported, with the same bytes or unknown ones
  duplicate_changed,       ///< ignored: the same SOP Instance UID with other bytes
  not_dose,                ///< ignored: a DICOM object of a kind that holds no dose
  no_dose_report_content,  ///< ignored: an SR whose root concept is no dose report
  series_known,            ///< ignored: another image of its series is imported and tells the same dose
  no_readable_dose,        ///< ignored: of a kind that may tell dose, but only as a picture or not at all
  not_supported_yet,       ///< ignored: a kind that holds dose but has no extractor yet
  node_test,               ///< ignored: sent by `node test`
  empty_report,            ///< failed: a dose report without any content item
  missing_uid,             ///< failed: no SOP Instance UID or no Study Instance UID
  not_dicom,               ///< failed: no DICOM file
  truncated,               ///< failed: the data set ends inside an element
  too_deep,                ///< failed: sequences nested deeper than allowed
  too_large,               ///< failed: header or inflated data set above its ceiling
  unreadable,              ///< failed: cannot be opened, inflated or parsed
  killed_worker,           ///< failed: importing it ended the importing process twice
  dropped,                 ///< failed, and dropped from quarantine by hand: not fetched again unless asked to
  storage                  ///< failed: database or disk
};

[[nodiscard]] std::string_view to_string(IntakeState state);
[[nodiscard]] std::string_view to_string(IntakeReason reason);

[[nodiscard]] std::optional<IntakeState> intake_state_of(std::string_view name);
[[nodiscard]] std::optional<IntakeReason> intake_reason_of(std::string_view name);

/// What the reason means for the inbox row: imported, ignored or failed.
[[nodiscard]] IntakeState state_of(IntakeReason reason);

[[nodiscard]] const std::vector<IntakeReason>& all_intake_reasons();

}  // namespace harvester

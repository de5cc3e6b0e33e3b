#pragma once

#include <optional>
#include <string_view>

namespace harvester {

/// What can be odd in a dose report that is imported all the same (closed list).
enum class DoseWarning {
  unit_not_understood,  ///< the value is left out; raw value and unit are kept
  value_not_a_number,   ///< the value is left out; the raw value is kept
  value_not_a_date,     ///< date, time or date-time left out
  several_items,        ///< a concept that may stand once stands several times with different values: the first counts
  text_guessed,         ///< character set undeclared, unknown or not obeyed: text was guessed
  text_damaged,         ///< bytes that no character set explains, kept as U+FFFD
  duplicate_event,      ///< the same irradiation event twice in one report: counted once
  event_uid_reused,     ///< different irradiation events with one UID: both kept
  event_without_uid,    ///< keyed by start, type and position instead
  template_missing,     ///< no or an unknown content template: told by the content
  study_date_missing,   ///< taken from the content or series date, or 1900-01-01
  study_time_missing,   ///< taken from the content or series time, or midnight
  accumulated_data_missing,  ///< no accumulated dose data: totals come from the events
  item_too_deep              ///< content items below the depth limit were left out
};

[[nodiscard]] std::string_view to_string(DoseWarning warning);
[[nodiscard]] std::optional<DoseWarning> dose_warning_of(std::string_view name);

}  // namespace harvester

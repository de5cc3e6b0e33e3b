#include "harvester/core/ledger.hpp"

#include <array>

namespace harvester {

const char* to_string(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "";
    case Reason::dose_report:
      return "dose_report";
    case Reason::enhanced_sr:
      return "enhanced_sr";
    case Reason::patient_dose_report:
      return "patient_dose_report";
    case Reason::philips_dose_info:
      return "philips_dose_info";
    case Reason::toshiba_dose_screen:
      return "toshiba_dose_screen";
    case Reason::images:
      return "images";
    case Reason::small_series:
      return "small_series";
    case Reason::unverified_sr:
      return "unverified_sr";
    case Reason::modality_not_wanted:
      return "modality_not_wanted";
    case Reason::date_outside_range:
      return "date_outside_range";
    case Reason::description_filtered:
      return "description_filtered";
    case Reason::station_filtered:
      return "station_filtered";
    case Reason::institution_filtered:
      return "institution_filtered";
    case Reason::not_sr_only:
      return "not_sr_only";
    case Reason::nothing_usable:
      return "nothing_usable";
    case Reason::no_usable_sr:
      return "no_usable_sr";
    case Reason::no_dose_classes:
      return "no_dose_classes";
    case Reason::empty_study:
      return "empty_study";
    case Reason::all_held:
      return "all_held";
    case Reason::study_known:
      return "study_known";
    case Reason::already_held:
      return "already_held";
    case Reason::set_aside:
      return "set_aside";
    case Reason::not_a_dose_report:
      return "not_a_dose_report";
    case Reason::better_source_in_study:
      return "better_source_in_study";
    case Reason::images_not_needed:
      return "images_not_needed";
    case Reason::empty_sr_series:
      return "empty_sr_series";
    case Reason::too_many_objects:
      return "too_many_objects";
    case Reason::first_not_listed:
      return "first_not_listed";
    case Reason::other_modality:
      return "other_modality";
    case Reason::query_failed:
      return "query_failed";
  }
  return "";
}

const char* to_string(Action action) {
  switch (action) {
    case Action::undecided:
      return "undecided";
    case Action::retrieve:
      return "retrieve";
    case Action::skip:
      return "skip";
    case Action::failed:
      return "failed";
  }
  return "";
}

const char* to_string(WindowState state) {
  switch (state) {
    case WindowState::pending:
      return "pending";
    case WindowState::verified:
      return "verified";
    case WindowState::split:
      return "split";
    case WindowState::capped:
      return "capped";
    case WindowState::failed:
      return "failed";
    case WindowState::not_needed:
      return "not_needed";
    case WindowState::not_found:
      return "not_found";
  }
  return "";
}

std::optional<WindowState> window_state(std::string_view text) {
  static constexpr std::array kAll{WindowState::pending,  WindowState::verified, WindowState::split,
                                   WindowState::capped,   WindowState::failed,   WindowState::not_needed,
                                   WindowState::not_found};
  for (const auto state : kAll)
    if (text == to_string(state)) return state;
  return std::nullopt;
}

const char* to_string(HarvestState state) {
  switch (state) {
    case HarvestState::running:
      return "running";
    case HarvestState::interrupted:
      return "interrupted";
    case HarvestState::complete:
      return "complete";
    case HarvestState::incomplete:
      return "incomplete";
    case HarvestState::failed:
      return "failed";
    case HarvestState::cancelled:
      return "cancelled";
  }
  return "";
}

std::optional<HarvestState> harvest_state(std::string_view text) {
  static constexpr std::array kAll{HarvestState::running,    HarvestState::interrupted, HarvestState::complete,
                                   HarvestState::incomplete, HarvestState::failed,      HarvestState::cancelled};
  for (const auto state : kAll)
    if (text == to_string(state)) return state;
  return std::nullopt;
}

const char* to_string(StoppedBy by) {
  switch (by) {
    case StoppedBy::nobody:
      return "";
    case StoppedBy::process:
      return "process";
    case StoppedBy::person:
      return "person";
    case StoppedBy::hours:
      return "hours";
    case StoppedBy::duration:
      return "duration";
    case StoppedBy::node:
      return "node";
    case StoppedBy::storage:
      return "storage";
  }
  return "";
}

std::optional<StoppedBy> stopped_by(std::string_view text) {
  static constexpr std::array kAll{StoppedBy::nobody,   StoppedBy::process, StoppedBy::person, StoppedBy::hours,
                                   StoppedBy::duration, StoppedBy::node,    StoppedBy::storage};
  for (const auto by : kAll)
    if (text == to_string(by)) return by;
  return std::nullopt;
}

const char* to_string(ExpectedState state) {
  switch (state) {
    case ExpectedState::expected:
      return "expected";
    case ExpectedState::received:
      return "received";
    case ExpectedState::imported:
      return "imported";
    case ExpectedState::ignored:
      return "ignored";
    case ExpectedState::failed:
      return "failed";
    case ExpectedState::missing:
      return "missing";
  }
  return "";
}

}  // namespace harvester

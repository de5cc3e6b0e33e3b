#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "harvester/core/dose_warning.hpp"
#include "harvester/core/intake_reason.hpp"
#include "harvester/core/object_kind.hpp"

namespace harvester {
namespace {

using enum ObjectKind;

constexpr std::array kKindNames{
    std::pair{ct_rdsr, std::string_view("ct_rdsr")},
    std::pair{projection_rdsr, std::string_view("projection_rdsr")},
    std::pair{mammography_rdsr, std::string_view("mammography_rdsr")},
    std::pair{radiopharmaceutical_rdsr, std::string_view("radiopharmaceutical_rdsr")},
    std::pair{patient_dose_sr, std::string_view("patient_dose_sr")},
    std::pair{enhanced_sr, std::string_view("enhanced_sr")},
    std::pair{arcadis_summary, std::string_view("arcadis_summary")},
    std::pair{other_sr, std::string_view("other_sr")},
    std::pair{mg_image, std::string_view("mg_image")},
    std::pair{dx_image, std::string_view("dx_image")},
    std::pair{cr_image, std::string_view("cr_image")},
    std::pair{px_image, std::string_view("px_image")},
    std::pair{enhanced_ct, std::string_view("enhanced_ct")},
    std::pair{enhanced_xa, std::string_view("enhanced_xa")},
    std::pair{ct_dose_info, std::string_view("ct_dose_info")},
    std::pair{toshiba_ct, std::string_view("toshiba_ct")},
    std::pair{pet_image, std::string_view("pet_image")},
    std::pair{nm_image, std::string_view("nm_image")},
    std::pair{other, std::string_view("other")},
    std::pair{not_dicom, std::string_view("not_dicom")},
};

constexpr std::array kStateNames{
    std::pair{IntakeState::imported, std::string_view("imported")},
    std::pair{IntakeState::ignored, std::string_view("ignored")},
    std::pair{IntakeState::failed, std::string_view("failed")},
};

constexpr std::array kReasonNames{
    std::pair{IntakeReason::none, std::string_view("none")},
    std::pair{IntakeReason::duplicate, std::string_view("duplicate")},
    std::pair{IntakeReason::duplicate_changed, std::string_view("duplicate_changed")},
    std::pair{IntakeReason::not_dose, std::string_view("not_dose")},
    std::pair{IntakeReason::no_dose_report_content, std::string_view("no_dose_report_content")},
    std::pair{IntakeReason::series_known, std::string_view("series_known")},
    std::pair{IntakeReason::no_readable_dose, std::string_view("no_readable_dose")},
    std::pair{IntakeReason::not_supported_yet, std::string_view("not_supported_yet")},
    std::pair{IntakeReason::node_test, std::string_view("node_test")},
    std::pair{IntakeReason::empty_report, std::string_view("empty_report")},
    std::pair{IntakeReason::missing_uid, std::string_view("missing_uid")},
    std::pair{IntakeReason::not_dicom, std::string_view("not_dicom")},
    std::pair{IntakeReason::truncated, std::string_view("truncated")},
    std::pair{IntakeReason::too_deep, std::string_view("too_deep")},
    std::pair{IntakeReason::too_large, std::string_view("too_large")},
    std::pair{IntakeReason::unreadable, std::string_view("unreadable")},
    std::pair{IntakeReason::killed_worker, std::string_view("killed_worker")},
    std::pair{IntakeReason::dropped, std::string_view("dropped")},
    std::pair{IntakeReason::storage, std::string_view("storage")},
};

constexpr std::array kWarningNames{
    std::pair{DoseWarning::unit_not_understood, std::string_view("unit_not_understood")},
    std::pair{DoseWarning::value_not_a_number, std::string_view("value_not_a_number")},
    std::pair{DoseWarning::value_not_a_date, std::string_view("value_not_a_date")},
    std::pair{DoseWarning::several_items, std::string_view("several_items")},
    std::pair{DoseWarning::text_guessed, std::string_view("text_guessed")},
    std::pair{DoseWarning::text_damaged, std::string_view("text_damaged")},
    std::pair{DoseWarning::duplicate_event, std::string_view("duplicate_event")},
    std::pair{DoseWarning::event_uid_reused, std::string_view("event_uid_reused")},
    std::pair{DoseWarning::event_without_uid, std::string_view("event_without_uid")},
    std::pair{DoseWarning::template_missing, std::string_view("template_missing")},
    std::pair{DoseWarning::study_date_missing, std::string_view("study_date_missing")},
    std::pair{DoseWarning::study_time_missing, std::string_view("study_time_missing")},
    std::pair{DoseWarning::accumulated_data_missing, std::string_view("accumulated_data_missing")},
    std::pair{DoseWarning::item_too_deep, std::string_view("item_too_deep")},
};

template <class Table, class Key>
std::string_view name_in(const Table& table, Key key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == key; });
  return found == table.end() ? std::string_view("unknown") : found->second;
}

template <class Table>
using KeyOf = std::remove_cvref_t<decltype(std::declval<Table>()[0].first)>;

template <class Table>
std::optional<KeyOf<Table>> key_in(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.second == name; });
  if (found == table.end()) return std::nullopt;
  return found->first;
}

template <class Table>
auto keys_of(const Table& table) {
  std::vector<KeyOf<Table>> keys;
  for (const auto& row : table) keys.push_back(row.first);
  return keys;
}

}  // namespace

std::string_view to_string(ObjectKind kind) { return name_in(kKindNames, kind); }
std::string_view to_string(IntakeState state) { return name_in(kStateNames, state); }
std::string_view to_string(IntakeReason reason) { return name_in(kReasonNames, reason); }

std::string_view to_string(DoseWarning warning) { return name_in(kWarningNames, warning); }

std::optional<ObjectKind> object_kind_of(std::string_view name) { return key_in(kKindNames, name); }
std::optional<IntakeState> intake_state_of(std::string_view name) { return key_in(kStateNames, name); }
std::optional<IntakeReason> intake_reason_of(std::string_view name) { return key_in(kReasonNames, name); }

std::optional<DoseWarning> dose_warning_of(std::string_view name) { return key_in(kWarningNames, name); }

const std::vector<ObjectKind>& all_object_kinds() {
  static const auto kinds = keys_of(kKindNames);
  return kinds;
}

const std::vector<IntakeReason>& all_intake_reasons() {
  static const auto reasons = keys_of(kReasonNames);
  return reasons;
}

IntakeState state_of(IntakeReason reason) {
  switch (reason) {
    case IntakeReason::none:
      return IntakeState::imported;
    case IntakeReason::duplicate:
    case IntakeReason::duplicate_changed:
    case IntakeReason::not_dose:
    case IntakeReason::no_dose_report_content:
    case IntakeReason::series_known:
    case IntakeReason::no_readable_dose:
    case IntakeReason::not_supported_yet:
    case IntakeReason::node_test:
      return IntakeState::ignored;
    default:
      return IntakeState::failed;
  }
}

}  // namespace harvester

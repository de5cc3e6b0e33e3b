#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace harvester {

/// What intake makes of an object (the closed list of the vocabulary). `to_string` gives the name that stands in the
/// database, in exports and in `keep:`.
enum class ObjectKind {
  ct_rdsr,
  projection_rdsr,
  mammography_rdsr,
  radiopharmaceutical_rdsr,
  patient_dose_sr,
  enhanced_sr,
  arcadis_summary,
  other_sr,
  mg_image,
  dx_image,
  cr_image,
  px_image,
  enhanced_ct,
  enhanced_xa,
  ct_dose_info,
  toshiba_ct,
  pet_image,
  nm_image,
  other,
  not_dicom
};

[[nodiscard]] std::string_view to_string(ObjectKind kind);

/// The kind of that name; nothing for an unknown name.
[[nodiscard]] std::optional<ObjectKind> object_kind_of(std::string_view name);

/// Every kind, in the order of the list.
[[nodiscard]] const std::vector<ObjectKind>& all_object_kinds();

}  // namespace harvester

#include "harvester/extract/extractor_table.hpp"

#include <algorithm>
#include <array>

namespace harvester::extract {
namespace {

struct Row {
  ObjectKind kind;
  Extractor extractor;
};

// One row for each kind that is read. A new extractor is a new row, and nothing registers itself.
constexpr std::array kTable{
    Row{ObjectKind::ct_rdsr, &extract_ct_report},
    Row{ObjectKind::projection_rdsr, &extract_projection_report},
    Row{ObjectKind::mammography_rdsr, &extract_mammography_report},
    Row{ObjectKind::patient_dose_sr, &extract_patient_report},
    Row{ObjectKind::arcadis_summary, &extract_arcadis_summary},
    Row{ObjectKind::radiopharmaceutical_rdsr, &extract_radiopharmaceutical_report},
    Row{ObjectKind::mg_image, &extract_mg_image},
    Row{ObjectKind::dx_image, &extract_dx_image},
    Row{ObjectKind::cr_image, &extract_cr_image},
    Row{ObjectKind::px_image, &extract_px_image},
    Row{ObjectKind::enhanced_ct, &extract_enhanced_ct},
    Row{ObjectKind::enhanced_xa, &extract_enhanced_xa},
    Row{ObjectKind::toshiba_ct, &extract_toshiba_ct},
    Row{ObjectKind::ct_dose_info, &extract_ct_dose_info},
    Row{ObjectKind::pet_image, &extract_pet_image},
    Row{ObjectKind::nm_image, &extract_nm_image},
};

}  // namespace

Extractor extractor_for(ObjectKind kind) {
  const auto row = std::find_if(kTable.begin(), kTable.end(), [&](const Row& r) { return r.kind == kind; });
  return row == kTable.end() ? nullptr : row->extractor;
}

bool holds_dose(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::other:
    case ObjectKind::other_sr:
    case ObjectKind::enhanced_sr:  // an Enhanced SR that is a dose report has the kind of its content
    case ObjectKind::not_dicom:
      return false;
    default:
      return true;
  }
}

}  // namespace harvester::extract

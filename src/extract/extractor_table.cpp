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

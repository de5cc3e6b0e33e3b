#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "dose_report.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/item_reader.hpp"

// The Radiation Summary of Siemens Arcadis C-arms: an Enhanced SR with the totals of one examination below its root.
// Its codes are the maker's own. Which of them mean what is known of five; the others are kept as unmapped.

namespace harvester::extract {
namespace {

constexpr std::string_view kScheme = "99SMS_RADSUM";
constexpr Concept kExposures{{"C-200"}, "Total Number of Radiographic Frames", kScheme};
constexpr Concept kFluoroTime{{"C-202"}, "Total Fluoro Time", kScheme};
constexpr Concept kAreaProduct{{"C-204"}, "Dose Area Product Total", kScheme};
constexpr Concept kStart{{"C-206"}, "Start of Examination", kScheme};
constexpr Concept kEnd{{"C-208"}, "End of Examination", kScheme};

/// Where no unit is told it is Gy.cm2, unlike in the templates of the standard.
MaybeNumber area_product_of(const ContentItem& root, const ItemReader& reader) {
  const auto value = reader.number(root, kAreaProduct, Quantity::dose_area);
  const auto* item = reader.first(root, kAreaProduct, {ValueType::num});
  const bool has_unit = item != nullptr && item->measured && !trimmed(item->measured->unit).empty();
  return value && !has_unit ? MaybeNumber(*value / 1e4) : value;
}

XrayAccumulated totals_of(const ContentItem& root, const ItemReader& reader) {
  XrayAccumulated row;
  row.acquisition_plane = Code{"113622", "DCM", "Single Plane"};
  row.total_number_of_radiographic_frames = reader.count(root, kExposures);
  row.total_fluoro_time = reader.number(root, kFluoroTime, Quantity::time_s);
  row.dose_area_product_total = area_product_of(root, reader);
  if (!row.total_number_of_radiographic_frames && !row.total_fluoro_time && !row.dose_area_product_total)
    reader.warn(DoseWarning::accumulated_data_missing, root);
  return row;
}

}  // namespace

Result<DoseRecord> extract_arcadis_summary(DcmDataset& dataset, const ExtractOptions& options) {
  auto report = open_report(dataset, options, ObjectKind::arcadis_summary);
  if (!report) return report.error();
  auto& record = report->record;
  const ItemReader reader(record.warnings);
  record.report.modality_type = "RF";
  record.report.start_of_examination = reader.datetime(report->root, kStart);
  record.report.end_of_examination = reader.datetime(report->root, kEnd);
  record.xray_accumulated.push_back(totals_of(report->root, reader));
  return close_report(std::move(*report));
}

}  // namespace harvester::extract

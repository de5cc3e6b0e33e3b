#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <set>

#include "concepts.hpp"
#include "ct_event.hpp"
#include "dose_report.hpp"
#include "harvester/core/dose_resolution.hpp"
#include "harvester/extract/extractor_table.hpp"

namespace harvester::extract {
namespace {

using namespace concepts;

CtAccumulated accumulated_of(const ContentItem& item, const ItemReader& reader) {
  CtAccumulated row;
  row.region = "study";
  row.total_number_of_irradiation_events = reader.count(item, kTotalEvents);
  row.ct_dose_length_product_total = reader.number(item, kDlpTotal, Quantity::dlp);
  if (const auto* total = reader.first(item, kDlpTotal)) row.ctdiw_phantom_type = reader.code(*total, kPhantomType);
  if (!row.ctdiw_phantom_type) row.ctdiw_phantom_type = reader.code(item, kPhantomType);
  row.ct_effective_dose_total = reader.number(item, kEffectiveDoseTotal, Quantity::effective_dose);
  row.comment = reader.text(item, kComment);
  return row;
}

void read_accumulated(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  for (const auto* item : reader.containers(root, kCtAccumulated))
    record.ct_accumulated.push_back(accumulated_of(*item, reader));
  if (record.ct_accumulated.empty()) reader.warn(DoseWarning::accumulated_data_missing, root);
}

void read_events(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  for (const auto* item : reader.containers(root, kCtAcquisition)) record.ct_events.push_back(ct_event(*item, reader));
  if (drop_repeated_events(record.ct_events) > 0) reader.warn(DoseWarning::duplicate_event, root);
  std::set<std::string> uids;
  for (const auto& event : record.ct_events) {
    if (!event.irradiation_event_uid)
      reader.warn(DoseWarning::event_without_uid, root);
    else if (!uids.insert(*event.irradiation_event_uid).second)
      reader.warn(DoseWarning::event_uid_reused, root, event.irradiation_event_uid);
  }
}

}  // namespace

Result<DoseRecord> extract_ct_report(DcmDataset& dataset, const ExtractOptions& options) {
  auto report = open_report(dataset, options, ObjectKind::ct_rdsr);
  if (!report) return report.error();
  report->record.report.modality_type = "CT";
  const ItemReader reader(report->record.warnings);
  read_accumulated(report->root, reader, report->record);
  read_events(report->root, reader, report->record);
  return close_report(std::move(*report));
}

}  // namespace harvester::extract

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "concepts.hpp"
#include "ct_event.hpp"
#include "dose_report.hpp"
#include "enhanced_report.hpp"
#include "harvester/extract/extractor_table.hpp"

namespace harvester::extract {
namespace {

using namespace concepts;

void read_accumulated(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  for (const auto* item : reader.containers(root, kCtAccumulated))
    record.ct_accumulated.push_back(ct_accumulated(*item, reader));
  if (record.ct_accumulated.empty()) reader.warn(DoseWarning::accumulated_data_missing, root);
}

void read_events(const ContentItem& root, const ItemReader& reader, DoseRecord& record) {
  for (const auto* item : reader.containers(root, kCtAcquisition)) record.ct_events.push_back(ct_event(*item, reader));
  check_events(record.ct_events, reader, root);
}

}  // namespace

Result<DoseRecord> extract_ct_report(DcmDataset& dataset, const ExtractOptions& options) {
  auto report = open_report(dataset, options, ObjectKind::ct_rdsr);
  if (!report) return report.error();
  if (is_enhanced(report->root)) return enhanced_record(std::move(*report), ObjectKind::ct_rdsr);
  report->record.report.modality_type = "CT";
  const ItemReader reader(report->record.warnings);
  read_accumulated(report->root, reader, report->record);
  read_events(report->root, reader, report->record);
  return close_report(std::move(*report));
}

}  // namespace harvester::extract

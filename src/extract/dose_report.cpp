#include "dose_report.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <set>

#include "harvester/core/dose_resolution.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/report_header.hpp"

namespace harvester::extract {
namespace {

void read_completion(DcmDataset& dataset, DoseReport& report) {
  const auto flag = [&](const DcmTagKey& tag) -> MaybeText {
    auto value = repaired_utf8(raw_value(dataset, tag));
    if (value.empty()) return std::nullopt;
    return value;
  };
  report.completion_flag = flag(DCM_CompletionFlag);
  report.verification_flag = flag(DCM_VerificationFlag);
}

template <class Event>
void check(std::vector<Event>& events, const ItemReader& reader, const ContentItem& root) {
  if (drop_repeated_events(events) > 0) reader.warn(DoseWarning::duplicate_event, root);
  std::set<std::string> uids;
  for (const auto& event : events) {
    if (!event.irradiation_event_uid)
      reader.warn(DoseWarning::event_without_uid, root);
    else if (!uids.insert(*event.irradiation_event_uid).second)
      reader.warn(DoseWarning::event_uid_reused, root, event.irradiation_event_uid);
  }
}

}  // namespace

void check_events(std::vector<CtEvent>& events, const ItemReader& reader, const ContentItem& root) {
  check(events, reader, root);
}

void check_events(std::vector<XrayEvent>& events, const ItemReader& reader, const ContentItem& root) {
  check(events, reader, root);
}

Result<OpenReport> open_report(DcmDataset& dataset, const ExtractOptions& options, ObjectKind kind) {
  const TextDecoder decoder(raw_value(dataset, DCM_SpecificCharacterSet), options.undeclared_charset);
  OpenReport report;
  auto& record = report.record;
  read_object_header(DatasetReader(dataset, decoder, record.warnings), record);
  record.report.object_kind = kind;
  read_completion(dataset, record.report);
  report.root = read_content(dataset, decoder, record.warnings);
  if (report.root.children.empty()) return Error{ErrorKind::bad_data, "the dose report has no content items"};
  const ItemReader reader(record.warnings);
  if (!report.root.template_identifier) reader.warn(DoseWarning::template_missing, report.root);
  read_report_level(report.root, reader, record);
  return report;
}

DoseRecord close_report(OpenReport report) {
  report.record.unmapped = unmapped_items(report.root);
  condense(report.record.warnings);
  return std::move(report.record);
}

}  // namespace harvester::extract

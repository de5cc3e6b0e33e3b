#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>

#include "ct_dose_info.hpp"
#include "ct_scan.hpp"
#include "flat_header.hpp"
#include "harvester/core/sop_classes.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "harvester/extract/item_reader.hpp"
#include "harvester/extract/report_header.hpp"
#include "image_terms.hpp"
#include "vendor_repairs.hpp"

// Dose of CT images (PS3.3 C.8.2.1 and C.8.15.3): one scan each. Several series may show one scan; which of their
// images counts is decided where all of them are known.

namespace harvester::extract {
namespace {

/// The number of the acquisition, as label of the event (PS3.16 CID 10022).
void read_number(const DatasetReader& reader, CtEvent& event) {
  for (const auto& tag : {DCM_AcquisitionNumber, DCM_FrameAcquisitionNumber})
    if (const auto number = reader.number(tag); number && std::abs(*number) < 1e9 && !event.irradiation_event_label)
      event.irradiation_event_label = std::to_string(static_cast<std::int64_t>(*number));
  if (event.irradiation_event_label) event.irradiation_event_label_type = Code{"113608", "DCM", "Acquisition Number"};
}

CtEvent event_of(const DatasetReader& reader) {
  auto event = scan_of(reader);
  read_number(reader, event);
  event.date_time_started = acquired_at(reader);
  event.acquisition_protocol = reader.text(DCM_ProtocolName);
  event.frame_of_reference_uid = reader.text(DCM_FrameOfReferenceUID);
  event.target_region = reader.code(DCM_AnatomicRegionSequence);
  const auto type = reader.values(DCM_ImageType);
  if (!event.ct_acquisition_type && std::find(type.begin(), type.end(), "LOCALIZER") != type.end())
    event.ct_acquisition_type = scan_type_of("CONSTANT_ANGLE");
  if (const auto part = reader.text(DCM_BodyPartExamined); part && !event.target_region)
    event.target_region = Code{"", "", *part};
  return event;
}

Result<DoseRecord> extract_ct_image(DcmDataset& dataset, const ExtractOptions& options, ObjectKind kind) {
  const auto flat = flat_header(dataset);
  DcmDataset& header = flat ? *flat : dataset;
  const TextDecoder decoder(raw_value(header, DCM_SpecificCharacterSet), options.undeclared_charset);
  DoseRecord record;
  const DatasetReader reader(header, decoder, record.warnings);
  read_image_header(reader, record);
  record.report.object_kind = kind;
  record.report.modality_type = "CT";
  record.ct_events.push_back(event_of(reader));
  repair_image(reader, record);
  const auto& event = record.ct_events.front();
  if (!event.mean_ctdivol && !event.dlp) return Error{ErrorKind::not_found, "a CT image whose header tells no dose"};
  condense(record.warnings);
  return record;
}

}  // namespace

Result<DoseRecord> extract_enhanced_ct(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_ct_image(dataset, options, ObjectKind::enhanced_ct);
}

Result<DoseRecord> extract_toshiba_ct(DcmDataset& dataset, const ExtractOptions& options) {
  const bool screen = raw_value(dataset, DCM_SOPClassUID) == sop_class::kSecondaryCapture;
  return screen ? extract_dose_screen(dataset, options, ObjectKind::toshiba_ct)
                : extract_ct_image(dataset, options, ObjectKind::toshiba_ct);
}

}  // namespace harvester::extract

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>

#include "ct_scan.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "harvester/extract/item_reader.hpp"
#include "harvester/extract/report_header.hpp"

// The dose info that Philips CT scanners send as a secondary capture: one item of Exposure Dose Sequence (0040,030E)
// for each scan, and the dose length product in a private element of ELSCINT1.

namespace harvester::extract {
namespace {

const DcmTagKey kElscintDlp(0x00e1, 0x1021);
const DcmTagKey kElscintCreator(0x00e1, 0x0010);

MaybeNumber dlp_of(const DatasetReader& reader) {
  if (raw_value(reader.item(), kElscintCreator) != "ELSCINT1") return std::nullopt;
  return parse_number(raw_value(reader.item(), kElscintDlp));
}

CtEvent event_of(const DatasetReader& reader) {
  auto event = scan_of(reader);
  event.date_time_started = reader.datetime(DCM_AcquisitionDateTime);
  event.acquisition_protocol = reader.text(DCM_SeriesDescription);
  if (const auto time = reader.number(DCM_ExposureTime)) event.exposure_time = *time / 1000;
  event.scanning_length = reader.number(DCM_ScanLength);
  event.dlp = dlp_of(reader);
  return event;
}

CtAccumulated accumulated_of(const DatasetReader& reader) {
  CtAccumulated row;
  row.region = "study";
  if (const auto count = reader.number(DCM_RETIRED_TotalNumberOfExposures))
    row.total_number_of_irradiation_events = std::llround(*count);
  row.ct_dose_length_product_total = dlp_of(reader);
  row.comment = reader.text(DCM_CommentsOnRadiationDose);
  return row;
}

}  // namespace

Result<DoseRecord> extract_ct_dose_info(DcmDataset& dataset, const ExtractOptions& options) {
  const TextDecoder decoder(raw_value(dataset, DCM_SpecificCharacterSet), options.undeclared_charset);
  DoseRecord record;
  const DatasetReader reader(dataset, decoder, record.warnings);
  read_image_header(reader, record);
  record.report.object_kind = ObjectKind::ct_dose_info;
  record.report.modality_type = "CT";
  // Philips names the study there; what stands in Study Description is whatever was ordered.
  if (record.patient_study.protocol_name) record.patient_study.study_description = record.patient_study.protocol_name;
  for (auto* item : reader.items(DCM_RETIRED_ExposureDoseSequence)) {
    const auto scan = reader.inside(*item);
    if (scan.text(DCM_AcquisitionType)) record.ct_events.push_back(event_of(scan));
  }
  if (record.ct_events.empty())
    return Error{ErrorKind::not_found, "a dose screen without Exposure Dose Sequence: its picture is not read"};
  record.ct_accumulated.push_back(accumulated_of(reader));
  condense(record.warnings);
  return record;
}

}  // namespace harvester::extract

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "dose_report.hpp"

// Patient Radiation Dose reports (PS3.16 TID 10030): doses of organs, estimated from events that other reports tell of.
// They are no exposures of their own, so there are no events and no modality here; the estimates stay unmapped.

namespace harvester::extract {

Result<DoseRecord> extract_patient_report(DcmDataset& dataset, const ExtractOptions& options) {
  auto report = open_report(dataset, options, ObjectKind::patient_dose_sr);
  if (!report) return report.error();
  return close_report(std::move(*report));
}

}  // namespace harvester::extract

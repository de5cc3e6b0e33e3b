#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/core/result.hpp"

class DcmDataset;

namespace harvester::extract {

struct ExtractOptions {
  std::string undeclared_charset = "ISO_IR 100";  ///< what text without Specific Character Set is taken for
};

/// Makes the dose record of one object: pure, no network, disk or clock. Fails with `bad_data` only where the object
/// holds no content of its kind at all, with `not_found` where an image is sound and tells no dose that can be read;
/// everything that is merely odd becomes a warning of the record.
/// DCMTK keeps a position in its lists, so a data set is read by one thread at a time.
using Extractor = Result<DoseRecord> (*)(DcmDataset& dataset, const ExtractOptions& options);

/// The extractor of a kind; null for kinds without dose and for those that have none yet.
[[nodiscard]] Extractor extractor_for(ObjectKind kind);

/// Whether objects of this kind hold dose, with or without an extractor.
[[nodiscard]] bool holds_dose(ObjectKind kind);

/// CT dose reports (PS3.16 TID 10011 with 10012-10015), also inside an Enhanced SR. Enhanced dose reports (TID 10040)
/// are read by the extractor of the procedure that they report.
[[nodiscard]] Result<DoseRecord> extract_ct_report(DcmDataset& dataset, const ExtractOptions& options);

/// Projection X-ray and mammography dose reports (PS3.16 TID 10001 with 10002-10007).
[[nodiscard]] Result<DoseRecord> extract_projection_report(DcmDataset& dataset, const ExtractOptions& options);
[[nodiscard]] Result<DoseRecord> extract_mammography_report(DcmDataset& dataset, const ExtractOptions& options);

/// The summary of an examination that Siemens Arcadis C-arms send as an Enhanced SR: totals of one plane, no events.
[[nodiscard]] Result<DoseRecord> extract_arcadis_summary(DcmDataset& dataset, const ExtractOptions& options);

/// Patient dose reports (PS3.16 TID 10030): header and observers; a record without events and modality.
[[nodiscard]] Result<DoseRecord> extract_patient_report(DcmDataset& dataset, const ExtractOptions& options);

/// Radiopharmaceutical dose reports (PS3.16 TID 10021 with 10022-10024).
[[nodiscard]] Result<DoseRecord> extract_radiopharmaceutical_report(DcmDataset& dataset, const ExtractOptions& options);

/// The dose that image headers tell: one event each.
[[nodiscard]] Result<DoseRecord> extract_mg_image(DcmDataset& dataset, const ExtractOptions& options);
[[nodiscard]] Result<DoseRecord> extract_dx_image(DcmDataset& dataset, const ExtractOptions& options);
[[nodiscard]] Result<DoseRecord> extract_cr_image(DcmDataset& dataset, const ExtractOptions& options);
[[nodiscard]] Result<DoseRecord> extract_px_image(DcmDataset& dataset, const ExtractOptions& options);
[[nodiscard]] Result<DoseRecord> extract_pet_image(DcmDataset& dataset, const ExtractOptions& options);
[[nodiscard]] Result<DoseRecord> extract_nm_image(DcmDataset& dataset, const ExtractOptions& options);

/// The same of multi-frame images (PS3.3 A.38, A.47, A.48, A.53 to A.55, A.70): one event each, from the functional
/// groups. `not_found` where the header tells no dose, or of no exposure.
[[nodiscard]] Result<DoseRecord> extract_enhanced_ct(DcmDataset& dataset, const ExtractOptions& options);
[[nodiscard]] Result<DoseRecord> extract_enhanced_xa(DcmDataset& dataset, const ExtractOptions& options);

/// Images of Toshiba's and Canon's CT scanners, one scan each, and their dose screens, secondary captures: totals, and
/// scans where there are any. `not_found` where header or screen tell no dose that can be read; pictures are not.
[[nodiscard]] Result<DoseRecord> extract_toshiba_ct(DcmDataset& dataset, const ExtractOptions& options);

/// The dose info of Philips CT scanners, a secondary capture. `not_found` where it is a picture alone.
[[nodiscard]] Result<DoseRecord> extract_ct_dose_info(DcmDataset& dataset, const ExtractOptions& options);

}  // namespace harvester::extract

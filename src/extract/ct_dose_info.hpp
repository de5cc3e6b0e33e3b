#pragma once

#include "harvester/extract/extractor_table.hpp"

namespace harvester::extract {

/// A dose screen of a CT scanner, a secondary capture: the scans of its Exposure Dose Sequence, and its total. Fails
/// with `not_found` where neither is there: then the dose is in the picture alone.
[[nodiscard]] Result<DoseRecord> extract_dose_screen(DcmDataset& dataset, const ExtractOptions& options,
                                                     ObjectKind kind);

}  // namespace harvester::extract

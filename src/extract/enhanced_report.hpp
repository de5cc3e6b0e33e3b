#pragma once

#include "dose_report.hpp"

namespace harvester::extract {

/// Whether the content is that of TID 10040, which speaks of X-rays of any modality in the same containers.
[[nodiscard]] bool is_enhanced(const ContentItem& root);

/// Its accumulated dose and its events, as rows of CT or of projection X-ray. What there is of technique, geometry and
/// output over time (TID 10043 and below) belongs to no event and stays unmapped.
[[nodiscard]] DoseRecord enhanced_record(OpenReport report, ObjectKind kind);

}  // namespace harvester::extract

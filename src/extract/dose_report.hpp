#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/core/result.hpp"
#include "harvester/extract/content_item.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "harvester/extract/item_reader.hpp"

namespace harvester::extract {

/// A dose SR with what all of them have in common read; its content tree is still to be gone through.
struct OpenReport {
  DoseRecord record;
  ContentItem root;
};

/// Reads header, completion and report level. Fails with `bad_data` where there is no content. A missing template is
/// warned of.
[[nodiscard]] Result<OpenReport> open_report(DcmDataset& dataset, const ExtractOptions& options, ObjectKind kind);

/// Drops events that repeat an earlier one, and warns of that, of events without UID and of UIDs used again.
void check_events(std::vector<CtEvent>& events, const ItemReader& reader, const ContentItem& root);
void check_events(std::vector<XrayEvent>& events, const ItemReader& reader, const ContentItem& root);

/// What nothing took is counted, warnings are condensed.
[[nodiscard]] DoseRecord close_report(OpenReport report);

}  // namespace harvester::extract

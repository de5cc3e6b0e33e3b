#pragma once

#include <filesystem>
#include <string>

#include "harvester/database/flat_views.hpp"

namespace harvester::report {

struct XlsxExport {
  database::flat::Family family = database::flat::Family::all;
  database::flat::Filter filter;
  bool with_patient = false;  ///< patient id, name and birth date, as far as the identity policy kept them
  std::string days;           ///< said in the summary, e.g. "2026-01-01 to 2026-01-31"
};

/// Writes a workbook as physicists know it. Of one family: "Summary" (counts), "All data" (a study a row, its events to
/// the right, as many as a sheet has columns for), then a sheet for each protocol (an event a row), the most frequent
/// 250; the others share "Other protocols". Of all: "Summary", "Studies", and a sheet of events for each family. Last:
/// "Columns" with unit and source of each. A table longer than a sheet goes on on the next. Memory does not grow with
/// the rows. Fails with `storage`; what lies at `file` then is no workbook.
Status export_xlsx(database::Connection& connection, const XlsxExport& what, const std::filesystem::path& file);

}  // namespace harvester::report

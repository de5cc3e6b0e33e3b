#pragma once

#include <ostream>
#include <string>

#include "harvester/database/flat_views.hpp"

/// Rows of the flat views for other programs: CSV, JSON lines. All are streams: memory does not grow with the rows. All
/// fail with `storage`, and then what was written is incomplete.
namespace harvester::report {

struct FlatExport {
  database::flat::View view = database::flat::View::studies;
  database::flat::Filter filter;
  bool with_patient = false;  ///< patient id, name and birth date, as far as the identity policy kept them
};

/// The names of the columns that are written, in their order.
[[nodiscard]] std::vector<std::string_view> exported_columns(database::flat::View view, bool with_patient);

/// RFC 4180, UTF-8, header first ("DLP [mGy.cm]"), lines end in CR LF. A text that a spreadsheet would take for a
/// formula
/// (= + - @ tab or CR at its beginning) gets a ' before it. `byte_order_mark`: for spreadsheets that take UTF-8 for
/// something else without one.
Status export_csv(database::Connection& connection, const FlatExport& what, bool byte_order_mark, std::ostream& out);

/// One JSON object a line; keys are the names of the columns, absent values are left out.
Status export_ndjson(database::Connection& connection, const FlatExport& what, std::ostream& out);

/// `{"schema": 1, "rows": [...]}` of the same objects.
Status export_rows_json(database::Connection& connection, const FlatExport& what, std::ostream& out);

/// What the columns are: `{"schema": 1, "view": ..., "columns": [{"name", "header", "unit", "source"}]}`.
[[nodiscard]] std::string columns_json(const FlatExport& what);

/// A cell of CSV: quoted where it must be, made safe against formulas. Numbers with as many digits as tell them apart.
[[nodiscard]] std::string csv_cell(const database::flat::Value& value);

}  // namespace harvester::report

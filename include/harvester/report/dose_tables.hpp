#pragma once

#include <functional>
#include <string>

#include "harvester/database/flat_views.hpp"

/// Dose as tables for a terminal: some columns of the flat views.
namespace harvester::report {

/// What a table shows: studies of a family, or the events of one.
struct DoseTable {
  database::flat::Family family = database::flat::Family::all;
  bool events = false;  ///< an event a line; not with Family::all
  database::flat::Filter filter;
};

[[nodiscard]] database::flat::View view_of(const DoseTable& table);

/// Writes the table through `write`, piece by piece, and returns how many rows it has; none: nothing is written. Rows
/// that take more than `keep` bytes are read twice (widths first), so that memory does not grow with them. Fails with
/// `storage`.
Result<std::int64_t> write_dose_table(database::Connection& connection, const DoseTable& table,
                                      const std::function<void(const std::string&)>& write, std::size_t keep = 8 << 20);

}  // namespace harvester::report

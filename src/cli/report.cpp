#include <fmt/format.h>

#include <iostream>

#include "commands.hpp"
#include "context.hpp"
#include "dose_filter.hpp"
#include "harvester/report/dose_tables.hpp"
#include "harvester/report/flat_export.hpp"

namespace harvester::cli {
namespace {

int print_json(database::Connection& database, const report::DoseTable& table) {
  report::FlatExport rows{report::view_of(table), table.filter};
  rows.filter.family = table.family;
  const auto written = report::export_rows_json(database, rows, std::cout);
  return written ? kDone : fail(written.error());
}

}  // namespace

int run(const Global& global, const ReportOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const auto filter = dose_filter(options.filter);
  if (!filter) return fail(filter.error());
  auto database = open_reading(*configuration);
  if (!database) return fail(database.error());
  const report::DoseTable table{family_of(options.what), options.events, *filter};
  if (global.json) return print_json(*database, table);
  const auto rows = report::write_dose_table(*database, table, [](const std::string& text) { fmt::print("{}", text); });
  if (!rows) return fail(rows.error());
  const auto* what = options.events ? "events" : "examinations";
  note(global,
       *rows == 0 ? fmt::format("no {} of this kind in the database", what) : fmt::format("{} {}", *rows, what));
  return kDone;
}

}  // namespace harvester::cli

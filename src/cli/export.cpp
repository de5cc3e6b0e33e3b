#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "dose_filter.hpp"
#include "harvester/report/export_json.hpp"
#include "harvester/report/flat_export.hpp"
#include "harvester/report/xlsx_export.hpp"
#include "job.hpp"

namespace harvester::cli {
namespace {

using database::flat::View;

View view_of(const std::string& word) {
  const auto family = family_of(word);
  return family == database::flat::Family::all ? View::studies : database::flat::events_of(family);
}

Error cannot_write(const std::filesystem::path& path) {
  return {ErrorKind::storage, fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)), errno};
}

/// Calls `write` with the name of a file beside `path` and renames that, so that a failed export leaves what was there.
Status replace_file(const std::filesystem::path& path,
                    const std::function<Status(const std::filesystem::path&)>& write) {
  auto beside = path;
  beside += ".part";
  auto written = write(beside);
  if (written && ::rename(beside.c_str(), path.c_str()) != 0) written = cannot_write(path);
  if (!written) ::remove(beside.c_str());
  return written;
}

Status to_file(const std::filesystem::path& path, const std::function<Status(std::ostream&)>& write) {
  return replace_file(path, [&](const std::filesystem::path& beside) -> Status {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    if (!out) return cannot_write(path);
    auto written = write(out);
    out.close();
    return written && !out ? cannot_write(path) : written;
  });
}

Status to_screen(const std::function<Status(std::ostream&)>& write) {
  auto written = write(std::cout);
  std::cout.flush();
  if (written && !std::cout) return Error{ErrorKind::storage, "standard output could not be written"};
  return written;
}

/// The rows or studies that are asked for, as text.
Status write_text(database::Connection& database, const ExportOptions& options, const report::FlatExport& rows,
                  std::ostream& out) {
  if (options.format == "csv") return report::export_csv(database, rows, options.byte_order_mark, out);
  const bool lines = options.format == "ndjson";
  if (!options.what.empty())
    return lines ? report::export_ndjson(database, rows, out) : report::export_rows_json(database, rows, out);
  return lines ? report::export_study_lines(database, rows.filter, out)
               : report::export_json(database, rows.filter, out);
}

std::string days_of(const database::flat::Filter& filter) {
  if (!filter.study.date_from) return "all";
  return fmt::format("{} to {}", *filter.study.date_from, filter.study.date_until.value_or(""));
}

Status write_workbook(database::Connection& database, const ExportOptions& options,
                      const database::flat::Filter& filter) {
  if (options.output.empty() || options.output == "-")
    return Error{ErrorKind::config, "a workbook needs a file: give one with -o FILE"};
  const report::XlsxExport what{family_of(options.what), filter, options.with_patient, days_of(filter)};
  return replace_file(options.output,
                      [&](const std::filesystem::path& beside) { return report::export_xlsx(database, what, beside); });
}

Status write_export(database::Connection& database, const ExportOptions& options,
                    const database::flat::Filter& filter) {
  if (options.format == "xlsx") return write_workbook(database, options, filter);
  report::FlatExport rows{view_of(options.what), filter, options.with_patient};
  const auto write = [&](std::ostream& out) { return write_text(database, options, rows, out); };
  if (options.output.empty() || options.output == "-") return to_screen(write);
  const auto written = to_file(options.output, write);
  if (!written || options.format != "csv") return written;
  return to_file(options.output + ".columns.json", [&](std::ostream& out) {
    out << report::columns_json(rows);
    return ok();
  });
}

/// Who exports patient data is recorded before the first byte of it is written.
Status note_patient_data(const config::Configuration& configuration, const ExportOptions& options,
                         const database::flat::Filter& filter) {
  const nlohmann::json detail{{"format", options.format}, {"what", options.what}, {"days", days_of(filter)}};
  const auto noted = record_export(configuration, detail.dump());
  return noted ? noted : Status(noted.error().with("an export with patient data has to be recorded"));
}

}  // namespace

int run(const Global& global, const ExportOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const auto filter = dose_filter(options.filter);
  if (!filter) return fail(filter.error());
  if (options.with_patient)
    if (const auto noted = note_patient_data(*configuration, options, *filter); !noted) return fail(noted.error());
  auto database = open_reading(*configuration);
  if (!database) return fail(database.error());
  const auto written = write_export(*database, options, *filter);
  return written ? kDone : fail(written.error());
}

}  // namespace harvester::cli

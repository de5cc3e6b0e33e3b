#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/report/export_json.hpp"
#include "study_filter.hpp"

namespace harvester::cli {
namespace {

/// Writes beside the file and renames, so that a failed export leaves what was there.
Status to_file(database::Connection& database, const database::dose::StudyFilter& filter,
               const std::filesystem::path& path) {
  auto beside = path;
  beside += ".part";
  const auto cannot = [&] {
    return Error{ErrorKind::storage, fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)), errno};
  };
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  if (!out) return cannot();
  auto exported = report::export_json(database, filter, out);
  out.close();
  if (exported && !out) exported = cannot();
  if (exported && ::rename(beside.c_str(), path.c_str()) != 0) exported = cannot();
  if (!exported) ::remove(beside.c_str());
  return exported;
}

}  // namespace

int run(const Global& global, const ExportOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const auto filter = study_filter(options.dates);
  if (!filter) return fail(filter.error());
  auto database = open_reading(*configuration);
  if (!database) return fail(database.error());
  const bool to_screen = options.output.empty() || options.output == "-";
  auto exported =
      to_screen ? report::export_json(*database, *filter, std::cout) : to_file(*database, *filter, options.output);
  if (to_screen) std::cout.flush();
  if (exported && to_screen && !std::cout) exported = Error{ErrorKind::storage, "standard output could not be written"};
  return exported ? kDone : fail(exported.error());
}

}  // namespace harvester::cli

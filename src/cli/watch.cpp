#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "date_range.hpp"
#include "harvester/core/text.hpp"
#include "harvester/serve/watching.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

namespace fs = std::filesystem;

Error wrong(const std::string& message) { return {ErrorKind::config, message}; }

bool is_inside(const fs::path& path, const fs::path& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

/// The folder, however it was named. Fails if there is none.
Result<fs::path> folder_of(const std::string& text) {
  std::error_code failure;
  const auto folder = fs::canonical(text, failure);
  if (failure || !fs::is_directory(folder, failure))
    return wrong(fmt::format("{}: there is no such folder", escaped_controls(text)));
  return folder;
}

/// What the site file says of the folder, or what holds by default.
config::Watch configured(const config::SiteConfig& site, const fs::path& folder) {
  for (const auto& each : site.watch) {
    std::error_code failure;
    if (fs::equivalent(each.folder, folder, failure)) return each;
  }
  config::Watch watch;
  watch.folder = folder;
  return watch;
}

Status override_with(const WatchOptions& options, config::Watch& watch) {
  using Mode = config::Watch::Mode;
  using After = config::Watch::AfterImport;
  if (options.mode)
    watch.mode = *options.mode == "poll" ? Mode::poll : *options.mode == "inotify" ? Mode::inotify : Mode::automatic;
  if (options.move_to) {
    watch.move_to = fs::absolute(*options.move_to).lexically_normal();
    watch.after_import = After::move;
  }
  if (options.after_import)
    watch.after_import = *options.after_import == "keep"     ? After::keep
                         : *options.after_import == "delete" ? After::remove
                                                             : After::move;
  if (!options.settle) return ok();
  const auto settle = duration("--settle", *options.settle);
  if (!settle) return settle.error();
  watch.settle = *settle;
  return ok();
}

Result<config::Watch> settings(const config::SiteConfig& site, const WatchOptions& options) {
  const auto folder = folder_of(options.folder);
  if (!folder) return folder.error();
  auto watch = configured(site, *folder);
  if (auto done = override_with(options, watch); !done) return done.error();
  if (is_inside(*folder, fs::weakly_canonical(site.data_directory)))
    return wrong("the folder lies inside data_directory: watch one outside of the harvester's own files");
  if (watch.after_import == config::Watch::AfterImport::move && !watch.move_to)
    return wrong("--after-import move needs --move-to FOLDER");
  if (watch.move_to && is_inside(fs::weakly_canonical(*watch.move_to), *folder))
    return wrong("--move-to lies inside the watched folder: files moved there would be imported again");
  return watch;
}

std::int64_t sum(const std::map<std::string, std::int64_t>& reasons) {
  std::int64_t all = 0;
  for (const auto& [reason, number] : reasons) all += number;
  return all;
}

std::int64_t number_of(const watch::Counts& counts, const std::string& state) {
  const auto found = counts.ends.find(state);
  return found == counts.ends.end() ? 0 : sum(found->second);
}

std::int64_t to_come(const watch::Counts& counts) {
  std::int64_t ended = 0;
  for (const auto& [state, reasons] : counts.ends) ended += sum(reasons);
  return counts.taken - ended;
}

std::string part_of(const watch::Counts& counts, const std::string& state) {
  std::vector<std::string> reasons;
  if (const auto found = counts.ends.find(state); found != counts.ends.end())
    for (const auto& [reason, number] : found->second)
      if (!reason.empty()) reasons.push_back(fmt::format("{} {}", reason, number));
  return fmt::format("{} {}{}", state, number_of(counts, state),
                     reasons.empty() ? "" : fmt::format(" ({})", join(reasons, ", ")));
}

/// "imported 12, ignored 3 (duplicate 3), failed 0, no DICOM 2, safe, import to come 1"
std::string summary(const watch::Counts& counts) {
  std::vector<std::string> parts;
  for (const char* state : {"imported", "ignored", "failed"}) parts.push_back(part_of(counts, state));
  if (counts.not_dicom > 0) parts.push_back(fmt::format("no DICOM {}", counts.not_dicom));
  if (counts.links > 0) parts.push_back(fmt::format("links {}", counts.links));
  if (const auto open = to_come(counts); open > 0) parts.push_back(fmt::format("safe, import to come {}", open));
  return join(parts, ", ");
}

void print(const Global& global, const watch::Counts& counts) {
  if (!global.json) return fmt::print("{}\n", summary(counts));
  const nlohmann::ordered_json json{{"schema", 1},
                                    {"counts", counts.ends},
                                    {"not_dicom", counts.not_dicom},
                                    {"links", counts.links},
                                    {"safe", to_come(counts)}};
  fmt::print("{}\n", json.dump(2));
}

}  // namespace

int run(const Global& global, const WatchOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const StopOnSignal stop;
  const auto watch = settings(configuration->site, options);
  if (!watch) return fail(watch.error());
  auto engine = open_engine(*configuration, "watch");
  if (!engine) return fail(engine.error());
  serve::Watching watching(**engine, {*watch}, stop.token());
  note(global, fmt::format("watching {}: Ctrl-C ends it", escaped_controls(options.folder)));
  watching.join();
  const auto counts = watching.counts(0);
  print(global, counts);
  return number_of(counts, "failed") > 0 ? kSetAside : kDone;
}

}  // namespace harvester::cli

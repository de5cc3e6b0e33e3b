#include "context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"

namespace harvester::cli {

int exit_code_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::config:
      return kUsage;
    case ErrorKind::refused:
      return error.code == EWOULDBLOCK ? kHeld : kUnreachable;
    case ErrorKind::transient:
      return kUnreachable;
    case ErrorKind::cancelled:
      return kInterrupted;
    case ErrorKind::bad_data:
    case ErrorKind::not_found:
    case ErrorKind::storage:
      break;
  }
  return kFailed;
}

int fail(const Error& error) {
  fmt::print(stderr, "error: {}\n", error.message);
  return exit_code_of(error);
}

void note(const Global& global, std::string_view text) {
  if (!global.quiet) fmt::print(stderr, "{}\n", text);
}

std::optional<std::filesystem::path> site_file(const Global& global) {
  if (global.config) return *global.config;
  return config::find_site_file(config::process_environment(), std::filesystem::current_path());
}

void override_log(const Global& global, LogFor reader, config::Log& log) {
  using Level = config::Log::Level;
  if (reader == LogFor::terminal && !log.file) log.level = std::min(log.level, Level::warn);
  if (global.quiet) log.level = Level::error;
  if (global.verbose > 0) log.level = global.verbose > 1 ? Level::trace : Level::debug;
  if (global.log_format)
    log.format = *global.log_format == "json" ? config::Log::Format::json : config::Log::Format::text;
}

void start_log(const config::SiteConfig& site) {
  LogOptions options;
  options.level = config::to_string(site.log.level);
  options.json = site.log.format == config::Log::Format::json;
  if (site.log.file) options.file = site.log.file->string();
  start_logging(options);
}

std::optional<config::Configuration> load(const Global& global, LogFor reader) {
  auto loaded = config::load_configuration(site_file(global), config::process_environment());
  if (!loaded.ok()) {
    fmt::print(stderr, "{}error: the configuration has {} (harvester config check)\n", config::render(loaded.faults),
               loaded.faults.size() == 1 ? "a fault" : fmt::format("{} faults", loaded.faults.size()));
    return std::nullopt;
  }
  override_log(global, reader, loaded.value.site.log);
  start_log(loaded.value.site);
  return std::move(loaded.value);
}

Status has_database(const config::Configuration& configuration) {
  std::error_code failure;
  if (std::filesystem::exists(data_paths(configuration).database(), failure)) return ok();
  if (failure)
    return Error{ErrorKind::storage,
                 fmt::format("{} cannot be looked into: {}: only its owner and the members of its group may",
                             configuration.site.data_directory.string(), failure.message()),
                 failure.value()};
  return Error{ErrorKind::not_found,
               fmt::format("there is no database in {} yet: run a harvest or an import first (data_directory in {})",
                           configuration.site.data_directory.string(),
                           configuration.site_file.empty() ? "the site file" : configuration.site_file.string())};
}

Result<database::Connection> open_reading(const config::Configuration& configuration) {
  if (auto there = has_database(configuration); !there) return there.error();
  return database::open_for_reading(data_paths(configuration).database());
}

namespace {

std::vector<std::string> names_of(const config::Configuration& configuration) {
  std::vector<std::string> names;
  for (const auto& profile : configuration.profiles) names.push_back(profile.name);
  return names;
}

Error unknown_node(const config::Configuration& configuration, const std::string& name) {
  const auto names = names_of(configuration);
  const auto folder = configuration.site.profiles.string();
  auto text = fmt::format("there is no node \"{}\"", escaped_controls(name));
  if (const auto near = nearest(name, names); !near.empty())
    text += fmt::format(": did you mean {}?", near);
  else if (!names.empty())
    text += fmt::format("; there are: {}", join(names, ", "));
  else
    text += fmt::format(": {} holds no profile (harvester init writes an example)", folder);
  return {ErrorKind::config, text};
}

}  // namespace

Result<std::vector<const config::Profile*>> choose_profiles(const config::Configuration& configuration,
                                                            const std::vector<std::string>& names, bool all) {
  std::vector<const config::Profile*> chosen;
  if (all && !names.empty()) return Error{ErrorKind::config, "give either names of nodes or --all"};
  if (!all && names.empty()) {
    const auto known = names_of(configuration);
    return Error{ErrorKind::config,
                 known.empty() ? "which node? none is configured yet (harvester init writes an example profile)"
                               : fmt::format("which node? give its name or --all; there are: {}", join(known, ", "))};
  }
  for (const auto& profile : configuration.profiles)
    if (all && profile.enabled) chosen.push_back(&profile);
  for (const auto& name : names) {
    const auto found = std::find_if(configuration.profiles.begin(), configuration.profiles.end(),
                                    [&](const config::Profile& profile) { return profile.name == name; });
    if (found == configuration.profiles.end()) return unknown_node(configuration, name);
    if (std::find(chosen.begin(), chosen.end(), &*found) == chosen.end()) chosen.push_back(&*found);
  }
  if (chosen.empty()) return Error{ErrorKind::config, "no node is enabled: see enabled in profiles/*.yaml"};
  return chosen;
}

}  // namespace harvester::cli

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "arguments.hpp"
#include "harvester/config/load.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/connection.hpp"
#include "harvester/database/data_directory.hpp"

/// What most commands begin with, and how they speak.
namespace harvester::cli {

constexpr int kDone = 0, kFailed = 1, kUsage = 2, kSetAside = 3, kUnreachable = 4, kHeld = 11, kInterrupted = 130;

/// "error: ..." on standard error; returns the exit code that fits the kind of error.
int fail(const Error& error);

/// The exit code that an error of this kind ends a command with.
[[nodiscard]] int exit_code_of(const Error& error);

/// A line on standard error unless --quiet.
void note(const Global& global, std::string_view text);

/// Who reads the log: somebody at a terminal, or the keeper of a service.
enum class LogFor { terminal, service };

/// Loads the configuration and starts the log. Faults are printed; nothing then, and the exit code is 2.
[[nodiscard]] std::optional<config::Configuration> load(const Global& global, LogFor reader = LogFor::terminal);

/// The site file that this command line means; nothing: none is there.
[[nodiscard]] std::optional<std::filesystem::path> site_file(const Global& global);

/// What the command line says of the log outranks the site file, also in worker processes. On a terminal, a command
/// speaks for itself: only what is odd is logged beside it.
void override_log(const Global& global, LogFor reader, config::Log& log);

void start_log(const config::SiteConfig& site);

[[nodiscard]] inline database::DataPaths data_paths(const config::Configuration& configuration) {
  return {configuration.site.data_directory};
}

/// Fails with `not_found` and what to do if there is no database in the data directory.
[[nodiscard]] Status has_database(const config::Configuration& configuration);

/// The database for reading. A data directory without one is `not_found` with what to do.
[[nodiscard]] Result<database::Connection> open_reading(const config::Configuration& configuration);

/// The profiles of these names, or all enabled ones. Fails with `config`: unknown name (and the nearest), none.
[[nodiscard]] Result<std::vector<const config::Profile*>> choose_profiles(const config::Configuration& configuration,
                                                                          const std::vector<std::string>& names,
                                                                          bool all);

}  // namespace harvester::cli

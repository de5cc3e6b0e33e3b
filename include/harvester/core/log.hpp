#pragma once

#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace harvester {

/// How the process logs. Logs go to standard error or to a file, never to standard output.
struct LogOptions {
  std::string level = "info";  ///< error, warn, info, debug, trace
  bool json = false;           ///< one JSON object a line instead of text
  std::string file;            ///< empty: standard error
};

/// Sets up sinks and levels for all loggers; call once, before threads. An unwritable file falls back to standard
/// error.
void start_logging(const LogOptions& options);

/// The logger of one room ("retrieve" gives "harvester.retrieve"). Thread-safe.
/// At info and above: no patient data, no UIDs, no accession numbers; row ids instead.
[[nodiscard]] std::shared_ptr<spdlog::logger> room_log(const std::string& room);

}  // namespace harvester

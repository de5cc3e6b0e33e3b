#pragma once

#include <array>

namespace harvester::cli {

/// The exit codes of every command (design: command line); the help, the man page and README tell the same.
struct ExitCode {
  int code;
  const char* meaning;
};

inline constexpr std::array kExitCodes{
    ExitCode{0, "done, also if there was nothing to do"},
    ExitCode{1, "failed"},
    ExitCode{2, "usage or configuration"},
    ExitCode{3, "ended with objects missing, failed or set aside"},
    ExitCode{4, "node unreachable or refused"},
    ExitCode{10, "allowed hours or --max-duration over; can be resumed"},
    ExitCode{11, "the data directory is held by another process"},
    ExitCode{130, "interrupted; can be resumed"},
};

}  // namespace harvester::cli

#pragma once

namespace harvester::cli {

/// What has to be so before the first thread: the settings of sockets, no death by SIGPIPE, private files.
void prepare_process();

/// Flushes standard output; an exit code of 0 becomes 1 if it could not be written (disk full, closed pipe).
[[nodiscard]] int finish_output(int code);

}  // namespace harvester::cli

// Our store alone, as a process of its own for bench_ingest and bench_siege: until it is killed.
// usage: bench_store PORT full|unsynced

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "harvester/core/log.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "peers.hpp"

int main(int count, char** values) {
  using namespace harvester;
  using namespace harvester::bench;
  if (count != 3) return fmt::print(stderr, "usage: bench_store PORT full|unsynced\n"), 2;
  sigset_t end;
  ::sigemptyset(&end);
  ::sigaddset(&end, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &end, nullptr);
  start_logging({.level = "error", .json = false, .file = ""});
  if (const auto started = dicom::start_toolkit(); !started)
    return fmt::print(stderr, "{}\n", started.error().message), 1;
  try {
    const OurStore store(std::string_view(values[2]) == "full" ? Durability::full : Durability::unsynced, nullptr,
                         std::atoi(values[1]));
    int signal = 0;
    ::sigwait(&end, &signal);
  } catch (const std::exception& failure) {
    return fmt::print(stderr, "bench_store: {}\n", failure.what()), 1;
  }
  return 0;
}

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "harvester/intake/worker.hpp"

using namespace harvester;

namespace {

/// "die" kills this process, "hang" never ends, "give up" ends this process with an error, everything else is imported.
intake::Imported pretend(const database::intake_queue::Claimed& object, const std::string&) {
  if (object.spool_path == "die") ::raise(SIGKILL);
  while (object.spool_path == "hang") ::pause();
  if (object.spool_path == "give up") ::_exit(1);
  intake::Imported imported;
  imported.ended = {object.id, "imported", "", "", "ct_rdsr", false};
  return imported;
}

std::int64_t number_after(const std::string& argument) {
  return std::atoll(argument.substr(argument.find('=') + 1).c_str());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  intake::WorkerOptions options{{arguments[1]}, {number_after(arguments[2]), number_after(arguments[3])}, 8};
  return intake::run_worker(options, pretend, SystemClock());
}

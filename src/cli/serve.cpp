#include <signal.h>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/serve/daemon.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {

int run(const Global& global, const ServeOptions&) {
  const auto configuration = load(global, LogFor::service);
  if (!configuration) return kUsage;
  ::signal(SIGHUP, SIG_IGN);  // the end of a terminal is no reason to stop
  const StopOnSignal stop;
  auto engine = open_engine(*configuration, "serve");
  if (!engine) return fail(engine.error());
  const auto served = serve::run_daemon(**engine, configuration->profiles, stop.token());
  return served ? kDone : fail(served.error());
}

}  // namespace harvester::cli

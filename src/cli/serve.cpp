#include "commands.hpp"
#include "context.hpp"
#include "harvester/core/log.hpp"
#include "harvester/serve/daemon.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {

namespace {

/// The faults go to the log: nobody looks at a terminal.
std::optional<config::Configuration> load_again(const Global& global) {
  auto loaded = config::load_configuration(site_file(global), config::process_environment());
  if (loaded.ok()) {
    override_log(global, LogFor::service, loaded.value.site.log);
    return std::move(loaded.value);
  }
  for (const auto& fault : loaded.faults) room_log("serve")->error("reload: {}", config::render(fault));
  room_log("serve")->error("reload: the old configuration stays in force");
  return std::nullopt;
}

}  // namespace

int run(const Global& global, const ServeOptions&) {
  const auto configuration = load(global, LogFor::service);
  if (!configuration) return kUsage;
  serve::Reloading reloading;
  reloading.load = [&] { return load_again(global); };
  const StopOnSignal stop([&] { reloading.asked.notify(); });
  auto engine = open_engine(*configuration, "serve");
  if (!engine) return fail(engine.error());
  const auto served = serve::run_daemon(**engine, configuration->profiles, reloading, stop.token());
  return served ? kDone : fail(served.error());
}

}  // namespace harvester::cli

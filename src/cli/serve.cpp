#include "commands.hpp"
#include "context.hpp"
#include "harvester/core/latest.hpp"
#include "harvester/core/log.hpp"
#include "harvester/serve/daemon.hpp"
#include "harvester/web/service.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {

namespace {

/// The faults go to the log: nobody looks at a terminal.
std::optional<config::Configuration> load_again(const Global& global, Latest<serve::ReloadOutcome>& outcome) {
  auto loaded = config::load_configuration(site_file(global), config::process_environment());
  serve::ReloadOutcome came{SystemClock().now(), loaded.ok(), {}};
  for (const auto& fault : loaded.faults) came.faults.push_back(config::render(fault));
  outcome.replace(std::move(came));
  if (loaded.ok()) {
    override_log(global, LogFor::service, loaded.value.site.log);
    return std::move(loaded.value);
  }
  for (const auto& fault : loaded.faults) room_log("serve")->error("reload: {}", config::render(fault));
  room_log("serve")->error("reload: the old configuration stays in force");
  return std::nullopt;
}

Result<std::unique_ptr<serve::DaemonService>> open_page(serve::Engine& engine, const serve::Profiles& profiles,
                                                        web::ServiceOptions options) {
  if (!engine.site().http.enabled) return std::unique_ptr<serve::DaemonService>();
  auto page = web::Service::open(engine, profiles, std::move(options));
  if (!page) return page.error();
  return std::unique_ptr<serve::DaemonService>(*std::move(page));
}

}  // namespace

int run(const Global& global, const ServeOptions&) {
  const auto configuration = load(global, LogFor::service);
  if (!configuration) return kUsage;
  serve::Reloading reloading;
  Latest<serve::ReloadOutcome> outcome({});
  reloading.load = [&] { return load_again(global, outcome); };
  const StopOnSignal stop([&] { reloading.asked.notify(); });
  auto engine = open_engine(*configuration, "serve");
  if (!engine) return fail(engine.error());
  const auto page = [&](serve::Engine& running, const serve::Profiles& profiles) {
    return open_page(running, profiles,
                     {HARVESTER_VERSION, config::process_environment(), [&] { reloading.asked.notify(); },
                      [&] { return outcome.get(); }});
  };
  const auto served = serve::run_daemon(**engine, configuration->profiles, reloading, stop.token(), page);
  return served ? kDone : fail(served.error());
}

}  // namespace harvester::cli

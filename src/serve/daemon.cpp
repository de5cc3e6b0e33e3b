#include "harvester/serve/daemon.hpp"

#include <thread>

#include "continuing.hpp"
#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"
#include "harvester/serve/control.hpp"
#include "harvester/serve/reload.hpp"
#include "harvester/serve/scheduling.hpp"
#include "harvester/serve/store_supervision.hpp"
#include "harvester/serve/tidying.hpp"
#include "harvester/serve/watching.hpp"
#include "telling.hpp"

namespace harvester::serve {
namespace {

/// Until a stop; configurations that come meanwhile are taken over.
void wait_for(std::stop_token stop, Engine& engine, Profiles& profiles, Reloading& reloading) {
  for (std::uint64_t seen = 0; !stop.stop_requested(); seen = reloading.asked.count()) {
    reloading.asked.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::hours(1), stop);
    if (stop.stop_requested() || reloading.asked.count() == seen) continue;
    if (auto next = reloading.load()) reload(engine, profiles, *std::move(next));
  }
}

void tidy(Engine& engine, std::stop_token stop) {
  const auto deleted = delete_old_associations(engine.writer(), engine.clock().now(), stop);
  if (!deleted) room_log("serve")->error("old associations could not be deleted: {}", deleted.error().message);
  if (deleted && *deleted > 0) room_log("serve")->info("deleted {} old associations without objects", *deleted);
}

void tidy_each_hour(Engine& engine, std::stop_token stop) {
  do tidy(engine, stop);
  while (pause(std::chrono::hours(1), stop));
}

}  // namespace

Status run_daemon(Engine& engine, std::vector<config::Profile> first, Reloading& reloading, std::stop_token stop,
                  const OpenService& open_service) {
  Profiles profiles(std::move(first));
  if (auto opened = engine.open_autostart_stores(); !opened) return opened;
  Notifier notifier;
  tell_of_harvests(engine, notifier);
  auto control = ControlServer::open(engine, profiles);
  if (!control) return control.error();
  auto service = open_service ? open_service(engine, profiles) : std::unique_ptr<DaemonService>();
  if (!service) return service.error();
  room_log("serve")->info("ready: {} stores open, {} folders watched", engine.stores().size(),
                          engine.site().watch.size());
  {
    const std::jthread silence([&] { watch_for_silence(engine, profiles, notifier, stop); });
    const Watching watching(engine, engine.site().watch, stop);
    const std::jthread going_on([&] { Continuing(engine, profiles).run(stop); });
    const std::jthread schedules([&] { Scheduler(engine, profiles).run(stop); });
    const std::jthread supervision([&] { keep_stores_alive(engine, stop); });
    const std::jthread tidying([&] { tidy_each_hour(engine, stop); });
    wait_for(stop, engine, profiles, reloading);
    room_log("serve")->info("stopping");
    (*service).reset();
    (*control)->stop();
  }
  engine.on_harvest_end({});
  engine.close();
  room_log("serve")->info("stopped");
  return ok();
}

}  // namespace harvester::serve

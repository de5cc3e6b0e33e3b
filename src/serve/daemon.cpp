#include "harvester/serve/daemon.hpp"

#include <thread>

#include "continuing.hpp"
#include "harvester/core/log.hpp"
#include "harvester/serve/control.hpp"
#include "harvester/serve/store_supervision.hpp"
#include "harvester/serve/tidying.hpp"
#include "harvester/serve/watching.hpp"

namespace harvester::serve {
namespace {

void tidy(Engine& engine, std::stop_token stop) {
  const auto deleted = delete_old_associations(engine.writer(), engine.clock().now(), stop);
  if (!deleted) room_log("serve")->error("old associations could not be deleted: {}", deleted.error().message);
  if (deleted && *deleted > 0) room_log("serve")->info("deleted {} old associations without objects", *deleted);
}

/// Waits for the stop, and tidies up each hour.
void wait_for(Engine& engine, std::stop_token stop) {
  Signal never;
  while (!stop.stop_requested()) {
    tidy(engine, stop);
    never.wait_beyond(0, std::chrono::steady_clock::now() + std::chrono::hours(1), stop);
  }
}

}  // namespace

Status run_daemon(Engine& engine, const std::vector<config::Profile>& profiles, std::stop_token stop) {
  if (auto opened = engine.open_autostart_stores(); !opened) return opened;
  auto control = ControlServer::open(engine, profiles);
  if (!control) return control.error();
  room_log("serve")->info("ready: {} stores open, {} folders watched", engine.stores().size(),
                          engine.site().watch.size());
  {
    const Watching watching(engine, engine.site().watch, stop);
    const std::jthread going_on([&] { Continuing(engine, profiles).run(stop); });
    const std::jthread supervision([&] { keep_stores_alive(engine, stop); });
    wait_for(engine, stop);
    room_log("serve")->info("stopping");
    (*control)->stop();
  }
  engine.close();
  room_log("serve")->info("stopped");
  return ok();
}

}  // namespace harvester::serve

#include "harvester/serve/daemon.hpp"

#include <thread>

#include "harvester/core/log.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/serve/control.hpp"

namespace harvester::serve {
namespace {

/// Goes on with what an earlier process left (G5).
void resume_interrupted(Engine& engine, const std::vector<config::Profile>& profiles, const std::stop_token& stop) {
  const auto left =
      engine.writer().run([](database::Connection& c) { return database::ledger::interrupted_harvests(c).size(); });
  if (!left || *left == 0) return;
  room_log("serve")->info("going on with {} interrupted harvests", *left);
  (void)run_job(engine, profiles, HarvestJob{}, {}, stop);
}

void wait_for(std::stop_token stop) {
  Signal never;
  while (!stop.stop_requested()) never.wait_beyond(0, std::chrono::steady_clock::now() + std::chrono::hours(1), stop);
}

}  // namespace

Status run_daemon(Engine& engine, const std::vector<config::Profile>& profiles, std::stop_token stop) {
  if (auto opened = engine.open_autostart_stores(); !opened) return opened;
  auto control = ControlServer::open(engine, profiles);
  if (!control) return control.error();
  room_log("serve")->info("ready: {} stores open", engine.stores().size());
  {
    const std::jthread resuming([&] { resume_interrupted(engine, profiles, stop); });
    wait_for(stop);
    room_log("serve")->info("stopping");
    (*control)->stop();
  }
  engine.close();
  room_log("serve")->info("stopped");
  return ok();
}

}  // namespace harvester::serve

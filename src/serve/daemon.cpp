#include "harvester/serve/daemon.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <thread>

#include "continuing.hpp"
#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"
#include "harvester/serve/control.hpp"
#include "harvester/serve/reload.hpp"
#include "harvester/serve/scheduling.hpp"
#include "harvester/serve/service_manager.hpp"
#include "harvester/serve/store_supervision.hpp"
#include "harvester/serve/tidying.hpp"
#include "harvester/serve/watching.hpp"
#include "telling.hpp"

namespace harvester::serve {
namespace {

void tell_ready(const ServiceManager& manager, const Engine& engine, const char* more = "") {
  const auto text =
      fmt::format("{} stores open, {} folders watched{}", engine.stores().size(), engine.site().watch.size(), more);
  room_log("serve")->info("ready: {}", text);
  manager.tell(fmt::format("READY=1\nSTATUS={}", text));
}

/// Until a stop; configurations that come meanwhile are taken over.
void wait_for(const std::stop_token& stop, Engine& engine, Profiles& profiles, Reloading& reloading,
              const ServiceManager& manager) {
  for (std::uint64_t seen = 0; !stop.stop_requested();) {
    reloading.asked.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::hours(1), stop);
    const auto asked = reloading.asked.count();
    if (stop.stop_requested() || asked == seen) continue;
    seen = asked;  // what is asked for from here on is one more time
    manager.tell_reloading();
    auto next = reloading.load();
    if (next) reload(engine, profiles, *next);
    tell_ready(manager, engine, next ? "" : "; the new configuration has faults, the old one is in force");
  }
}

void tidy_once(Engine& engine, const std::stop_token& stop) {
  const auto done = tidy(engine.writer(), engine.spool(), engine.site().retention, engine.clock().now(), stop);
  if (!done) room_log("serve")->error("what is old could not be let go: {}", done.error().message);
  if (done && done->any())
    room_log("serve")->info(
        "retention: let go of {} associations, the details of {} studies, {} jobs, {} starts, {} audit events, {} rows"
        " of repeated objects, {} files",
        done->associations, done->studies, done->jobs, done->owners, done->audit_events, done->objects, done->files);
}

void tidy_each_hour(Engine& engine, const std::stop_token& stop) {
  do tidy_once(engine, stop);
  while (pause(std::chrono::hours(1), stop));
}

void tell_activity(Engine& engine, bool starts) {
  trail::Activity activity{starts, {}};
  for (const auto& store : engine.site().stores) activity.titles.push_back(store.ae_title.str());
  engine.auditor().tell(std::move(activity));
}

/// Comes back when the thread that writes the database has gone round once more.
void reach_writer(Engine& engine) {
  (void)engine.writer().run_unflushed([](database::Connection&) {});
}

}  // namespace

Status run_daemon(Engine& engine, std::vector<config::Profile> first, Reloading& reloading, std::stop_token stop,
                  const OpenService& open_service) {
  Profiles profiles(std::move(first));
  if (auto opened = engine.open_autostart_stores(); !opened) return opened;
  const auto manager = ServiceManager::of(config::process_environment(), ::getpid());
  Heartbeats parts;
  const auto control_beat = parts.add("the control socket"), scheduler_beat = parts.add("the scheduler"),
             supervision_beat = parts.add("the supervision of stores");
  Notifier notifier;
  tell_of_harvests(engine, notifier);
  auto control = ControlServer::open(engine, profiles, control_beat);
  if (!control) return control.error();
  auto service = open_service ? open_service(engine, profiles) : std::unique_ptr<DaemonService>();
  if (!service) return service.error();
  tell_ready(manager, engine);
  tell_activity(engine, true);
  {
    const std::jthread silence([&] { watch_for_silence(engine, profiles, notifier, stop); });
    const Watching watching(engine, engine.site().watch, stop);
    const std::jthread going_on([&] { Continuing(engine, profiles).run(stop); });
    const std::jthread schedules([&] { Scheduler(engine, profiles, scheduler_beat).run(stop); });
    const std::jthread supervision([&] { keep_stores_alive(engine, stop, supervision_beat); });
    const std::jthread tidying([&] { tidy_each_hour(engine, stop); });
    const std::jthread watchdog([&] {
      feed_watchdog(
          manager, parts, [&] { reach_writer(engine); }, stop);
    });
    wait_for(stop, engine, profiles, reloading, manager);
    room_log("serve")->info("stopping");
    manager.tell("STOPPING=1");
    (*service).reset();
    (*control)->stop();
  }
  engine.on_harvest_end({});
  engine.close();
  tell_activity(engine, false);
  room_log("serve")->info("stopped");
  return ok();
}

}  // namespace harvester::serve

#pragma once

#include <atomic>
#include <list>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/database/schedules.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/harvesting.hpp"
#include "harvester/serve/reload.hpp"
#include "harvester/serve/service_manager.hpp"

/// The schedules of nodes, by whichever process has the data directory open.
namespace harvester::serve {

/// What is done to one schedule.
struct ScheduleOrder {
  enum class Act { run, pause, resume };
  Act act = Act::run;
  database::schedules::Key key;
};

[[nodiscard]] std::string to_json(const ScheduleOrder& order);

/// Fails with `config` for a text that no version of this program wrote.
Result<ScheduleOrder> schedule_order_from_json(const std::string& json);

/// Runs a schedule now, whether it is due or not: its days, its watermark. `due`: what it was due for; nothing: run by
/// hand. Otherwise as run_job().
int run_schedule(Engine& engine, const std::vector<config::Profile>& profiles, const database::schedules::Key& key,
                 std::optional<Instant> due, const OnEvent& on_event, const Stops& stops);

/// Nothing of a schedule that is paused is due. Fails with `not_found` for a schedule that no profile has.
Status pause_schedule(Engine& engine, const std::vector<config::Profile>& profiles, const ScheduleOrder& order);

/// Begins the runs of all schedules as they come due, each time once. One thread.
class Scheduler {
 public:
  /// `engine` and `profiles` outlive it. `beat` is called with each look at a schedule.
  Scheduler(Engine& engine, const Profiles& profiles, Beat beat = {})
      : engine_(engine), profiles_(profiles), beat_(std::move(beat)) {}

  /// Looks at each schedule of an enabled node, by the engine's clock, and begins what is due.
  void look(const std::stop_token& stop);

  /// Waits for the runs that it began.
  void join() { running_.clear(); }

  /// Looks every few seconds, until a stop is asked for; then what it runs is interrupted and awaited.
  void run(const std::stop_token& stop);

 private:
  struct Running {
    database::schedules::Key key;
    Instant due{};
    std::atomic<bool> ended = false;
    std::jthread thread{};
  };

  void look_at(const config::Profile& profile, const config::Schedule& schedule, const std::stop_token& stop);
  [[nodiscard]] const Running* running(const database::schedules::Key& key) const;
  void begin(const database::schedules::Key& key, Instant due, const std::stop_token& stop);
  void pass_over(const database::schedules::Key& key, Instant due, const char* why);

  Engine& engine_;
  const Profiles& profiles_;
  const Beat beat_;
  std::list<Running> running_;
};

}  // namespace harvester::serve

#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/reload.hpp"

namespace harvester::serve {

/// How long after it was interrupted a harvest goes on by itself; nothing: not by itself. A node that does not answer
/// is tried again after pauses that grow, a day long; then the next harvest of it takes over. Pure.
[[nodiscard]] std::optional<std::chrono::seconds> pause_before_going_on(const database::ledger::HarvestRow& row);

/// Goes on with harvests that were interrupted (G5), one of a node at a time, as soon as their time has come.
class Continuing {
 public:
  /// `engine` and `profiles` outlive it.
  Continuing(Engine& engine, const Profiles& profiles) : engine_(engine), profiles_(profiles) {}

  /// Looks once, by the engine's clock, and goes on with what may.
  void look(const std::stop_token& stop);

  /// Waits for what it went on with.
  void join() { running_.clear(); }

  /// Looks every few seconds, until a stop is asked for; then what it runs is interrupted and awaited.
  void run(const std::stop_token& stop);

 private:
  struct Running {
    std::string node;
    std::atomic<bool> ended = false;
    std::jthread thread{};
  };

  void end_what_could_not();
  bool is_due(const database::ledger::HarvestRow& row);
  bool may_run(const std::string& node) const;
  void begin(const database::ledger::HarvestRow& row, const std::stop_token& stop);

  Engine& engine_;
  const Profiles& profiles_;
  std::map<std::pair<HarvestId, int>, Instant> seen_;  ///< when each interruption was first seen
  std::list<Running> running_;
};

}  // namespace harvester::serve

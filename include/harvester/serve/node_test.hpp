#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/harvesting.hpp"

/// `node test`: everything a harvest needs of a node, tried once, from its name to an object in our own store.
namespace harvester::serve {

enum class StepState {
  ok,
  note,    ///< not as it should be, and no hindrance
  failed,  ///< a harvest would fail here
  skipped  ///< not tried: something before it failed
};

[[nodiscard]] const char* to_string(StepState state);

/// One step and what came of it. No patient data.
struct StepReport {
  std::string step;  ///< name, connection, find_association, move_association, echo, studies, series, instances, store,
                     ///< retrieve, arrival
  StepState state = StepState::ok;
  std::string text;
  std::string advice{};       ///< what to do; empty: nothing
  bool node_refuses = false;  ///< with `failed`: the node cannot be reached, or refuses
  bool operator==(const StepReport&) const = default;
};

/// 0 all well, 4 the node cannot be reached or refused, 3 something else failed.
[[nodiscard]] int exit_code(const std::vector<StepReport>& steps);

/// Tests the node of this name with the engine's own store; a job of the process that owns the data directory. The
/// steps are told as events {"event": "step", "node", "step", "state", "text", "advice"}, then {"event": "tested",
/// "node", "exit_code"}. The object that comes ends as ignored(node_test). Returns the exit code: also 2 for a profile
/// that cannot be used, 130 when stopped. Never throws.
int run_node_test(Engine& engine, const std::vector<config::Profile>& profiles, const std::string& node,
                  const OnEvent& on_event, std::stop_token stop);

}  // namespace harvester::serve

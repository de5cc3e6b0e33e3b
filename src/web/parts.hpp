#pragma once

#include "app.hpp"
#include "call.hpp"
#include "harvester/database/connection.hpp"
#include "lamps.hpp"

/// Parts that several answers have.
namespace harvester::web {

/// N of the README, without its lamp's text shortened; inside a read.
[[nodiscard]] ordered_json node_json(App& app, database::Connection& connection, const config::Profile& profile,
                                     std::vector<Lamp>& lamps);

/// "stores" of the README.
[[nodiscard]] ordered_json stores_json(App& app, std::vector<Lamp>& lamps);
[[nodiscard]] ordered_json folders_json(App& app, std::vector<Lamp>& lamps);

/// "schedules" of the README, of all nodes or of one.
[[nodiscard]] ordered_json schedules_json(App& app, database::Connection& connection, const std::string& node,
                                          std::vector<Lamp>& lamps);

/// "runs" of the README: the next so many of each schedule, the earliest first.
[[nodiscard]] ordered_json next_runs_json(App& app, database::Connection& connection, int count);

/// {"id", "asked_for", "state", "began"} or null.
[[nodiscard]] ordered_json last_harvest_json(const std::optional<database::ledger::HarvestRow>& row);

/// Free bytes where the spool lies; nothing: unknown.
[[nodiscard]] std::optional<std::uint64_t> free_bytes(const App& app);

/// H of the README; inside a read.
[[nodiscard]] ordered_json harvest_json(database::Connection& connection, HarvestId id);

}  // namespace harvester::web

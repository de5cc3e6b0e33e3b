#pragma once

#include <stop_token>

#include "harvester/serve/engine.hpp"
#include "harvester/serve/notification.hpp"
#include "harvester/serve/reload.hpp"

/// What the daemon tells by itself.
namespace harvester::serve {

/// Has the ends of harvests told. `engine` keeps a reference to `notifier`.
void tell_of_harvests(Engine& engine, Notifier& notifier);

/// Looks once, by the engine's clock, for nodes from which nothing has come for as long as their profile says; each
/// silence is told once.
void tell_of_silence(Engine& engine, const std::vector<config::Profile>& profiles, Notifier& notifier);

/// The same each hour, until a stop is asked for.
void watch_for_silence(Engine& engine, const Profiles& profiles, Notifier& notifier, const std::stop_token& stop);

}  // namespace harvester::serve

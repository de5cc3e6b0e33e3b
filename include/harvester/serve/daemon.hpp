#pragma once

#include <stop_token>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/serve/engine.hpp"

namespace harvester::serve {

/// The daemon: opens the stores with `autostart` and the control socket, resumes the harvests that were interrupted,
/// and serves until a stop is asked for; then running jobs are interrupted (they can be resumed), objects under way are
/// finished and everything is closed. Fails where it cannot begin: a port in use, no right to it.
Status run_daemon(Engine& engine, const std::vector<config::Profile>& profiles, std::stop_token stop);

}  // namespace harvester::serve

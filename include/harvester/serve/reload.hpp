#pragma once

#include <string>
#include <vector>

#include "harvester/config/load.hpp"
#include "harvester/core/latest.hpp"
#include "harvester/serve/engine.hpp"

/// A new configuration while the daemon runs.
namespace harvester::serve {

using Profiles = Latest<std::vector<config::Profile>>;

/// Stores to close and to open when one site file takes the place of another.
struct StoreChanges {
  std::vector<std::string> close;  ///< those that are gone or changed
  std::vector<std::string> open;   ///< those that changed, or are new and have `autostart`
  bool operator==(const StoreChanges&) const = default;
};

/// Pure.
[[nodiscard]] StoreChanges store_changes(const config::SiteConfig& before, const config::SiteConfig& after);

/// Keys whose new values wait for the next start. Pure.
[[nodiscard]] std::vector<std::string> waits_for_start(const config::Configuration& before,
                                                       const config::Configuration& after);

/// Takes it over: profiles and schedules for what begins from now on, stores and `audit` at once. What cannot be done
/// is logged, the rest is done.
void reload(Engine& engine, Profiles& profiles, config::Configuration next);

}  // namespace harvester::serve

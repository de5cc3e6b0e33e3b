#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "harvester/config/load.hpp"
#include "harvester/receive/store.hpp"
#include "harvester/serve/checkup.hpp"

/// Whom `doctor` calls: the daemon, our own stores, the nodes.
namespace harvester::cli {

/// A daemon that runs: what its stores tell.
struct Daemon {
  std::vector<receive::StoreStatus> stores;
};

/// Nothing: none runs on this data directory, or this user may not speak to it.
[[nodiscard]] std::optional<Daemon> find_daemon(const config::Configuration& configuration);

/// Ports, C-ECHO to those that are open, certificates.
[[nodiscard]] std::vector<serve::CheckResult> judge_stores(const config::Configuration& configuration,
                                                           const std::optional<Daemon>& daemon, bool daemon_is_root);

/// `node test` of each enabled node where it may be: by the daemon, or by the owner of the data directory. Else C-ECHO.
[[nodiscard]] std::vector<serve::CheckResult> judge_nodes(const config::Configuration& configuration, bool with_daemon,
                                                          bool owns_directory, std::stop_token stop);

}  // namespace harvester::cli

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "harvester/config/load.hpp"
#include "harvester/core/signal.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/reload.hpp"

namespace harvester::serve {

/// How a daemon is told to read its configuration again.
struct Reloading {
  Signal asked{};  ///< notified: do it
  /// Reads it; nothing where it has faults, which it has told: then the old one stays in force.
  std::function<std::optional<config::Configuration>()> load{};
};

/// What came of reading the configuration again.
struct ReloadOutcome {
  std::optional<Instant> at{};  ///< nothing: it never was
  bool ok = true;
  std::vector<std::string> faults{};
};

/// Something that runs beside the daemon and ends before it does: the page. Its destructor ends it.
class DaemonService {
 public:
  virtual ~DaemonService() = default;
};

/// Opens it; both outlive it. An error keeps the daemon from beginning. Empty: there is none.
using OpenService = std::function<Result<std::unique_ptr<DaemonService>>(Engine&, const Profiles&)>;

/// The daemon: opens the stores with `autostart` and the control socket, resumes the harvests that were interrupted,
/// runs schedules and watches folders, and serves until a stop is asked for; then running jobs are interrupted (they
/// can be resumed), objects under way are finished and everything is closed. Fails where it cannot begin: a port in
/// use, no right to it.
Status run_daemon(Engine& engine, std::vector<config::Profile> profiles, Reloading& reloading, std::stop_token stop,
                  const OpenService& open_service = {});

}  // namespace harvester::serve

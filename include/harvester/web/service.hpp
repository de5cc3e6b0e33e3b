#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harvester/config/site.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/core/result.hpp"
#include "harvester/serve/daemon.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/reload.hpp"

/// The status page of the daemon, its JSON API (src/web/README.md), metrics and health.
namespace harvester::web {

struct ServiceOptions {
  std::string version{};
  config::Environment environment{};  ///< where secrets may lie
  /// Has the configuration read again; nothing: cannot be asked for.
  std::function<void()> reload{};
  /// What came of the latest reload.
  std::function<serve::ReloadOutcome()> reloaded{};
  std::chrono::milliseconds request_time{15000};  ///< for a request to arrive
};

/// A running server. Thread-safe.
class Service final : public serve::DaemonService {
 public:
  /// Opens http.bind and http.port of the engine's site (port 0: a free one). `engine` and `profiles` outlive it. Where
  /// the port is in use it says so in the log and tries again every now and then: harvests go on without the page.
  /// Fails with `config`: a token's secret cannot be read.
  static Result<std::unique_ptr<Service>> open(serve::Engine& engine, const serve::Profiles& profiles,
                                               ServiceOptions options);

  /// Ends all connections and streams at once, interrupts what was begun from the page, and joins.
  ~Service() override;

  /// 0 as long as it is not open.
  [[nodiscard]] int port() const;

 private:
  class State;
  explicit Service(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace harvester::web

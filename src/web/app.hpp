#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "harvester/serve/engine.hpp"
#include "harvester/serve/reload.hpp"
#include "harvester/web/access.hpp"
#include "harvester/web/service.hpp"
#include "hub.hpp"
#include "metrics.hpp"
#include "reads.hpp"
#include "runs.hpp"

namespace harvester::web {

/// What was found out about nodes since the daemon began: the latest test of each. Thread-safe.
class NodeTests {
 public:
  void set(const std::string& node, ordered_json test) {
    const std::lock_guard lock(mutex_);
    tests_[node] = std::move(test);
  }
  [[nodiscard]] ordered_json of(const std::string& node) const {
    const std::lock_guard lock(mutex_);
    const auto found = tests_.find(node);
    return found == tests_.end() ? ordered_json() : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, ordered_json> tests_;  // guarded by mutex_
};

/// All that answers are made of.
struct App {
  App(serve::Engine& the_engine, const serve::Profiles& the_profiles, ServiceOptions the_options, Access the_access)
      : engine(the_engine),
        profiles(the_profiles),
        options(std::move(the_options)),
        access(std::move(the_access)),
        reads(engine.paths().database()),
        metrics(engine, profiles, options.version),
        since(engine.clock().now()) {}

  serve::Engine& engine;
  const serve::Profiles& profiles;
  const ServiceOptions options;
  const Access access;
  Reads reads;
  Places places{kMostStreams};
  Hub hub{places};
  Runs runs{places, engine.clock()};
  Places exports{2};
  NodeTests node_tests;
  Metrics metrics;
  const Instant since;

  static constexpr int kMostStreams = 24;

  [[nodiscard]] Instant now() const { return engine.clock().now(); }
  /// The profile of that name, or null. Valid as long as the app.
  [[nodiscard]] const config::Profile* profile(const std::string& name) const {
    for (const auto& each : profiles.get())
      if (each.name == name) return &each;
    return nullptr;
  }
};

}  // namespace harvester::web

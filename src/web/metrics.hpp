#pragma once

#include <memory>
#include <string>

#include "harvester/serve/engine.hpp"
#include "harvester/serve/reload.hpp"
#include "reads.hpp"

namespace harvester::web {

/// What Prometheus is told. Counters begin with the process. No patient data. Thread-safe.
class Metrics {
 public:
  Metrics(serve::Engine& engine, const serve::Profiles& profiles, const std::string& version);
  ~Metrics();

  /// An event of a harvest (serve/events.hpp); of those that ended the ledger is asked later.
  void note(const std::string& event);

  /// The text format, as of now. Fails as Reads.
  Result<std::string> text(Reads& reads);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace harvester::web

#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/dicom/scu.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/service_manager.hpp"

/// Our own stores seen from outside: a C-ECHO over the network, as a modality would send it.
namespace harvester::serve {

/// What a caller of one of our stores needs.
struct StoreCall {
  dicom::Peer peer;
  dicom::ScuOptions options;
};

/// How to call a store from this machine, as somebody whom it accepts; one with TLS by its own certificate, which it
/// always accepts and has to show. Fails with `config` where that, or with mutual authentication its key, cannot be
/// read.
[[nodiscard]] Result<StoreCall> call_of(const config::Store& store);

/// Sends C-ECHO. Fails as associations do.
Status echo(const StoreCall& call);

/// What supervision sees and does; the daemon's are those of its engine.
struct StoreActions {
  std::function<std::vector<config::Store>()> open_stores;  ///< those that are to be kept alive
  std::function<Status(const config::Store&)> call;
  std::function<Status(const std::string& name)> reopen;
};

/// Calls stores, and opens those anew that do not answer twice in a row. A refusal is an answer: a store that is full
/// lives. So does one that cannot be called because of its TLS files: it could not be opened with them either. One
/// thread.
class StoreSupervision {
 public:
  explicit StoreSupervision(StoreActions actions) : actions_(std::move(actions)) {}

  /// Calls each open store once; returns how long to wait before the next round.
  std::chrono::seconds round();

 private:
  void look_after(const config::Store& store);

  const StoreActions actions_;
  std::map<std::string, int> unanswered_;  ///< calls in a row, by store
};

/// Rounds of the stores of an engine until a stop. `beat` is called with each round and each call.
void keep_stores_alive(Engine& engine, std::stop_token stop, const Beat& beat = {});

}  // namespace harvester::serve

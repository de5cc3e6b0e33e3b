#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "call.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/serve/harvesting.hpp"
#include "hub.hpp"

namespace harvester::web {

/// What somebody began from the page: jobs with a thread each, and what was told of them. Thread-safe.
class Runs {
 public:
  Runs(Places& places, const Clock& clock) : places_(places), clock_(clock) {}

  /// close().
  ~Runs() { close(); }

  struct What {
    std::string kind;     ///< query, harvest, retrieve, resume, node_test, schedule
    std::string subject;  ///< a node
    std::string by;       ///< whose token
  };
  using Work = std::function<int(const serve::OnEvent&, const serve::Stops&)>;

  /// Begins it on a thread of its own. Fails with `transient`: too many at once, or the daemon stops.
  Result<std::int64_t> begin(What what, Work work);

  /// As the API shows them, the newest first; `with_events` for one.
  [[nodiscard]] std::vector<ordered_json> list() const;
  [[nodiscard]] std::optional<ordered_json> find(std::int64_t id) const;

  /// Asks it to end; false: there is no such run.
  bool cancel(std::int64_t id);

  /// Its events after that number. Null: too many listen; nothing: there is no such run.
  [[nodiscard]] std::optional<std::shared_ptr<EventStream>> listen(std::int64_t id, std::int64_t after);

  /// Stopped when the daemon is about to end.
  [[nodiscard]] std::stop_token process_ends() const { return process_ends_.get_token(); }

  /// Interrupts what runs, so that the next process goes on with it, and waits for it. Ends all streams.
  void close();

 private:
  struct Run;
  class Listener;
  void forget_old();

  Places& places_;
  const Clock& clock_;
  std::stop_source process_ends_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<Run>> runs_;  // guarded by mutex_
  std::int64_t next_ = 1;                              // guarded by mutex_
  bool closed_ = false;                                // guarded by mutex_
};

}  // namespace harvester::web

#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "call.hpp"

namespace harvester::web {

/// Places for listeners on streams, over all kinds of them. Thread-safe.
class Places {
 public:
  explicit Places(int most) : state_(std::make_shared<State>(most)) {}
  /// Keeps a place as long as it lives; null: all are taken.
  [[nodiscard]] std::shared_ptr<void> take();

  /// Waits until all are given back, at most so long.
  void await_all(std::chrono::milliseconds longest) const;

 private:
  struct State {
    explicit State(int all) : most(all), left(all) {}
    const int most;
    std::mutex mutex;
    std::condition_variable given_back;
    int left;  // guarded by mutex
  };
  const std::shared_ptr<State> state_;
};

/// Takes the events of all harvests that this process runs to whoever listens. Thread-safe.
class Hub {
 public:
  explicit Hub(Places& places) : places_(places) {}

  /// Never waits: a listener who does not keep up loses the oldest.
  void publish(const std::string& event);

  /// All events from now on, or those of one harvest: of that its latest `progress` first, and `finished` ends it.
  /// Null: too many listen.
  [[nodiscard]] std::shared_ptr<EventStream> listen(std::optional<std::int64_t> harvest);

  /// The latest `progress` of each harvest that runs, with "at".
  [[nodiscard]] std::vector<ordered_json> running() const;
  [[nodiscard]] std::optional<ordered_json> progress_of(std::int64_t harvest) const;

  /// Ends all streams, also those to come.
  void close();

 private:
  class Listener;
  void remember(const ordered_json& event);

  Places& places_;
  mutable std::mutex mutex_;
  std::set<Listener*> listeners_;                // guarded by mutex_
  std::map<std::int64_t, ordered_json> latest_;  // guarded by mutex_
  bool closed_ = false;                          // guarded by mutex_
};

}  // namespace harvester::web

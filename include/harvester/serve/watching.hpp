#pragma once

#include <deque>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "harvester/serve/engine.hpp"
#include "harvester/watch/folder.hpp"

namespace harvester::serve {

/// Watched folders, each on a thread of its own. One that is not there, or fails, is told once and tried again after
/// pauses that grow; it does not stop the others.
class Watching {
 public:
  /// Begins. Log and counts know the folders by their place in the list: watch#1 is the first. The engine must outlive
  /// it.
  Watching(Engine& engine, const std::vector<config::Watch>& folders, std::stop_token stop);
  /// Waits for its threads: ask for the stop before.
  ~Watching() = default;
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

  /// Waits until a stop was asked for and each folder has ended.
  void join();

  /// What became of the files so far; `n` counts from 0.
  [[nodiscard]] watch::Counts counts(std::size_t n) const { return watched_.at(n).tally->counts(); }

 private:
  struct Watched {
    std::string name;
    config::Watch settings;
    watch::Tally* tally = nullptr;  // the engine's
    std::jthread thread;
  };

  void supervise(Watched& watched) const;
  Status watch_once(Watched& watched) const;

  Engine& engine_;
  const std::stop_token stop_;
  std::deque<Watched> watched_;
};

}  // namespace harvester::serve

#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/result.hpp"
#include "harvester/core/signal.hpp"
#include "harvester/database/writer.hpp"

namespace harvester::intake {

struct PoolOptions {
  std::vector<std::string> command;  ///< program and arguments of a worker; it speaks on its standard input and output
  int workers = 2;
  std::int64_t generation = 0;                       ///< of the owning process
  std::chrono::milliseconds longest_object{300000};  ///< a worker silent for so long while it has work is killed
  std::string settings{};  ///< what a worker finds as its descriptor 3: a file in memory; empty: none
};

/// A small pool of worker processes, so that an object that breaks the parser never takes the store with it. Workers
/// are spawned when there is work, inherit only their two pipes and standard error, and die with this process. One that
/// dies is replaced, after a pause that grows while deaths follow each other; what it had claimed is given back.
/// Thread-safe.
class Pool {
 public:
  /// Starts the supervising thread. `activity` is notified after each batch that a worker has committed; `writer` and
  /// `activity` outlive the pool.
  static std::unique_ptr<Pool> start(PoolOptions options, database::Writer& writer, Signal& activity,
                                     const Clock& clock);

  /// stop() with a short grace.
  virtual ~Pool() = default;

  /// New objects may be in the inbox. Cheap; call it after each arrival.
  virtual void nudge() = 0;

  /// Whether workers do not get on: several in a row could not be started, or ended with an error of their own (on a
  /// full disk). It goes on trying; what is in the inbox is safe.
  [[nodiscard]] virtual bool stuck() const = 0;

  /// Waits until nothing is received or claimed any more. False if a stop came first, the database failed
  /// or workers are stuck().
  virtual bool drain(std::stop_token stop) = 0;

  /// No new batches; waits up to `grace` for those at work, then kills the workers and gives back what they held.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace harvester::intake

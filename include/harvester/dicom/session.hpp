#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "harvester/dicom/scu.hpp"
#include "harvester/dicom/slow_down.hpp"

namespace harvester::dicom {

/// How gently one node is treated by all sessions together (G7).
struct NodeLimits {
  int requests_per_minute = 120;       ///< 0: no limit
  double pause_ratio = 0;              ///< after an operation of t seconds, a pause of ratio × t
  int operations_per_association = 0;  ///< 0: no limit
  std::chrono::milliseconds idle_release{30000};
};

/// Spaces the requests to one node evenly over time, and further apart when its answers get slower. Shared by all
/// sessions with it; thread-safe.
class Pacer {
 public:
  explicit Pacer(int requests_per_minute);

  /// Waits for this request's turn. False if a stop came first.
  bool wait_turn(std::stop_token stop);

  /// Notes how long a query took (`level`: of the query); how long to pause after it.
  std::chrono::nanoseconds pause_after(const std::string& level, std::chrono::nanoseconds took);

 private:
  using Time = std::chrono::steady_clock::time_point;
  std::chrono::nanoseconds spacing_;
  std::mutex mutex_;
  Time next_{};         // guarded by mutex_
  SlowDown slow_down_;  // guarded by mutex_
};

/// One thread's line to a node: opens an association when one is needed, renews it after failures, after
/// `operations_per_association` operations or when it was idle too long, and waits its turn at the pacer.
class Session {
 public:
  Session(Peer peer, ScuOptions options, std::vector<Proposal> proposals, NodeLimits limits,
          std::shared_ptr<Pacer> pacer);
  Session(Session&&) noexcept = default;
  ~Session();

  /// C-FIND, see ScuAssociation::find. A connection that had gone stale before the first answer is renewed once.
  Result<FindOutcome> find(Model model, const Attributes& keys, const ScuAssociation::OnMatch& on_match,
                           std::stop_token stop);

  /// C-MOVE, see ScuAssociation::move. A connection that had gone stale is renewed once, as in find().
  Result<MoveOutcome> move(Model model, const Attributes& keys, const AeTitle& destination, const MoveTimers& timers,
                           const ScuAssociation::LastSign& last_sign, std::stop_token stop);

  /// C-GET, see ScuAssociation::get. A connection that had gone stale is renewed once, as in find().
  Result<MoveOutcome> get(Model model, const Attributes& keys, const MoveTimers& timers, const TakeObject& take,
                          std::stop_token stop);

  /// What is proposed from now on; an association that was opened with other proposals is renewed.
  void propose(std::vector<Proposal> proposals);

  Result<DimseStatus> echo(std::stop_token stop);

  /// Whether the latest operation went out: false if no association could be had for it. Then its failure says
  /// something of the node, and nothing of what was asked.
  [[nodiscard]] bool sent() const { return sent_; }

  /// Releases the association if there is one.
  void close();

 private:
  /// The association, opened if there is none that can be used.
  Result<ScuAssociation*> ready(std::stop_token stop);
  void give_time(const std::string& level, std::chrono::nanoseconds took, std::stop_token stop);
  void after_operation(bool good, std::chrono::steady_clock::time_point began, std::stop_token stop);

  Peer peer_;
  ScuOptions options_;
  std::vector<Proposal> proposals_;
  NodeLimits limits_;
  std::shared_ptr<Pacer> pacer_;
  std::optional<ScuAssociation> association_;
  int operations_ = 0;
  bool sent_ = false;
  std::chrono::steady_clock::time_point last_used_{};
};

}  // namespace harvester::dicom

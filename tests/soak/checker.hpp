#pragma once

#include <atomic>
#include <thread>

#include "harvester/database/writer.hpp"
#include "harvester/spool/spool.hpp"
#include "workload.hpp"

namespace harvester::soak {

/// Compares what senders were told with what the inbox and the spool hold, and takes away what was compared, so that
/// neither grows.
class Checker {
 public:
  Checker(spool::Spool& spool, database::Writer& writer, SentQueue& queue, Faults& faults)
      : spool_(spool), writer_(writer), queue_(queue), faults_(faults), thread_([this] { work(); }) {}

  /// Waits until everything was compared; the queue must be closed.
  void finish() { thread_.join(); }

  [[nodiscard]] std::uint64_t checked() const { return checked_; }

 private:
  struct Row {
    std::int64_t id = 0;
    std::string state, reason, sha256, spool_path;
  };

  void work();
  void check(const Sent& sent);
  void check_rows(const Sent& sent, const std::vector<Row>& rows);
  void check_file(const Row& row);
  [[nodiscard]] std::vector<Row> rows_of(const std::string& instance);
  void remove(const std::vector<Row>& rows);

  spool::Spool& spool_;
  database::Writer& writer_;
  SentQueue& queue_;
  Faults& faults_;
  std::atomic<std::uint64_t> checked_{0};
  std::thread thread_;  // last: uses the rest
};

}  // namespace harvester::soak

#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "harvester/database/connection.hpp"

namespace harvester::database {

/// The one thread of a process that writes. Work handed in by several threads at once shares one transaction and one
/// flush (group commit); each piece has its own savepoint, so that one that fails takes no other with it.
class Writer {
 public:
  /// Owns a connection opened by open_database().
  explicit Writer(Connection connection);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  /// Finishes what was handed in, then joins.
  ~Writer();

  /// Runs `function(Connection&)` in the next shared transaction and returns its value once that is committed to
  /// stable storage. Any thread but the writer's own. Fails with `storage` (disk full, I/O error, busy too long): then
  /// nothing of it was written.
  /// An exception of another kind thrown by `function` is a broken invariant: its work is rolled back and reported
  /// as `storage` too. The result is Result<value> or, for a void function, Status.
  template <class F>
  auto run(F&& function) {
    return run_as(function, true);
  }

  /// The same for what may be lost with the power, but never with the process, and never without what was committed
  /// after it: notes on what is about to be done. It is not flushed by itself and so costs next to nothing.
  template <class F>
  auto run_unflushed(F&& function) {
    return run_as(function, false);
  }

 private:
  struct Task;

  template <class F>
  auto run_as(F& function, bool flushed) {
    using Value = std::invoke_result_t<F, Connection&>;
    if constexpr (std::is_void_v<Value>) {
      return submit([&](Connection& connection) { function(connection); }, flushed);
    } else {
      return run_for_value<Value>(function, flushed);
    }
  }

  template <class Value, class F>
  Result<Value> run_for_value(F& function, bool flushed) {
    std::optional<Value> value;
    auto status = submit([&](Connection& connection) { value.emplace(function(connection)); }, flushed);
    if (!status) return status.error();
    return std::move(*value);
  }

  Status submit(std::function<void(Connection&)> function, bool flushed);
  void work();
  void run_batch(std::deque<Task*>& batch);

  Connection connection_;  // used by thread_ only
  std::mutex mutex_;
  std::condition_variable waiting_;
  std::condition_variable done_;
  std::deque<Task*> tasks_;  // guarded by mutex_
  bool stopping_ = false;    // guarded by mutex_
  std::thread thread_;
};

}  // namespace harvester::database

#include "harvester/database/writer.hpp"

#include <algorithm>

namespace harvester::database {

/// A piece of work on its way through the writer; lives on the stack of the thread that waits for it.
struct Writer::Task {
  std::function<void(Connection&)> function;
  bool flushed;
  std::optional<Error> error{};
  bool done = false;
};

Writer::Writer(Connection connection) : connection_(std::move(connection)), thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  waiting_.notify_all();
  thread_.join();
}

Status Writer::submit(std::function<void(Connection&)> function, bool flushed) {
  Task task{std::move(function), flushed};
  std::unique_lock lock(mutex_);
  tasks_.push_back(&task);
  waiting_.notify_one();
  done_.wait(lock, [&] { return task.done; });
  if (task.error) return *task.error;
  return ok();
}

void Writer::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    waiting_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    auto batch = std::exchange(tasks_, {});
    lock.unlock();
    run_batch(batch);
    lock.lock();
    for (auto* task : batch) task->done = true;
    done_.notify_all();
  }
}

namespace {

/// Runs one task under a savepoint. False if the transaction itself is gone (SQLite rolls back on some errors).
bool run_saved(Connection& connection, const std::function<void(Connection&)>& function, std::optional<Error>& error) {
  try {
    connection.run("SAVEPOINT task");
    function(connection);
    connection.run("RELEASE task");
    return true;
  } catch (...) {
    error = current_database_error();
  }
  try {
    connection.run("ROLLBACK TO task; RELEASE task");
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

void Writer::run_batch(std::deque<Task*>& batch) {
  try {
    connection_.flush_commits(std::any_of(batch.begin(), batch.end(), [](const Task* task) { return task->flushed; }));
    Transaction transaction(connection_);
    for (auto* task : batch) {
      if (run_saved(connection_, task->function, task->error)) continue;
      throw std::runtime_error("the transaction was rolled back by the database");
    }
    transaction.commit();
  } catch (...) {
    const auto error = current_database_error();
    for (auto* task : batch)
      if (!task->error) task->error = error;
  }
}

}  // namespace harvester::database

#include "reads.hpp"

#include <chrono>

namespace harvester::web {
namespace {

constexpr int kMost = 6;
constexpr std::chrono::seconds kPatience{10};

}  // namespace

Result<database::Connection> Reads::take() {
  {
    std::unique_lock lock(mutex_);
    if (!free_.wait_for(lock, kPatience, [&] { return !idle_.empty() || open_ < kMost; }))
      return Error{ErrorKind::transient, "the database is busy with other questions: try again"};
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
  }
  auto connection = database::open_for_reading(database_);
  if (!connection) {
    const std::lock_guard lock(mutex_);
    --open_;
    free_.notify_one();
  }
  return connection;
}

void Reads::give_back(database::Connection connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  free_.notify_one();
}

}  // namespace harvester::web

#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>

namespace harvester::serve {

/// Lets those who want the same thing have it one after the other, e.g. harvests of one node. Thread-safe.
class Turns {
 public:
  /// A turn; it ends with its scope.
  class Turn {
   public:
    Turn(Turns& turns, std::string name) : turns_(&turns), name_(std::move(name)) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)), name_(std::move(other.name_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->end(name_);
    }

   private:
    Turns* turns_;
    std::string name_;
  };

  /// Waits until nobody has the turn of this name. Nothing if a stop came first.
  std::optional<Turn> wait(const std::string& name, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, std::move(stop), [&] { return !taken_.contains(name); })) return std::nullopt;
    taken_.insert(name);
    return Turn(*this, name);
  }

 private:
  void end(const std::string& name) {
    const std::lock_guard lock(mutex_);
    taken_.erase(name);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<std::string> taken_;  // guarded by mutex_
};

}  // namespace harvester::serve

#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "harvester/core/queue.hpp"

namespace harvester::cli {

/// Threads that take files side by side, so that those which wait for the disk share its flushes.
class Takers {
 public:
  /// `take` is called from all of the threads at once.
  Takers(int threads, std::stop_token stop, std::function<void(const std::string&)> take)
      : stop_(std::move(stop)), queue_(static_cast<std::size_t>(threads) * 2) {
    for (int n = 0; n < threads; ++n)
      threads_.emplace_back([this, take] {
        while (const auto path = queue_.pop_or_wait(stop_)) take(*path);
      });
  }
  Takers(const Takers&) = delete;
  Takers& operator=(const Takers&) = delete;
  ~Takers() { finish(); }

  /// Waits while all are busy. Nothing happens once stopped.
  void add(std::string path) { (void)queue_.push_or_wait(std::move(path), stop_); }

  /// Waits until all that was added is taken; nothing can be added after that.
  void finish() {
    queue_.close();
    threads_.clear();
  }

 private:
  const std::stop_token stop_;
  BoundedQueue<std::string> queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace harvester::cli

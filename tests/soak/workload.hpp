#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace harvester::soak {

/// What a sender knows of one object when its association is over.
struct Sent {
  std::string instance;
  std::string sha256;          ///< of the data set that was acknowledged; empty: none was, so there must be no row
  std::string changed_sha256;  ///< of other bytes under the same UID; empty: none were sent
  int repeats = 0;             ///< how often the same bytes were acknowledged once more
};

/// From the senders to the checker: bounded, senders wait when it is full. Thread-safe.
class SentQueue {
 public:
  void push_waiting(std::vector<Sent> sent) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return queue_.size() < kMost; });
    for (auto& one : sent) queue_.push_back(std::move(one));
    changed_.notify_all();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  void reopen() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
  }
  /// The next few; empty when it is closed and everything was taken.
  std::vector<Sent> pop_waiting(std::size_t most) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !queue_.empty(); });
    std::vector<Sent> taken;
    while (!queue_.empty() && taken.size() < most) {
      taken.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    changed_.notify_all();
    return taken;
  }

 private:
  static constexpr std::size_t kMost = 256;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Sent> queue_;  // guarded by mutex_
  bool closed_ = false;     // guarded by mutex_
};

/// What went wrong, the first few of each run. Thread-safe.
class Faults {
 public:
  void add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    ++count_;
    if (texts_.size() < 20) texts_.push_back(what);
  }
  [[nodiscard]] std::uint64_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    const std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t count_ = 0;         // guarded by mutex_
  std::vector<std::string> texts_;  // guarded by mutex_
};

/// One sending thread: association after association, each of a shape drawn by lot.
class Sender {
 public:
  Sender(int port, int number, SentQueue& queue, Faults& faults)
      : port_(port), number_(number), queue_(queue), faults_(faults), random_(static_cast<unsigned>(number)) {}

  /// One association of some shape.
  void step();

 private:
  struct Object {
    std::string instance, bytes;
  };
  Object next_object(bool image);
  void one_object();
  void many_objects();
  void broken_off();
  void repeated();
  void echo_only();
  void idle();
  void crowd();
  bool draw(int percent) { return static_cast<int>(random_() % 100) < percent; }

  const int port_;
  const int number_;
  SentQueue& queue_;
  Faults& faults_;
  std::mt19937 random_;
  std::uint64_t objects_ = 0;
};

}  // namespace harvester::soak

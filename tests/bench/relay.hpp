#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <thread>

namespace harvester::bench {

/// A line with a delay: takes connections on a loopback port and forwards their bytes to another, in each direction so
/// much later, in order, and without Nagle or delayed acknowledgements of its own.
class Relay {
 public:
  Relay(int target_port, std::chrono::microseconds each_way);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  [[nodiscard]] int port() const { return port_; }

 private:
  struct Connection {
    std::atomic<bool> over = false;
    std::jthread thread{};
  };

  void accept_all(const std::stop_token& stop);

  const int target_port_;
  const std::chrono::microseconds each_way_;
  int listener_ = -1;
  int port_ = 0;
  std::list<Connection> connections_;  ///< of the accepting thread, until it has ended
  std::jthread thread_;
};

}  // namespace harvester::bench

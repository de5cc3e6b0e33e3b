#pragma once

#include <string>
#include <thread>

namespace harvester::simulation {

/// A line of limited bandwidth: takes one connection on a loopback port and passes its bytes on to a target, so many kB
/// a second; what comes back is passed on at once. Both ends are closed when one of them closes, and at its end.
class SlowLine {
 public:
  /// Throws std::system_error if no port can be had.
  SlowLine(std::string host, int port, int kilobytes_per_second);
  ~SlowLine();
  SlowLine(const SlowLine&) = delete;
  SlowLine& operator=(const SlowLine&) = delete;

  [[nodiscard]] int port() const { return port_; }

 private:
  void run(const std::stop_token& stop) const;

  const std::string host_;
  const int target_port_;
  const int bytes_per_second_;
  int listener_ = -1;
  int port_ = 0;
  std::jthread thread_;  // last: ends first
};

}  // namespace harvester::simulation

#pragma once

#include <chrono>
#include <string_view>

#include "harvester/config/values.hpp"
#include "harvester/core/result.hpp"

namespace harvester::serve {

/// Sends datagrams to one place (RFC 5426). One thread at a time. The name is looked up when it is needed, and again
/// after ten minutes, half a minute where it fails: for a thread that may wait.
class SyslogSender {
 public:
  explicit SyslogSender(config::Endpoint to) : to_(std::move(to)) {}
  SyslogSender(const SyslogSender&) = delete;
  SyslogSender& operator=(const SyslogSender&) = delete;
  ~SyslogSender();

  /// Fails with `transient`: the name is not known, nobody listens, no way there, no room for 200 ms. What UDP loses on
  /// its way nobody hears of.
  Status send(std::string_view message);

 private:
  using Time = std::chrono::steady_clock::time_point;

  Status find();
  Status look_up();
  [[nodiscard]] int put(std::string_view message) const;

  const config::Endpoint to_;
  int fd_ = -1;
  Time next_look_up_{};
  Error not_found_{ErrorKind::transient, ""};  ///< while there is no socket
};

}  // namespace harvester::serve

#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/config/values.hpp"

/// The daemon under a service manager that speaks the protocol of sd_notify(3), such as systemd.
namespace harvester::serve {

/// Whoever started us and wants to know how we are. Without one every call does nothing. Thread-safe.
class ServiceManager {
 public:
  /// NOTIFY_SOCKET: where it listens; WATCHDOG_USEC: how long it waits for a sign of life, unless WATCHDOG_PID names
  /// another process than `process`.
  static ServiceManager of(const config::Environment& environment, pid_t process);

  /// "READY=1", "STATUS=…": lines of NAME=VALUE. What cannot be sent is lost.
  void tell(const std::string& state) const;

  /// Before a configuration is taken over; after it: "READY=1".
  void tell_reloading() const;

  /// Within which time it has to hear "WATCHDOG=1" again and again; nothing: it does not wait for that.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  std::string socket_;  ///< path, or a name that begins with @; empty: none
  std::optional<std::chrono::microseconds> watchdog_;
};

/// Says that a part is alive; may be empty.
using Beat = std::function<void()>;

/// The parts of a daemon that must go on, each of which beats in its loop. Add parts before others use it; then
/// thread-safe.
class Heartbeats {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `now`: moved by tests.
  explicit Heartbeats(std::function<Time()> now = [] { return std::chrono::steady_clock::now(); })
      : now_(std::move(now)) {}

  /// A further part; it has just beaten. The beat is valid as long as this.
  Beat add(std::string name);

  /// The parts that have not beaten for longer than that.
  [[nodiscard]] std::vector<std::string> silent(std::chrono::steady_clock::duration longest) const;

 private:
  struct Part {
    Part(std::string part, Time time) : name(std::move(part)), last(time) {}
    const std::string name;
    std::atomic<Time> last;
  };
  std::function<Time()> now_;
  std::list<Part> parts_;
};

/// No part of the daemon is silent for so long: its loops look around every few seconds, and nothing that one of them
/// waits for takes longer than a minute.
inline constexpr std::chrono::minutes kLongestSilence{2};

/// Tells the service manager that we are alive, until a stop, as long as all parts are. When one is silent for too long
/// it is named in the log and nothing is told any more: we are killed and started anew. `probe` is called each time
/// and has to come back, too. Returns at once where no sign of life is waited for.
void feed_watchdog(const ServiceManager& manager, const Heartbeats& parts, const std::function<void()>& probe,
                   std::stop_token stop);

}  // namespace harvester::serve

#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace harvester::cli {

/// Turns SIGINT and SIGTERM into a stop request: the first one asks to end in an orderly way, the second ends the
/// process at once (exit code 130; what is open is resumed later). Make it before other threads, so that they all
/// have the signals blocked.
class StopOnSignal {
 public:
  /// With `on_hangup` SIGHUP calls it, on a thread of this object; else SIGHUP does what it always does.
  explicit StopOnSignal(std::function<void()> on_hangup = {});
  ~StopOnSignal() = default;
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  [[nodiscard]] int wait_for_signal(const std::stop_token& end) const;

  std::function<void()> on_hangup_;
  std::stop_source source_;
  std::jthread thread_;
};

}  // namespace harvester::cli

#include "signals.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace harvester::cli {
namespace {

constexpr int kEndedBySignal = 130;

sigset_t signals_for(bool hangup) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  if (hangup) ::sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

/// The signal that came; 0 when `end` asks first.
int StopOnSignal::wait_for_signal(const std::stop_token& end) const {
  constexpr timespec kLookEvery{0, 100'000'000};
  const auto set = signals_for(static_cast<bool>(on_hangup_));
  while (!end.stop_requested())
    if (const int signal = ::sigtimedwait(&set, nullptr, &kLookEvery); signal > 0) return signal;
  return 0;
}

StopOnSignal::StopOnSignal(std::function<void()> on_hangup) : on_hangup_(std::move(on_hangup)) {
  const auto set = signals_for(static_cast<bool>(on_hangup_));
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::jthread([this](std::stop_token end) {
    while (const int signal = wait_for_signal(end)) {
      if (signal == SIGHUP) {
        on_hangup_();
        continue;
      }
      if (source_.stop_requested()) ::_exit(kEndedBySignal);
      source_.request_stop();
    }
  });
}

}  // namespace harvester::cli

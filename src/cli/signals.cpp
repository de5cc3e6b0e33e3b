#include "signals.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace harvester::cli {
namespace {

constexpr int kEndedBySignal = 130;

sigset_t stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

/// Waits for a stop signal; false when `end` asks first.
bool wait_for_signal(const sigset_t& set, const std::stop_token& end) {
  constexpr timespec kLookEvery{0, 100'000'000};
  while (!end.stop_requested())
    if (::sigtimedwait(&set, nullptr, &kLookEvery) > 0) return true;
  return false;
}

}  // namespace

StopOnSignal::StopOnSignal() {
  const auto set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::jthread([this, set](std::stop_token end) {
    if (!wait_for_signal(set, end)) return;
    source_.request_stop();
    if (wait_for_signal(set, end)) ::_exit(kEndedBySignal);
  });
}

}  // namespace harvester::cli

#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace harvester {

/// Waits for so long; false if a stop was asked for first.
inline bool pause(std::chrono::milliseconds length, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any nobody;
  std::unique_lock lock(mutex);
  nobody.wait_for(lock, stop, length, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace harvester

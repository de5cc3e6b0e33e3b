#pragma once

#include <chrono>
#include <cstdint>

#include "harvester/dicom/transport.hpp"

namespace harvester::dicom {

/// Whether a message comes fast enough (SlowestLine). Counts only the time that was spent waiting for it: our own
/// slowness, on a busy disk, is not the peer's. Pure.
class Progress {
 public:
  explicit Progress(const SlowestLine& slowest = {}) : slowest_(slowest) {}

  /// A message begins.
  void begin() { *this = Progress(slowest_); }

  /// So much came after so long a wait. False once a window of waiting has brought too little.
  [[nodiscard]] bool came(std::uint64_t bytes, std::chrono::nanoseconds waited) {
    bytes_ += bytes;
    waited_ += waited;
    if (waited_ < slowest_.window) return true;
    const auto seconds = std::chrono::duration<double>(waited_).count();
    const bool enough = static_cast<double>(bytes_) >= static_cast<double>(slowest_.bytes_per_second) * seconds;
    begin();
    return enough;
  }

 private:
  SlowestLine slowest_;
  std::uint64_t bytes_ = 0;
  std::chrono::nanoseconds waited_{0};
};

}  // namespace harvester::dicom

#pragma once

#include <algorithm>
#include <chrono>

namespace harvester::dicom {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The clock of one operation: how long the peer may be silent, and what happens once a stop is asked for.
class Patience {
 public:
  Patience(std::chrono::milliseconds silence, std::chrono::milliseconds after_cancel)
      : silence_(silence), after_cancel_(after_cancel), last_(std::chrono::steady_clock::now()) {}

  /// A sign of life; once cancelled it no longer counts.
  void heard_at(SteadyTime when) {
    if (!cancelled_) last_ = std::max(last_, when);
  }
  void cancel() {
    cancelled_ = true;
    last_ = std::chrono::steady_clock::now();
  }
  [[nodiscard]] bool cancelled() const { return cancelled_; }
  [[nodiscard]] bool over() const {
    return std::chrono::steady_clock::now() - last_ > (cancelled_ ? after_cancel_ : silence_);
  }

 private:
  std::chrono::milliseconds silence_, after_cancel_;
  SteadyTime last_;
  bool cancelled_ = false;
};

}  // namespace harvester::dicom

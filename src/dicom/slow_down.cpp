#include "harvester/dicom/slow_down.hpp"

#include <algorithm>

namespace harvester::dicom {
namespace {

using std::chrono::milliseconds;

constexpr int kToKnow = 8;      ///< operations before anything is said
constexpr int kMuchSlower = 3;  ///< times the usual
constexpr auto kNobodyMinds = milliseconds(100);
constexpr auto kLongest = std::chrono::seconds(10);

SlowDown::Time towards(SlowDown::Time from, SlowDown::Time to, int steps) { return from + (to - from) / steps; }

}  // namespace

SlowDown::Time SlowDown::pause_after(const std::string& kind, Time took) {
  auto& known = kinds_[kind];
  const bool first = known.count++ == 0;
  known.usual = first ? took : towards(known.usual, took, took < known.usual || known.count <= kToKnow ? 4 : 512);
  known.lately = first ? took : towards(known.lately, took, 4);
  const bool slower = known.lately > known.usual * kMuchSlower && known.lately > Time(kNobodyMinds);
  if (known.count <= kToKnow || !slower) return Time(0);
  return std::min<Time>(known.lately - known.usual, kLongest);
}

}  // namespace harvester::dicom

#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace harvester::simulation {

/// The same numbers on every machine and library, which the distributions of <random> do not promise (splitmix64).
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : state_(seed ^ (stream * 0xD1B54A32D192ED03ULL)) {
    next();
  }

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }

  /// 0 … count-1
  int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(double probability) { return unit() < probability; }

  /// A value in [low, high] with that many decimals, so that it is the same as text and as number.
  double value(double low, double high, int decimals = 2) {
    const double scale = std::pow(10.0, decimals);
    return std::round((low + (high - low) * unit()) * scale) / scale;
  }

  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[static_cast<std::size_t>(below(static_cast<int>(items.size())))];
  }

 private:
  double unit() { return static_cast<double>(next() >> 11U) / 9007199254740992.0; }

  std::uint64_t state_;
};

}  // namespace harvester::simulation

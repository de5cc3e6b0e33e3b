#include "progress.hpp"

#include <catch2/catch.hpp>

using harvester::dicom::Progress;
using namespace std::chrono_literals;

namespace {

/// How long a message is let come of which a piece comes after each wait; at most two hours.
std::chrono::nanoseconds let_come(std::uint64_t piece, std::chrono::nanoseconds wait) {
  Progress progress;
  std::chrono::nanoseconds time{0};
  while (time < 2h) {
    time += wait;
    if (!progress.came(piece, wait)) break;
  }
  return time;
}

}  // namespace

TEST_CASE("progress: real lines pass, however slow and in whatever pieces they bring it", "[dicom]") {
  CHECK(let_come(8000, 1s) >= 2h);     // 64 kbit/s
  CHECK(let_come(131072, 50s) >= 2h);  // whole PDUs over 21 kbit/s
  CHECK(let_come(1200, 1s) >= 2h);     // 9600 bit/s
  CHECK(let_come(1'000'000, 1ms) >= 2h);
}

TEST_CASE("progress: who only holds a place is found out after the first window", "[dicom]") {
  CHECK(let_come(1, 59s) <= 6min);
  CHECK(let_come(0, 1s) <= 6min);
  CHECK(let_come(900, 1s) <= 6min);
  CHECK(let_come(16384, 59s) <= 6min);
}

TEST_CASE("progress: what came fast at the beginning does not pay for later, and a new message begins anew",
          "[dicom]") {
  Progress progress;
  REQUIRE(progress.came(1'000'000'000, 299s));
  REQUIRE(progress.came(1, 1s));  // the first window ends well
  REQUIRE(progress.came(1, 299s));
  progress.begin();
  REQUIRE(progress.came(1, 299s));
  CHECK_FALSE(progress.came(1, 1s));
}

TEST_CASE("progress: a message that waits for nothing is never too slow", "[dicom]") {
  Progress progress;
  for (int n = 0; n < 1'000'000; ++n) REQUIRE(progress.came(0, 0ns));
}

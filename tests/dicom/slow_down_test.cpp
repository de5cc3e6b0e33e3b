#include "harvester/dicom/slow_down.hpp"

#include <catch2/catch.hpp>

using harvester::dicom::SlowDown;
using std::chrono::milliseconds;

namespace {

/// So many operations of one kind, each as long; the last pause.
SlowDown::Time after(SlowDown& slow_down, const char* kind, int count, milliseconds took) {
  SlowDown::Time pause{0};
  for (int n = 0; n < count; ++n) pause = slow_down.pause_after(kind, took);
  return pause;
}

}  // namespace

TEST_CASE("a node that answers as it used to is not waited for", "[dicom]") {
  SlowDown slow_down;
  CHECK(after(slow_down, "SERIES", 100, milliseconds(400)) == SlowDown::Time(0));
}

TEST_CASE("a node whose answers get much slower is given time, until they are as they were", "[dicom]") {
  SlowDown slow_down;
  after(slow_down, "SERIES", 50, milliseconds(50));
  const auto pause = after(slow_down, "SERIES", 20, milliseconds(1000));
  CHECK(pause > milliseconds(700));
  CHECK(pause < milliseconds(1000));
  CHECK(after(slow_down, "SERIES", 20, milliseconds(50)) == SlowDown::Time(0));
}

TEST_CASE("slower answers that are still quick are no reason to wait", "[dicom]") {
  SlowDown slow_down;
  after(slow_down, "SERIES", 50, milliseconds(1));
  CHECK(after(slow_down, "SERIES", 50, milliseconds(60)) == SlowDown::Time(0));
}

TEST_CASE("each kind of operation is compared with its own kind, and a pause has an end", "[dicom]") {
  SlowDown slow_down;
  after(slow_down, "SERIES", 50, milliseconds(20));
  CHECK(after(slow_down, "STUDY", 50, milliseconds(5000)) == SlowDown::Time(0));
  CHECK(after(slow_down, "SERIES", 50, milliseconds(60000)) == std::chrono::seconds(10));
}

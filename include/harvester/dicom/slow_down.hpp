#pragma once

#include <chrono>
#include <map>
#include <string>

namespace harvester::dicom {

/// Notices when a node's answers get slower than they were, and gives it time: a small archive that is busy with its
/// own work is not to be pressed (G7). Kinds of operations are compared with their own kind. Not thread-safe.
class SlowDown {
 public:
  using Time = std::chrono::nanoseconds;

  /// Notes how long an operation took; how long to pause after it. Zero as long as answers come as they used to, or
  /// faster than anybody would mind.
  Time pause_after(const std::string& kind, Time took);

 private:
  struct Usual {
    Time usual{0};   ///< follows what is faster at once, what is slower hardly
    Time lately{0};  ///< of the latest few
    int count = 0;
  };
  std::map<std::string, Usual> kinds_;
};

}  // namespace harvester::dicom

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace harvester::soak {

/// What a process takes of the system, out of /proc.
struct Vitals {
  long resident_kb = 0;
  long size_kb = 0;
  long descriptors = 0;  ///< 0 where the system does not tell
  long threads = 0;

  Vitals& operator+=(const Vitals& other);
};

[[nodiscard]] Vitals vitals_of(pid_t process);
/// The processes that it has started.
[[nodiscard]] std::vector<pid_t> children_of(pid_t process);

/// A daemon at one moment.
struct Sample {
  double seconds = 0;
  std::uint64_t objects = 0;  ///< acknowledged so far
  Vitals daemon;
  std::size_t workers = 0;
  Vitals of_workers;       ///< all together
  double database_mb = 0;  ///< with its log
};

[[nodiscard]] Sample sample_of(pid_t daemon, const std::filesystem::path& database);

/// One line, as wide as the head below.
[[nodiscard]] std::string line_of(const Sample& sample);
extern const char* const kHead;

/// For each value by how much it grows in an hour and in a million objects: slopes of the lines that fit the samples
/// best (least squares).
[[nodiscard]] std::string slopes_of(const std::vector<Sample>& samples);

}  // namespace harvester::soak

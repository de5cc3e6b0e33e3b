#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace harvester::tests {

/// What this process holds of the system that must not grow.
struct Footprint {
  long descriptors = 0;
  long threads = 0;

  bool operator==(const Footprint&) const = default;

  static Footprint now() {
    const auto count = [](const char* folder) {
      const std::filesystem::directory_iterator all(folder);
      return static_cast<long>(std::distance(begin(all), end(all)));
    };
    return {count("/proc/self/fd"), count("/proc/self/task")};
  }
};

inline std::ostream& operator<<(std::ostream& out, const Footprint& footprint) {
  return out << footprint.descriptors << " descriptors, " << footprint.threads << " threads";
}

/// A line of /proc/self/status, kB: VmRSS, VmSize.
inline long memory_kb(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == name + ":") {
      long kb = 0;
      status >> kb;
      return kb;
    }
  return 0;
}

/// Whether freed memory is held back by a sanitizer, so that resident memory says nothing.
inline constexpr bool memory_is_distorted() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  return false;
#endif
}

/// Whether memory is there that nobody can reach any more; only AddressSanitizer knows.
inline bool leaks() {
#if defined(__SANITIZE_ADDRESS__)
  return __lsan_do_recoverable_leak_check() != 0;
#else
  return false;
#endif
}

}  // namespace harvester::tests

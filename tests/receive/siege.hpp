#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "store_site.hpp"

namespace harvester::tests {

/// What a process holds of the system.
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

/// Resident memory, kB.
inline long resident_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmRSS:") {
      long kb = 0;
      status >> kb;
      return kb;
    }
  return 0;
}

/// A store with short time-outs and few slots, whose threads have all been started, so that what an attack leaves
/// behind can be seen.
class Siege : public StoreSite {
 public:
  static constexpr int kSlots = 4;

  explicit Siege(receive::StoreOptions options = impatient()) : StoreSite(options) {
    {
      std::vector<StoreClient> all;
      for (int n = 0; n < kSlots; ++n) all.emplace_back(port());
      for (auto& client : all) REQUIRE(client.release());
    }
    REQUIRE(is_quiet());
    REQUIRE(answers());
    REQUIRE(is_quiet());
    before_ = Footprint::now();
  }

  static receive::StoreOptions impatient() {
    receive::StoreOptions options;
    options.max_associations = kSlots;
    options.request_timeout = std::chrono::milliseconds(500);
    options.idle_timeout = std::chrono::milliseconds(500);
    options.message_timeout = std::chrono::milliseconds(500);
    return options;
  }
  /// Nothing is dropped for being slow: what answers meanwhile does so beside the slow ones.
  static receive::StoreOptions patient() {
    auto options = impatient();
    options.request_timeout = options.idle_timeout = options.message_timeout = std::chrono::seconds(60);
    return options;
  }

  /// After the attack: nobody is connected, everything is as it was, and nothing of any object is there.
  void check_unharmed() const {
    CHECK(is_quiet());
    CHECK(answers());
    CHECK(is_quiet());
    CHECK(eventually([&] { return Footprint::now() == before_; }));
    CHECK(Footprint::now() == before_);
    CHECK(holds_nothing());
  }

 private:
  Footprint before_;
};

}  // namespace harvester::tests

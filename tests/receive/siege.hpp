#pragma once

#include "store_site.hpp"
#include "support/footprint.hpp"

namespace harvester::tests {

/// A store with short time-outs and few slots, whose threads have all been started, so that what an attack leaves
/// behind can be seen.
class Siege : public StoreSite {
 public:
  static constexpr int kSlots = 4;

  explicit Siege(receive::StoreOptions options = impatient(), Connect connect = {}) : StoreSite(options) {
    if (connect) connect_by(std::move(connect));
    {
      std::vector<StoreClient> all;
      for (int n = 0; n < kSlots; ++n) all.push_back(client());
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
    CHECK_FALSE(leaks());
  }

 private:
  Footprint before_;
};

}  // namespace harvester::tests

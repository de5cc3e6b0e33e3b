#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "support/store_client.hpp"
#include "workload.hpp"

namespace harvester::soak {

/// What a sender knows of one object when its association is over.
enum class Fate : std::uint8_t {
  unsent,        ///< never sent to its end: there must be no row
  acknowledged,  ///< there must be one row that counts
  unknown,       ///< sent to its end, the answer was not heard: there may be one
};

/// Bytes of an object from which others are made by writing over its UIDs: 2.999.(50 + sender).(10,000,000 + number)….
class Template {
 public:
  Template(std::string sop_class, std::string instance, std::string bytes, int sender);

  [[nodiscard]] const std::string& sop_class() const { return sop_class_; }
  [[nodiscard]] std::string instance(int number) const;
  /// Its bytes; valid until the next call.
  const std::string& bytes(int number);

 private:
  std::string sop_class_, instance_, bytes_;
  std::vector<std::size_t> places_;  ///< of the eight digits
};

/// One sending thread to a daemon: small images that nobody imports and, each hundredth, a CT dose report, all with
/// UIDs of their own, over associations of all shapes.
class Pusher {
 public:
  static constexpr int kFirst = 10'000'000;  ///< what stands in the UIDs for object 0
  static constexpr int kFirstSender = 50;    ///< … and for sender 0
  static constexpr int kReportEvery = 100;

  Pusher(int port, int sender, Faults& faults);

  /// One association of some shape.
  void step();
  /// Lets go of the associations that it holds idle.
  void rest() { idle_.clear(); }

  [[nodiscard]] static bool is_report(std::size_t number) { return number % kReportEvery == 0; }
  [[nodiscard]] const std::vector<Fate>& fates() const { return fates_; }
  /// How often an object was acknowledged once more.
  [[nodiscard]] int repeats(std::size_t number) const;
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t associations() const { return associations_; }

 private:
  struct Object {
    int number = 0;
    Template* kind = nullptr;
  };

  tests::StoreClient open();
  Object next_object();
  bool store(tests::StoreClient& client, const Object& object);
  void release(tests::StoreClient& client);
  void objects(std::size_t count);
  void broken_off();
  void unheard();
  void repeated();
  void echo_only();
  void idle();
  void refused();
  void connect_only();
  bool draw(int percent) { return static_cast<int>(random_() % 100) < percent; }

  const int port_;
  Faults& faults_;
  std::mt19937 random_;
  Template image_, report_;
  std::deque<tests::StoreClient> idle_;
  std::vector<Fate> fates_;
  std::map<std::size_t, int> repeats_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t associations_ = 0;
};

}  // namespace harvester::soak

#include "workload.hpp"

#include <thread>

#include "support/spool_site.hpp"
#include "support/store_client.hpp"

namespace harvester::soak {
namespace {

using tests::ObjectPlan;
using tests::StoreClient;

constexpr std::size_t kReportBytes = 20'000;
constexpr std::size_t kImageBytes = 524'288;

const std::string kSopClass = ObjectPlan{}.sop_class;

}  // namespace

Sender::Object Sender::next_object(bool image) {
  ObjectPlan plan;
  plan.instance = fmt::format("2.999.{}.{}", number_ + 1, ++objects_);
  plan.pixels = image ? kImageBytes : kReportBytes;
  plan.pixel = static_cast<char>(random_());
  return {plan.instance, tests::object(plan)};
}

void Sender::step() {
  const auto lot = random_() % 100;
  if (lot < 30) return one_object();
  if (lot < 50) return many_objects();
  if (lot < 65) return broken_off();
  if (lot < 80) return repeated();
  if (lot < 97) return echo_only();
  if (lot < 99) return idle();
  crowd();
}

void Sender::one_object() {
  StoreClient client(port_);
  if (!client.accepted()) return;  // full for the moment
  const auto object = next_object(draw(20));
  if (client.store(kSopClass, object.instance, object.bytes) != 0) return faults_.add("an object was refused");
  if (!client.release()) faults_.add("a release was not answered");
  queue_.push_waiting({{object.instance, tests::sha256_of(object.bytes), "", 0}});
}

void Sender::many_objects() {
  StoreClient client(port_);
  if (!client.accepted()) return;
  std::vector<Sent> sent;
  const auto count = 2 + random_() % 30;
  for (std::size_t n = 0; n < count; ++n) {
    const auto object = next_object(n == 0);
    if (client.store(kSopClass, object.instance, object.bytes) != 0) return faults_.add("one of many was refused");
    sent.push_back({object.instance, tests::sha256_of(object.bytes), "", 0});
  }
  if (!client.release()) faults_.add("a release was not answered");
  queue_.push_waiting(std::move(sent));
}

/// Some objects, then one that is never sent to its end.
void Sender::broken_off() {
  StoreClient client(port_);
  if (!client.accepted()) return;
  std::vector<Sent> sent;
  if (draw(50)) {
    const auto whole = next_object(false);
    if (client.store(kSopClass, whole.instance, whole.bytes) != 0) return faults_.add("an object was refused");
    sent.push_back({whole.instance, tests::sha256_of(whole.bytes), "", 0});
  }
  const auto cut = next_object(draw(30));
  client.send_command(kSopClass, cut.instance);
  client.send_data(cut.bytes.substr(0, random_() % cut.bytes.size()), 16'000, false);
  if (draw(50)) client.raw().send(tests::pdu::abort());
  if (draw(50)) client.raw().reset();
  client.raw().close();
  sent.push_back({cut.instance, "", "", 0});
  queue_.push_waiting(std::move(sent));
}

/// The same object again, and other bytes under its name.
void Sender::repeated() {
  StoreClient client(port_);
  if (!client.accepted()) return;
  const auto object = next_object(draw(20));
  Sent sent{object.instance, tests::sha256_of(object.bytes), "", -1};
  for (std::size_t left = 1 + random_() % 3; left > 0; --left) {
    if (client.store(kSopClass, object.instance, object.bytes) != 0)
      return faults_.add("a repeated object was refused");
    ++sent.repeats;
  }
  if (draw(50)) {
    auto changed = object.bytes;
    changed.back() = static_cast<char>(changed.back() + 1);
    if (client.store(kSopClass, object.instance, changed) != 0) return faults_.add("a changed object was refused");
    sent.changed_sha256 = tests::sha256_of(changed);
  }
  if (draw(80)) (void)client.release();
  queue_.push_waiting({std::move(sent)});
}

/// One short association after the other.
void Sender::echo_only() {
  for (int n = 0; n < 10; ++n) {
    StoreClient client(port_);
    if (!client.accepted()) return;
    for (std::size_t left = random_() % 3; left > 0; --left)
      if (!client.echo()) faults_.add("a C-ECHO was not answered");
    if (draw(50)) (void)client.release();
  }
}

/// Says nothing until the store drops it, or never even asks for an association.
void Sender::idle() {
  if (draw(50)) {
    tests::RawClient silent(port_);
    return;
  }
  StoreClient client(port_);
  if (client.accepted() && !client.raw().closed_within(std::chrono::seconds(30)))
    faults_.add("an idle association was not dropped");
}

/// More associations than there are slots.
void Sender::crowd() {
  std::vector<StoreClient> all;
  for (int n = 0; n < 12; ++n) all.emplace_back(port_);
  for (auto& client : all)
    if (client.answer().empty()) faults_.add("an association request was not answered");
}

}  // namespace harvester::soak

#include "pusher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"

namespace harvester::soak {
namespace {

using tests::StoreClient;

constexpr std::size_t kDigits = 8;
constexpr std::size_t kMostIdle = 2;

const std::string kImageClass = tests::ObjectPlan{}.sop_class;
const std::string kReportClass = "1.2.840.10008.5.1.4.1.1.88.67";

std::string prefix(int sender) { return fmt::format("2.999.{}.", Pusher::kFirstSender + sender); }

Template image(int sender) {
  tests::ObjectPlan plan;
  plan.study = fmt::format("{}{}", prefix(sender), Pusher::kFirst);
  plan.series = plan.study + ".1";
  plan.instance = plan.study + ".1.1";
  plan.pixels = 2048;
  return {plan.sop_class, plan.instance, tests::object(plan), sender};
}

Template report(int sender) {
  simulation::StudyOptions options;
  options.seed = static_cast<std::uint64_t>(Pusher::kFirstSender + sender);
  options.index = Pusher::kFirst - 1;  // UIDs count from 1
  options.date = CivilDate{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};
  const auto study = make_study(simulation::Scenario::sr_only, options);
  const auto& series = study.series.at(0);
  const auto object = simulation::encode(study, series, series.instances.at(0));
  return {object.sop_class.str(), object.sop_instance.str(), object.data_set, sender};
}

StoreClient::Offer offer(const std::string& called) {
  StoreClient::Offer made;
  made.sop_class = kImageClass;
  made.second_class = kReportClass;
  made.called = called;
  return made;
}

}  // namespace

Template::Template(std::string sop_class, std::string instance, std::string bytes, int sender)
    : sop_class_(std::move(sop_class)), instance_(std::move(instance)), bytes_(std::move(bytes)) {
  const auto begin = prefix(sender) + std::to_string(Pusher::kFirst);
  for (auto at = bytes_.find(begin); at != std::string::npos; at = bytes_.find(begin, at + 1))
    places_.push_back(at + begin.size() - kDigits);
  if (places_.size() < 2 || !instance_.starts_with(begin)) throw std::logic_error("UIDs are not made as expected");
}

std::string Template::instance(int number) const {
  auto uid = instance_;
  return uid.replace(uid.find(std::to_string(Pusher::kFirst)), kDigits, std::to_string(Pusher::kFirst + number));
}

const std::string& Template::bytes(int number) {
  for (const auto place : places_) bytes_.replace(place, kDigits, std::to_string(Pusher::kFirst + number));
  return bytes_;
}

Pusher::Pusher(int port, int sender, Faults& faults)
    : port_(port),
      faults_(faults),
      random_(static_cast<unsigned>(sender)),
      image_(image(sender)),
      report_(report(sender)) {}

int Pusher::repeats(std::size_t number) const {
  const auto found = repeats_.find(number);
  return found == repeats_.end() ? 0 : found->second;
}

void Pusher::step() {
  const auto lot = random_() % 100;
  if (lot < 20) return objects(1);
  if (lot < 60) return objects(2 + random_() % 100);
  if (lot < 68) return broken_off();
  if (lot < 74) return unheard();
  if (lot < 82) return repeated();
  if (lot < 90) return echo_only();
  if (lot < 93) return idle();
  if (lot < 97) return refused();
  connect_only();
}

/// An association for images and reports.
StoreClient Pusher::open() {
  ++associations_;
  StoreClient client(port_, offer("NATIVE"));
  client.raw().no_delay();
  if (!client.accepted()) faults_.add("an association was not accepted");
  return client;
}

Pusher::Object Pusher::next_object() {
  const auto number = fates_.size();
  fates_.push_back(Fate::unsent);
  return {static_cast<int>(number), is_report(number) ? &report_ : &image_};
}

bool Pusher::store(StoreClient& client, const Object& object) {
  const auto& kind = *object.kind;
  const auto status = client.store(kind.sop_class(), kind.instance(object.number), object.kind->bytes(object.number));
  if (status != 0) return faults_.add(fmt::format("an object was answered {:04X}H", status)), false;
  auto& fate = fates_[static_cast<std::size_t>(object.number)];
  if (fate == Fate::acknowledged) return ++repeats_[static_cast<std::size_t>(object.number)], true;
  fate = Fate::acknowledged;
  ++acknowledged_;
  return true;
}

void Pusher::release(StoreClient& client) {
  if (!client.release()) faults_.add("a release was not answered");
}

void Pusher::objects(std::size_t count) {
  auto client = open();
  while (count-- > 0 && store(client, next_object())) continue;
  release(client);
}

/// Some objects, then one that is never sent to its end.
void Pusher::broken_off() {
  auto client = open();
  for (auto left = random_() % 20; left > 0; --left) store(client, next_object());
  const auto cut = next_object();
  const auto& bytes = cut.kind->bytes(cut.number);
  client.send_command(cut.kind->sop_class(), cut.kind->instance(cut.number));
  client.send_data(bytes.substr(0, random_() % bytes.size()), 16'000, false);
  if (draw(50)) client.raw().send(tests::pdu::abort());
  if (draw(50)) client.raw().reset();
}

/// Gone before the answer to the last object comes.
void Pusher::unheard() {
  auto client = open();
  for (auto left = random_() % 20; left > 0; --left) store(client, next_object());
  const auto last = next_object();
  fates_.back() = Fate::unknown;
  client.send_command(last.kind->sop_class(), last.kind->instance(last.number));
  client.send_data(last.kind->bytes(last.number));
  if (draw(50)) client.raw().reset();
}

/// The same objects again, over this association.
void Pusher::repeated() {
  auto client = open();
  for (auto left = 1 + random_() % 10; left > 0; --left) {
    const auto object = next_object();
    for (auto times = 1 + random_() % 3; times > 0; --times) store(client, object);
  }
  release(client);
}

void Pusher::echo_only() {
  auto client = open();
  for (auto left = random_() % 4; left > 0; --left)
    if (!client.echo()) faults_.add("a C-ECHO was not answered");
  if (draw(50)) release(client);
}

/// Stays open and silent while others come and go.
void Pusher::idle() {
  idle_.push_back(open());
  if (idle_.size() > kMostIdle) idle_.pop_front();
}

void Pusher::refused() {
  ++associations_;
  const StoreClient client(port_, offer("ELSEWHERE"));
  if (client.answer().empty() || client.answer()[0] != 3) faults_.add("a wrong title was not refused");
}

void Pusher::connect_only() {
  for (int n = 0; n < 5; ++n) {
    tests::RawClient client(port_);
    if (draw(50)) client.reset();
  }
}

}  // namespace harvester::soak

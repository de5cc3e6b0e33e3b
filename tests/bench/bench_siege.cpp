// How long a well-behaved peer waits for the answer to C-ECHO (a new association each time) while a hostile one holds
// its attack, beside the same without attack: our store, and Debian's storescp --fork.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "harvester/core/log.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "peers.hpp"
#include "results.hpp"
#include "support/store_client.hpp"

namespace {

using namespace harvester;
using namespace harvester::bench;
using tests::ObjectPlan;
using tests::RawClient;
using tests::StoreClient;
namespace pdu = tests::pdu;

/// Whom an attack is aimed at.
struct Target {
  int port;
  std::string ae_title;

  [[nodiscard]] StoreClient associate() const {
    StoreClient::Offer offer;
    offer.called = ae_title;
    StoreClient client(port, offer);
    client.raw().no_delay();
    return client;
  }
  [[nodiscard]] pdu::Request request() const {
    pdu::Request made;
    made.called = ae_title;
    made.contexts = {pdu::context(1, pdu::kVerification, {pdu::kImplicit})};
    return made;
  }
};

/// Does something again and again for as long as it lives, whatever the peer makes of it.
class Again {
 public:
  explicit Again(std::function<void()> what, int threads = 1) {
    for (int n = 0; n < threads; ++n)
      threads_.emplace_back([what](std::stop_token stop) {
        while (!stop.stop_requested()) {
          try {
            what();
          } catch (const std::exception&) {
            std::this_thread::yield();  // refused, or no more ports
          }
        }
      });
  }

 private:
  std::vector<std::jthread> threads_;
};

using Held = std::shared_ptr<void>;

Held again(std::function<void()> what, int threads = 1) { return std::make_shared<Again>(std::move(what), threads); }

/// A request with this much in it, sent and answered, again and again.
Held requests(const Target& target, const pdu::Request& request) {
  return again([target, bytes = pdu::associate(request)] {
    RawClient client(target.port);
    client.send(bytes);
    (void)client.receive_pdu();
  });
}

/// PDUs sent into an association, which ends by them, again and again.
Held into_association(const Target& target, const pdu::Bytes& bytes) {
  return again([=] {
    auto client = target.associate();
    client.raw().send(bytes);
    (void)client.raw().closed_within(std::chrono::seconds(5));
  });
}

Held slow_requests(const Target& target) {
  const auto whole = pdu::associate(target.request());
  auto slow = std::make_shared<std::vector<RawClient>>();
  for (int n = 0; n < 20; ++n)
    for (const std::size_t size : {0, 1, 5, 6, 7, 80}) {
      slow->emplace_back(target.port);
      slow->back().send({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    }
  return slow;
}

Held idle_connections(const Target& target) {
  auto idle = std::make_shared<std::vector<RawClient>>();
  for (int n = 0; n < 500; ++n) idle->emplace_back(target.port);
  return idle;
}

Held idle_associations(const Target& target) {
  auto idle = std::make_shared<std::vector<StoreClient>>();
  for (int n = 0; n < 30; ++n) idle->push_back(target.associate());
  return idle;
}

Held resets(const Target& target) {
  const auto whole = pdu::associate(target.request());
  return again([=] {
    RawClient silent(target.port);
    silent.reset();
    RawClient half(target.port);
    half.send({whole.begin(), whole.begin() + 50});
    half.reset();
  });
}

Held other_protocols(const Target& target) {
  const std::vector<pdu::Bytes> words{pdu::of("GET / HTTP/1.1\r\nHost: store\r\n\r\n"), pdu::of("SSH-2.0-x\r\n"),
                                      pdu::Bytes{0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3}, pdu::Bytes(100'000, 0xFF)};
  return again([=] {
    for (const auto& word : words) RawClient(target.port).send(word);
  });
}

Held huge_pdus(const Target& target) {
  pdu::Bytes head{4, 0};
  pdu::big(head, 0x7FFFFFFF, 4);
  return into_association(target, head);
}

Held many_contexts(const Target& target) {
  auto request = target.request();
  std::vector<std::string> syntaxes;
  for (int n = 0; n < 80; ++n) syntaxes.push_back(fmt::format("2.999.8.{}", n));
  for (int n = 1; n < 128; ++n)
    request.contexts.push_back(
        pdu::context(static_cast<std::uint8_t>(2 * n + 1), fmt::format("2.999.5.{}", n), syntaxes));
  return requests(target, request);
}

Held huge_identities(const Target& target) {
  pdu::Bytes identity{1, 0};
  pdu::big(identity, 60'000, 2);
  identity.resize(identity.size() + 60'002, 'u');
  auto request = target.request();
  request.more_user_items = pdu::item(0x58, identity);
  return requests(target, request);
}

Held odd_titles(const Target& target) {
  auto request = target.request();
  request.calling = "%s%n../\x1b]0;x";
  return requests(target, request);
}

Held stalled_objects(const Target& target) {
  auto stalled = std::make_shared<std::vector<StoreClient>>();
  for (int n = 0; n < 16; ++n) {
    stalled->push_back(target.associate());
    const ObjectPlan plan;
    stalled->back().send_command(plan.sop_class, plan.instance);
    stalled->back().send_data(tests::object(plan).substr(0, 100), 50, false);
  }
  return stalled;
}

Held tiny_fragments(const Target& target) {
  return again(
      [target] {
        auto client = target.associate();
        const ObjectPlan plan;
        client.send_command(plan.sop_class, plan.instance);
        client.send_data(tests::object(plan), 1, false);
      },
      4);
}

Held endless_object(const Target& target) {
  return again([target, bytes = std::string(1'000'000, 'x')] {
    auto client = target.associate();
    const ObjectPlan plan;
    client.send_command(plan.sop_class, plan.instance);
    for (int n = 0; n < 200; ++n)
      if (!client.send_data(bytes, 16'000, false)) return;
  });
}

/// The same object from several peers at once.
Held stores(const Target& target, const std::string& bytes) {
  return again(
      [=] {
        auto client = target.associate();
        const ObjectPlan plan;
        for (int n = 0; n < 20; ++n) (void)client.store(plan.sop_class, plan.instance, bytes);
      },
      4);
}

Held never_reading(const Target& target) {
  return again([target, echo = pdu::data(3, 3, pdu::echo_command())] {
    auto client = target.associate();
    for (int n = 0; n < 100'000 && client.raw().send(echo); ++n) continue;
  });
}

struct Attack {
  std::string name;
  std::function<Held(const Target&)> begin;
};

std::vector<Attack> attacks() {
  return {{"nothing", [](const Target&) { return Held(); }},
          {"120 slow requests", slow_requests},
          {"500 idle connections", idle_connections},
          {"30 idle associations", idle_associations},
          {"connections that are reset", resets},
          {"HTTP, SSH, TLS, rubbish", other_protocols},
          {"PDUs of 2 GB", huge_pdus},
          {"a second request in an association",
           [](const Target& target) { return into_association(target, pdu::associate_verification()); }},
          {"128 contexts of 80 syntaxes", many_contexts},
          {"user identities of 60 kB", huge_identities},
          {"calling titles of control bytes", odd_titles},
          {"16 objects that stall", stalled_objects},
          {"objects in fragments of one byte", tiny_fragments},
          {"objects that do not end", endless_object},
          {"commands that are broken",
           [](const Target& target) { return into_association(target, pdu::data(1, 3, pdu::Bytes(60'000, 0xFF))); }},
          {"objects nested 12,000 deep",
           [](const Target& target) { return stores(target, tests::nested_object({}, 12'000)); }},
          {"objects that are cut", [](const Target& target) { return stores(target, tests::object().substr(0, 100)); }},
          {"the same object at once", [](const Target& target) { return stores(target, tests::object()); }},
          {"a peer that never reads", never_reading}};
}

/// What a peer saw that asks and asks.
struct Latency {
  std::vector<double> milliseconds{};
  int unanswered = 0;

  [[nodiscard]] double at(double share) const {
    if (milliseconds.empty()) return 0;
    const auto place = share * static_cast<double>(milliseconds.size() - 1);
    return milliseconds[static_cast<std::size_t>(place)];
  }
};

bool echo(const Target& target) {
  try {
    RawClient client(target.port);
    client.no_delay();
    client.send(pdu::associate(target.request()));
    const auto answer = client.receive_pdu();
    if (answer.empty() || answer[0] != 2) return false;
    client.send(pdu::data(1, 3, pdu::echo_command()));
    const bool answered = pdu::status_of(client.receive_pdu()) == 0;
    client.send(pdu::release());
    return answered && !client.receive_pdu().empty();
  } catch (const std::exception&) {
    return false;
  }
}

Latency measure(const Target& target, int count) {
  constexpr int kEnough = 3;
  Latency latency;
  for (int n = 0; n < count && latency.unanswered < kEnough; ++n) {
    const auto begin = std::chrono::steady_clock::now();
    const bool answered = echo(target);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (answered)
      latency.milliseconds.push_back(took.count());
    else
      ++latency.unanswered;
  }
  std::sort(latency.milliseconds.begin(), latency.milliseconds.end());
  return latency;
}

/// The answers of a fresh peer while it is attacked.
Latency besieged(const std::function<std::unique_ptr<Taker>()>& open, const Attack& attack, int count) {
  const auto taker = open();
  const Target target{taker->port(), taker->ae_title()};
  (void)measure(target, std::min(count, 10));
  const auto held = attack.begin(target);
  return measure(target, count);
}

std::string cell(const Latency& latency) {
  const auto unanswered = latency.unanswered > 0 ? fmt::format(" ({} unanswered)", latency.unanswered) : "";
  return fmt::format("{:>8.2f} {:>8.2f} {:>8.2f}{}", latency.at(0.5), latency.at(0.99), latency.at(1), unanswered);
}

nlohmann::json to_json(const Latency& latency) {
  return {{"median_ms", latency.at(0.5)},
          {"p99_ms", latency.at(0.99)},
          {"max_ms", latency.at(1)},
          {"answered", latency.milliseconds.size()},
          {"unanswered", latency.unanswered}};
}

int run(const Arguments& arguments) {
  const int count = arguments.quick ? 20 : 300;
  auto json = nlohmann::json::array();
  if (!arguments.json)
    fmt::print("\nC-ECHO from another peer, ms\n{:<36} {:>26}   {:>26}\n{:<36} {:>8} {:>8} {:>8}   {:>8} {:>8} {:>8}\n",
               "", "harvester", "storescp --fork", "while it is attacked by", "median", "99 %", "max", "median", "99 %",
               "max");
  for (const auto& attack : attacks()) {
    if (!arguments.wants(attack.name)) continue;
    const auto ours = besieged([] { return std::make_unique<StoreProcess>(Durability::full); }, attack, count);
    const auto theirs = besieged([] { return std::make_unique<Storescp>(true, true, at_its_best()); }, attack, count);
    json.push_back({{"attack", attack.name}, {"harvester", to_json(ours)}, {"storescp", to_json(theirs)}});
    if (!arguments.json) fmt::print("{:<36} {}   {}\n", attack.name, cell(ours), cell(theirs));
    std::cout << std::flush;
  }
  if (arguments.json) fmt::print("{}\n", json.dump(2));
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const auto arguments = parse_arguments(count, values);
  start_logging({.level = "error", .json = false, .file = ""});
  if (const auto started = dicom::start_toolkit(); !started)
    return fmt::print(stderr, "{}\n", started.error().message), 1;
  try {
    return run(arguments);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_siege: {}\n", failure.what());
    return 1;
  }
}

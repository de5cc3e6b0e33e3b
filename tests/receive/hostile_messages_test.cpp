// Attacks on a store inside an association: PDUs out of place, commands that lie, data sets that never end.

#include <thread>

#include "siege.hpp"
#include "support/arrivals.hpp"

using namespace harvester;
using namespace harvester::tests;
using namespace std::chrono_literals;

namespace {

const ObjectPlan kPlan;

/// A P-DATA-TF whose PDV says it has this length.
pdu::Bytes data_of_length(std::size_t length, std::size_t really) {
  pdu::Bytes body;
  pdu::big(body, length, 4);
  body.push_back(1);
  body.push_back(3);
  body.resize(body.size() + really, 'x');
  return pdu::pdu(4, body);
}

pdu::Bytes head(std::uint8_t type, std::size_t length) {
  pdu::Bytes bytes{type, 0};
  pdu::big(bytes, length, 4);
  return bytes;
}

pdu::Elements store_elements() {
  return {{0x0002, pdu::ui(kPlan.sop_class)},
          {0x0100, pdu::us(1)},
          {0x0110, pdu::us(1)},
          {0x0700, pdu::us(0)},
          {0x0800, pdu::us(1)},
          {0x1000, pdu::ui(kPlan.instance)}};
}

pdu::Bytes store_without(std::uint16_t element) {
  auto elements = store_elements();
  elements.erase(element);
  return pdu::command(elements);
}

pdu::Bytes store_with(std::uint16_t element, const pdu::Bytes& value) {
  auto elements = store_elements();
  elements[element] = value;
  return pdu::command(elements);
}

pdu::Bytes joined(pdu::Bytes first, const pdu::Bytes& second) {
  pdu::add(first, second);
  return first;
}

/// One element of a command set, bare.
pdu::Bytes bare(std::uint16_t group, std::uint16_t element, std::uint32_t length, const pdu::Bytes& value) {
  pdu::Bytes bytes;
  pdu::little(bytes, group, 2);
  pdu::little(bytes, element, 2);
  pdu::little(bytes, length, 4);
  pdu::add(bytes, value);
  return bytes;
}

/// A client in the middle of an object.
StoreClient half_way(const Siege& siege) {
  StoreClient client(siege.port());
  REQUIRE(client.accepted());
  client.send_command(kPlan.sop_class, kPlan.instance);
  client.send_data(object(kPlan).substr(0, 100), 50, false);
  REQUIRE(eventually([&] { return siege.files("incoming").size() == 1; }));
  return client;
}

}  // namespace

TEST_CASE("attack: PDUs out of place or with lying lengths end the association, no matter when they come", "[net]") {
  const auto echo = pdu::echo_command();
  const auto bytes = GENERATE_COPY(values<pdu::Bytes>({head(4, 0x7FFFFFFF),
                                                       head(4, 0xFFFFFFFF),
                                                       head(4, 2'000'000),
                                                       head(1, 0xFFFFFFFF),
                                                       head(0, 10),
                                                       head(0xFF, 10),
                                                       data_of_length(0xFFFFFFFF, 100),
                                                       data_of_length(0x7FFFFFFF, 100),
                                                       data_of_length(200, 100),
                                                       data_of_length(0, 0),
                                                       data_of_length(1, 0),
                                                       pdu::pdu(4, {}),
                                                       pdu::pdu(4, {0, 0}),
                                                       pdu::associate_verification(),
                                                       pdu::pdu(2, {0, 1}),
                                                       pdu::pdu(3, {0, 1, 1, 1}),
                                                       pdu::pdu(6, {0, 0, 0, 0}),
                                                       pdu::pdu(7, {}),
                                                       pdu::pdu(5, pdu::Bytes(60'000, 0)),
                                                       pdu::data(5, 3, echo),
                                                       pdu::data(2, 3, echo),
                                                       pdu::data(0, 3, echo),
                                                       pdu::data(255, 3, echo)}));
  const bool in_mid_object = GENERATE(false, true);
  Siege siege;
  {
    auto client = in_mid_object ? half_way(siege) : StoreClient(siege.port());
    client.raw().send(bytes);
    CHECK(siege.answers());
    CHECK(client.raw().closed_within(30s));
  }
  siege.check_unharmed();
}

TEST_CASE("attack: an object that is broken off leaves no row and no file, and its slot is free again", "[net]") {
  const auto how = GENERATE(as<std::string>{}, "abort", "reset", "close", "half-close", "stall", "release", "command",
                            "other context");
  Siege siege;
  {
    auto client = half_way(siege);
    CHECK(siege.answers());
    if (how == "abort") client.raw().send(pdu::abort());
    if (how == "reset") client.raw().reset();
    if (how == "close") client.raw().close();
    if (how == "half-close") client.raw().half_close();
    if (how == "release") client.raw().send(pdu::release());
    if (how == "command") client.raw().send(pdu::data(1, 3, pdu::echo_command()));
    if (how == "other context") client.raw().send(pdu::data(3, 2, pdu::of("rest")));
    if (how != "reset" && how != "close") CHECK(client.raw().closed_within(30s));
  }
  siege.check_unharmed();
  CHECK(siege.store().status().objects == 0);
}

TEST_CASE("attack: a request for release in the middle of an object is answered with an abort", "[net]") {
  const bool after_command = GENERATE(false, true);
  Siege siege;
  {
    auto client = after_command ? StoreClient(siege.port()) : half_way(siege);
    if (after_command) client.send_command(kPlan.sop_class, kPlan.instance);
    client.raw().send(pdu::release());
    const auto answer = client.raw().receive_pdu();
    REQUIRE_FALSE(answer.empty());
    CHECK(answer[0] == 7);
    CHECK(client.raw().closed_within(30s));
  }
  siege.check_unharmed();
}

TEST_CASE("attack: a peer that drips a message for ever, each fragment in time, is cut off", "[net]") {
  auto options = Siege::patient();
  options.progress_window = 300ms;
  Siege siege(options);
  {
    auto client = half_way(siege);
    std::jthread dripping([&](std::stop_token stop) {
      while (!stop.stop_requested() && client.send_data("x", 16, false))
        std::this_thread::sleep_for(20ms);  // that is the attack: far below 1 kB a second
    });
    CHECK(eventually([&] { return siege.store().status().open_associations == 0; }));
  }
  siege.check_unharmed();
}

TEST_CASE("attack: all slots held in mid-object are freed at the time-out", "[net]") {
  Siege siege;
  {
    std::vector<StoreClient> stalled;
    for (int n = 0; n < Siege::kSlots; ++n) stalled.emplace_back(siege.port());
    for (auto& client : stalled) {
      client.send_command(kPlan.sop_class, kPlan.instance);
      client.send_data(object(kPlan), 50, false);
    }
    CHECK(siege.answers());
    for (auto& client : stalled) CHECK(client.raw().closed_within(30s));
  }
  siege.check_unharmed();
}

TEST_CASE("attack: a command that is broken is never answered with success and stores nothing", "[net]") {
  const auto command = GENERATE_COPY(values<pdu::Bytes>({
      {},
      pdu::Bytes(1, 0),
      pdu::Bytes(7, 0),
      pdu::Bytes(60'000, 0xFF),
      pdu::Bytes(70'000, 0),
      pdu::of("rubbish, not a command"),
      store_without(0x0002),
      store_without(0x0100),
      store_without(0x0800),
      store_without(0x1000),
      store_with(0x0002, pdu::ui("1.2.840.10008.5.1.4.1.1.2")),
      store_with(0x0002, pdu::Bytes(5000, '1')),
      store_with(0x0100, pdu::us(0x8001)),
      store_with(0x0100, pdu::us(0x0020)),
      store_with(0x0100, pdu::us(0x0021)),
      store_with(0x0100, pdu::us(0x0140)),
      store_with(0x0100, pdu::us(0xFFFF)),
      store_with(0x0100, {}),
      store_with(0x0100, {1}),
      store_with(0x0800, pdu::us(0x0101)),
      store_with(0x0800, {}),
      store_with(0x1000, {}),
      store_with(0x1000, pdu::Bytes(60'000, '1')),
      store_with(0x1000, {'1', '.', 0, '2'}),
      joined(store_without(0x0700), store_without(0x0700)),
      joined(pdu::command(store_elements()), bare(0, 0x1031, 100, {1, 2})),
      joined(pdu::command(store_elements()), bare(0, 0x1031, 0xFFFFFFFF, {1, 2})),
      joined(pdu::command(store_elements()), bare(8, 0x0018, 2, {1, 2})),
      joined(pdu::command(store_elements()), bare(0x7FE0, 0x0010, 0xFFFFFFFF, {})),
  }));
  Siege siege;
  {
    StoreClient client(siege.port());
    for (std::size_t at = 0; at == 0 || at < command.size(); at += 10'000) {
      const auto end = std::min(command.size(), at + 10'000);
      const pdu::Bytes part(command.begin() + static_cast<std::ptrdiff_t>(at),
                            command.begin() + static_cast<std::ptrdiff_t>(end));
      client.raw().send(pdu::data(1, end == command.size() ? 3 : 1, part));
    }
    CHECK(siege.answers());
    client.send_data(object(kPlan));
    CHECK(client.status() != 0);
  }
  siege.check_unharmed();
}

TEST_CASE("attack: a store command without a message id is answered as it came, and does no harm", "[net]") {
  Siege siege;
  StoreClient client(siege.port());
  client.raw().send(pdu::data(1, 3, store_without(0x0110)));
  client.send_data("rubbish");
  CHECK(client.status() == 0xC000);
  client.raw().close();
  siege.check_unharmed();
}

TEST_CASE("attack: a data set that does not end is cut off at the ceiling, and the disk gets its space back", "[net]") {
  SpoolSite data;
  data.set_max_object(200'000);
  const auto spool = data.try_open();
  REQUIRE(spool);
  auto options = Siege::impatient();
  options.bind = "127.0.0.1";
  options.port = 0;
  const auto store = receive::Store::open(options, **spool, data.writer(), data.clock);
  REQUIRE(store);
  StoreClient client((*store)->port());
  client.send_command(kPlan.sop_class, kPlan.instance);
  const std::string megabyte(1'000'000, 'x');
  for (int n = 0; n < 20; ++n) REQUIRE(client.send_data(megabyte, 16'000, false));
  for (const auto& file : data.files("incoming")) CHECK(std::filesystem::file_size(data.folder() / file) < 400'000);
  CHECK(StoreClient((*store)->port()).echo());
  client.send_data("end");
  CHECK(client.status() == 0xA700);
  CHECK(data.files().empty());
  CHECK(data.rows().empty());
}

TEST_CASE("attack: data sets that nest deeply, lie about lengths or are wide are judged without harm", "[net]") {
  auto huge = object_header(kPlan);
  huge.head(0x00104000, "UT", 0xFFFFFFF0);
  auto odd = object_header(kPlan);
  odd.head(0x00104000, "LT", 0xFFFF);
  auto undefined = object_header(kPlan);
  undefined.head(0x00104000, "UT", kUndefinedLength);
  auto stray_end = object_header(kPlan);
  stray_end.head(0xFFFEE0DD, "", 0);
  auto backwards = object_header(kPlan);
  backwards.head(0x0040A730, "SQ", 16).head(0xFFFEE000, "", 200);
  auto fragments = object_header(kPlan);
  fragments.head(kPixelData, "OB", kUndefinedLength).head(0xFFFEE000, "", kUndefinedLength);
  const auto bytes = GENERATE_COPY(
      values<std::string>({huge.bytes(), odd.bytes(), undefined.bytes(), stray_end.bytes(), backwards.bytes(),
                           fragments.bytes(), nested_object(kPlan, 100), nested_object(kPlan, 100'000)}));
  Siege siege;
  {
    StoreClient client(siege.port());
    CHECK(client.store(kPlan.sop_class, kPlan.instance, bytes) == 0xC000);
    CHECK(client.echo());
  }
  siege.check_unharmed();
}

TEST_CASE("a data set in fragments of one byte, with empty ones between, arrives whole", "[net]") {
  Siege siege;
  StoreClient client(siege.port());
  const auto bytes = object(kPlan);
  client.send_command(kPlan.sop_class, kPlan.instance);
  for (const char byte : bytes) {
    REQUIRE(client.send_data(std::string(1, byte), 16, false));
    REQUIRE(client.send_data("", 16, false));
  }
  CHECK(siege.answers());
  client.send_data("");
  REQUIRE(client.status() == 0);
  CHECK(siege.data_set_of(siege.rows().at(0).spool_path) == bytes);
}

TEST_CASE("a wide sequence is taken", "[net]") {
  auto wide = object_header(kPlan);
  wide.head(0x0040A730, "SQ", kUndefinedLength);
  for (int n = 0; n < 100'000; ++n) wide.head(0xFFFEE000, "", 0);
  wide.head(0xFFFEE0DD, "", 0);
  Siege siege;
  StoreClient client(siege.port());
  CHECK(client.store(kPlan.sop_class, kPlan.instance, wide.bytes()) == 0);
}

TEST_CASE("pipelined objects are each answered, in their order", "[net]") {
  Siege siege;
  StoreClient client(siege.port());
  constexpr int kObjects = 20;
  for (int n = 1; n <= kObjects; ++n) {
    ObjectPlan plan;
    plan.instance = "2.999.1.1." + std::to_string(n);
    if (n % 3 == 0) plan.study = "";
    client.send_command(plan.sop_class, plan.instance);
    client.send_data(object(plan));
  }
  for (int n = 1; n <= kObjects; ++n) CHECK(client.status() == (n % 3 == 0 ? 0xA900 : 0));
  CHECK(siege.rows().size() == 14);
}

TEST_CASE("attack: a peer that asks and asks but never reads is dropped", "[net]") {
  Siege siege;
  {
    StoreClient client(siege.port());
    const auto echo = pdu::data(3, 3, pdu::echo_command());
    std::jthread asking([&] {
      while (client.raw().send(echo)) {
      }
    });
    CHECK(siege.answers());
    CHECK(eventually([&] { return siege.store().status().open_associations == 0; }));
  }
  siege.check_unharmed();
}

TEST_CASE("attack: idle associations fill the store, are refused beyond its limit and dropped when idle too long",
          "[net]") {
  Siege siege;
  {
    std::vector<StoreClient> idle;
    for (int n = 0; n < Siege::kSlots; ++n) idle.emplace_back(siege.port());
    int refused = 0;
    for (int n = 0; n < 50; ++n) refused += StoreClient(siege.port()).accepted() ? 0 : 1;
    CHECK(refused > 0);
    CHECK(siege.answers());
    for (auto& client : idle) CHECK(client.raw().closed_within(30s));
  }
  siege.check_unharmed();
}

// Attacks on a store before an association is there: PS3.8 requests that are slow, broken, huge or none at all.

#include <algorithm>

#include "siege.hpp"

using namespace harvester;
using namespace harvester::tests;
using namespace std::chrono_literals;

namespace {

pdu::Bytes first_part(const pdu::Bytes& whole, std::size_t size) {
  return {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
}

pdu::Bytes storage_context(int number, std::size_t syntaxes = 1) {
  std::vector<std::string> transfers{pdu::kExplicit};
  for (std::size_t n = 1; n < syntaxes; ++n) transfers.push_back("2.999.8." + std::to_string(n));
  return pdu::context(static_cast<std::uint8_t>(2 * number + 1), "2.999.5." + std::to_string(number), transfers);
}

pdu::Request with_contexts(int count, std::size_t syntaxes = 1) {
  pdu::Request request;
  for (int n = 0; n < count; ++n) request.contexts.push_back(storage_context(n, syntaxes));
  return request;
}

pdu::Request with_user_item(std::uint8_t type, const pdu::Bytes& body) {
  auto request = with_contexts(1);
  request.more_user_items = pdu::item(type, body);
  return request;
}

/// A user identity with a user name, and an answer to that asked for (PS3.7 D.3.3.7).
pdu::Bytes identity(std::size_t size) {
  pdu::Bytes body{1, 1};
  pdu::big(body, size, 2);
  body.resize(body.size() + size, 'u');
  pdu::big(body, 0, 2);
  return body;
}

/// A request with other fixed fields or items than the builder makes.
pdu::Bytes raw_request(std::uint16_t version, const pdu::Bytes& items) {
  pdu::Bytes body;
  pdu::big(body, version, 2);
  body.resize(4);
  pdu::add(body, pdu::of(pdu::padded("HARVESTER") + pdu::padded("TESTER")));
  body.resize(body.size() + 32);
  pdu::add(body, items);
  return pdu::pdu(1, body);
}

const auto kApplication = pdu::item(0x10, pdu::of("1.2.840.10008.3.1.1.1"));

pdu::Bytes joined(std::initializer_list<pdu::Bytes> parts) {
  pdu::Bytes all;
  for (const auto& part : parts) pdu::add(all, part);
  return all;
}

/// User information in which the maximum length is this.
pdu::Bytes with_max_length(std::size_t length) {
  pdu::Bytes max;
  pdu::big(max, length, 4);
  const auto user = pdu::item(0x50, joined({pdu::item(0x51, max), pdu::item(0x52, pdu::of("1.2.3.4"))}));
  return raw_request(1, joined({kApplication, storage_context(0), user}));
}

}  // namespace

TEST_CASE("attack: silent, half and dripping requests hold up nobody, and are dropped when their time is over",
          "[net]") {
  SECTION("others are served meanwhile") {
    Siege siege(Siege::patient());
    {
      const auto whole = pdu::associate_verification();
      std::vector<RawClient> slow;
      for (int n = 0; n < 20; ++n)
        for (const std::size_t size : {0, 1, 5, 6, 7, 80}) {
          slow.emplace_back(siege.port());
          slow.back().send(first_part(whole, size));
        }
      for (std::size_t at = 80; at < whole.size() - 1; ++at) {
        REQUIRE(slow.back().send({whole[at]}));  // dripping
        if (at % 50 == 0) CHECK(siege.answers());
      }
      CHECK(siege.answers());
    }
    siege.check_unharmed();
  }
  SECTION("and they are dropped") {
    Siege siege;
    {
      std::vector<RawClient> slow;
      for (const std::size_t size : {0, 1, 5, 6, 80}) {
        slow.emplace_back(siege.port());
        slow.back().send(first_part(pdu::associate_verification(), size));
      }
      for (auto& client : slow) CHECK(client.closed_within(30s));
    }
    siege.check_unharmed();
  }
}

TEST_CASE("attack: 500 idle connections, and C-ECHO is answered beside them", "[net]") {
  Siege siege(Siege::patient());
  {
    std::vector<RawClient> idle;
    for (int n = 0; n < 500; ++n) idle.emplace_back(siege.port());
    CHECK(siege.answers());
  }
  siege.check_unharmed();
}

TEST_CASE("attack: storms of connections that are reset at once or in the middle of a request", "[net]") {
  Siege siege;
  const auto whole = pdu::associate_verification();
  for (int n = 0; n < 300; ++n) {
    RawClient client(siege.port());
    if (n % 3 == 1) client.send(first_part(whole, 50));
    if (n % 3 == 2) client.send(whole);
    client.reset();
    if (n % 100 == 0) CHECK(siege.answers());
  }
  siege.check_unharmed();
}

TEST_CASE("attack: peers that speak something else are turned away", "[net]") {
  Siege siege(Siege::patient());
  {
    std::vector<RawClient> peers;
    for (const auto& words : {pdu::of("GET / HTTP/1.1\r\nHost: store\r\n\r\n"), pdu::of("SSH-2.0-OpenSSH_9.2\r\n"),
                              pdu::Bytes{0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03},
                              pdu::of("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"), pdu::Bytes(100'000, 0),
                              pdu::Bytes(100'000, 0xFF), pdu::release(), pdu::abort()}) {
      peers.emplace_back(siege.port());
      peers.back().send(words);
    }
    CHECK(siege.answers());
    for (auto& peer : peers) CHECK(peer.closed_within(30s));
  }
  siege.check_unharmed();
  CHECK(siege.value("SELECT count(*) FROM association WHERE calling_ae <> 'TESTER'") == "0");
}

TEST_CASE("attack: association requests with too much, too little or lies in them", "[net]") {
  auto many = with_contexts(128);
  auto too_many = with_contexts(128);
  for (int n = 0; n < 272; ++n) too_many.contexts.push_back(storage_context(n % 128));
  auto even = with_contexts(1);
  even.contexts.push_back(pdu::context(2, "2.999.5.9", {pdu::kExplicit}));
  auto twice = with_contexts(1);
  twice.contexts.push_back(storage_context(0));
  auto two_identities = with_user_item(0x58, identity(10));
  pdu::add(two_identities.more_user_items, pdu::item(0x58, identity(10)));
  auto lying_item = pdu::associate(with_contexts(1));
  lying_item[74 + 2] = 0xFF;  // the application context's length
  auto lying_context = pdu::associate(with_contexts(1));
  lying_context[74 + 4 + 21 + 3] = 0xFF;
  pdu::Request bare;
  auto no_syntax = bare;
  no_syntax.contexts = {pdu::context(1, "2.999.5.9", {})};
  auto empty_syntax = bare;
  empty_syntax.contexts = {pdu::context(1, "2.999.5.9", {""})};
  const auto user = pdu::user_information();
  const auto request = GENERATE_COPY(
      values<pdu::Bytes>({pdu::associate(many),
                          pdu::associate(with_contexts(1, 3000)),
                          pdu::associate(with_contexts(128, 80)),
                          pdu::associate(too_many),
                          pdu::associate(even),
                          pdu::associate(twice),
                          pdu::associate(bare),
                          pdu::associate(no_syntax),
                          pdu::associate(empty_syntax),
                          lying_item,
                          lying_context,
                          pdu::associate(two_identities),
                          pdu::associate(with_user_item(0x58, identity(60'000))),
                          pdu::associate(with_user_item(0x58, {1, 0, 0xFF, 0xFF})),
                          pdu::associate(with_user_item(0x58, {})),
                          pdu::associate(with_user_item(0x53, {1})),
                          pdu::associate(with_user_item(0x53, {0, 0, 0, 0})),
                          pdu::associate(with_user_item(0x54, {0, 50, '1'})),
                          pdu::associate(with_user_item(0x54, {0, 0, 1, 1})),
                          pdu::associate(with_user_item(0x55, pdu::Bytes(16, 0xFF))),
                          pdu::associate(with_user_item(0x56, {0xFF, 0xFF})),
                          pdu::associate(with_user_item(0x57, {0, 9, 1, 2})),
                          pdu::associate(with_user_item(0x57, pdu::Bytes(60'000, 1))),
                          pdu::associate(with_user_item(0x99, {1, 2, 3})),
                          raw_request(0, joined({kApplication, storage_context(0), user})),
                          raw_request(2, joined({kApplication, storage_context(0), user})),
                          raw_request(0xFFFF, joined({kApplication, storage_context(0), user})),
                          raw_request(1, joined({storage_context(0), user})),
                          raw_request(1, joined({kApplication, storage_context(0)})),
                          raw_request(1, joined({kApplication, kApplication, storage_context(0), user})),
                          raw_request(1, joined({pdu::item(0x10, {}), storage_context(0), user})),
                          raw_request(1, joined({pdu::item(0x10, pdu::Bytes(500, '1')), storage_context(0), user})),
                          raw_request(1, joined({kApplication, pdu::item(0x20, {1, 0, 0, 0}), user})),
                          raw_request(1, joined({kApplication, pdu::item(0x20, {1}), user})),
                          raw_request(1, joined({user, storage_context(0), kApplication})),
                          raw_request(1, pdu::Bytes(200'000, 0x20)),
                          raw_request(1, {}),
                          with_max_length(0),
                          with_max_length(1),
                          with_max_length(7),
                          with_max_length(13),
                          with_max_length(0xFFFFFFFF)}));
  Siege siege(Siege::patient());
  {
    RawClient client(siege.port());
    client.send(request);
    const auto answer = client.receive_pdu();
    REQUIRE_FALSE(answer.empty());
    CHECK((answer[0] == 2 || answer[0] == 3 || answer[0] == 7));
    if (answer[0] == 2) client.send(pdu::data(1, 3, pdu::store_command("2.999.5.0", "../x")));
    if (answer[0] == 2) client.send(pdu::data(1, 2, pdu::of("rubbish!")));
    CHECK(siege.answers());
    client.half_close();
    CHECK(client.closed_within(30s));
  }
  siege.check_unharmed();
}

TEST_CASE("attack: AE titles that are blank, paths, control bytes or formats", "[net]") {
  const std::string title = GENERATE(as<std::string>{}, "", "../../../etc/x", "%s%n%x%d", "\x1b]0;owned\x07",
                                     std::string("A\0B", 3), "'; DROP TABLE", "<script>", "\xFF\xFE\xFD", "=1+1");
  Siege siege(Siege::patient());
  {
    StoreClient::Offer offer;
    offer.calling = title;
    StoreClient client(siege.port(), offer);
    REQUIRE_FALSE(client.answer().empty());
    CHECK(client.accepted() == !title.empty());
    if (client.accepted()) CHECK(client.echo());
    offer.calling = "TESTER";
    offer.called = title;
    StoreClient lost(siege.port(), offer);
    CHECK(lost.answer() == pdu::Bytes{3, 0, 0, 0, 0, 4, 0, 1, 1, 7});
    CHECK(siege.answers());
  }
  siege.check_unharmed();
}

TEST_CASE("a user's name is accepted where an answer is asked for, and nothing is said where it is not or of tickets",
          "[net]") {
  const auto [kind, asked, answered] =
      GENERATE(table<std::uint8_t, std::uint8_t, bool>({{1, 1, true}, {2, 1, true}, {1, 0, false}, {3, 1, false}}));
  pdu::Bytes body{kind, asked};
  for (const std::string field : {"user", kind == 2 ? "secret" : ""}) {  // only a passcode is a second field
    pdu::big(body, field.size(), 2);
    pdu::add(body, pdu::of(field));
  }
  StoreSite site;
  RawClient client(site.port());
  client.send(pdu::associate(with_user_item(0x58, body)));
  const auto answer = client.receive_pdu();
  REQUIRE_FALSE(answer.empty());
  REQUIRE(answer[0] == 2);
  const pdu::Bytes accepted{0x59, 0, 0, 2, 0, 0};
  CHECK((std::search(answer.begin(), answer.end(), accepted.begin(), accepted.end()) != answer.end()) == answered);
}

TEST_CASE("attack: huge user identities again and again do not make the process grow", "[net]") {
  Siege siege;
  const auto once = [&] {
    RawClient client(siege.port());
    client.send(pdu::associate(with_user_item(0x58, identity(60'000))));
    (void)client.receive_pdu();
    client.send(pdu::release());
    (void)client.receive_pdu();
  };
  for (int n = 0; n < 50; ++n) once();
  const auto before = memory_kb("VmRSS");
  for (int n = 0; n < 300; ++n) once();
  siege.check_unharmed();
  if (!memory_is_distorted()) CHECK(memory_kb("VmRSS") - before < 6000);  // a leak of each would be 18 MB
}

#include "harvester/dicom/listener.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "harvester/dicom/scu.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "support/pdus.hpp"
#include "support/process.hpp"
#include "support/sockets.hpp"

using namespace harvester;
using namespace harvester::dicom;
using namespace harvester::tests;
using namespace std::chrono_literals;

namespace {

constexpr DimseStatus kSuccess{0};

/// Answers C-ECHO until the peer or the stop ends it.
void answer_echoes(ScpAssociation& association, std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto command = association.next_command(60s, stop);
    if (const auto* echo = std::get_if<EchoCommand>(&command)) (void)association.respond(*echo, kSuccess);
    if (std::holds_alternative<Released>(command) || std::holds_alternative<Ended>(command)) return;
  }
}

NegotiationPolicy everything() {
  return [](const AssociationRequest& request) { return negotiate(Services{true, true}, request); };
}

std::unique_ptr<Listener> echo_server(ListenerOptions options = {}) {
  REQUIRE(start_toolkit());
  options.bind = "127.0.0.1";
  auto opened = Listener::open(options, everything(), answer_echoes);
  REQUIRE(opened);
  return std::move(*opened);
}

bool echoes(int port) {
  auto association =
      ScuAssociation::open({"127.0.0.1", port, AeTitle::of("HARVESTER"), AeTitle::of("TESTER")}, {}, {verification()});
  if (!association) return false;
  const auto status = association->echo();
  association->release();
  return status && status->success();
}

ListenerOptions patient() {
  ListenerOptions options;
  options.request_timeout = 60s;
  return options;
}

ListenerOptions impatient() {
  ListenerOptions options;
  options.request_timeout = 300ms;
  return options;
}

RawClient::Bytes first_part(const RawClient::Bytes& whole, std::size_t size) {
  return {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

TEST_CASE("a listener answers C-ECHO of our own client and of echoscu", "[net]") {
  const auto server = echo_server();
  CHECK(echoes(server->port()));
  CHECK(run({"echoscu", "127.0.0.1", std::to_string(server->port())}).code == 0);
  CHECK(eventually([&] { return server->counts().open == 0; }));
  CHECK(server->counts().associations == 2);
}

TEST_CASE("silent clients, half heads and half requests hold up nobody else's C-ECHO", "[net]") {
  auto options = patient();
  options.max_associations = 1;
  const auto server = echo_server(options);
  const auto whole = pdu::associate_verification();
  std::vector<RawClient> slow;
  for (const std::size_t size : {0, 1, 5, 6, 80}) {
    slow.emplace_back(server->port());
    slow.back().send(first_part(whole, size));
  }
  CHECK(echoes(server->port()));
  SECTION("and the slow ones are served once they have said it all") {
    REQUIRE(eventually([&] { return server->counts().open == 0; }));  // the only slot is free again
    slow[3].send({whole.begin() + 6, whole.end()});
    CHECK(slow[3].receive_pdu().at(0) == 2);
  }
}

TEST_CASE("a client that is silent or drips is dropped when the time for the whole request is over", "[net]") {
  const auto server = echo_server(impatient());
  SECTION("silent") {
    RawClient client(server->port());
    CHECK(client.closed_within(30s));
  }
  SECTION("dripping") {
    RawClient client(server->port());
    const auto whole = pdu::associate_verification();
    std::size_t sent = 0;
    while (sent < whole.size() && client.send({whole[sent]}) && !client.closed_within(60ms)) ++sent;
    CHECK(sent < whole.size());
  }
  CHECK(eventually([&] { return server->counts().late_requests == 1; }));
  CHECK(server->counts().associations == 0);
}

TEST_CASE("more associations than allowed are refused with 'local limit exceeded' and the others go on", "[net]") {
  auto options = patient();
  options.max_associations = 3;
  const auto server = echo_server(options);
  std::vector<RawClient> open;
  for (int n = 0; n < 3; ++n) {
    open.emplace_back(server->port());
    open.back().send(pdu::associate_verification());
    REQUIRE(open.back().receive_pdu().at(0) == 2);
  }
  for (int n = 0; n < 200; ++n) {
    RawClient more(server->port());
    more.send(pdu::associate_verification());
    REQUIRE(more.receive_pdu() == RawClient::Bytes{3, 0, 0, 0, 0, 4, 0, 2, 3, 2});
  }
  open[0].send(pdu::data(1, 3, pdu::echo_command()));
  CHECK(pdu::status_of(open[0].receive_pdu()) == 0);
  open[1].send(pdu::release());
  CHECK(open[1].receive_pdu().at(0) == 6);
  CHECK(eventually([&] { return echoes(server->port()); }));
  CHECK(server->counts().refused_full >= 200);
}

TEST_CASE("a flood of idle connections does not keep out a peer that speaks", "[net]") {
  auto options = patient();
  options.max_waiting = 20;
  const auto server = echo_server(options);
  std::vector<RawClient> idle;
  for (int n = 0; n < 100; ++n) idle.emplace_back(server->port());
  CHECK(echoes(server->port()));
  CHECK(eventually([&] { return server->counts().late_requests >= 80; }));
}

TEST_CASE("a peer address has its own share where one is set", "[net]") {
  auto options = patient();
  options.max_per_peer = 1;
  const auto server = echo_server(options);
  RawClient first(server->port());
  first.send(pdu::associate_verification());
  REQUIRE(first.receive_pdu().at(0) == 2);
  CHECK_FALSE(echoes(server->port()));
  first.reset();
  CHECK(eventually([&] { return echoes(server->port()); }));
}

TEST_CASE("bytes that are no association request are turned away and change nothing", "[net]") {
  const auto server = echo_server(patient());
  auto lying = pdu::associate_verification();
  lying[5] = static_cast<std::uint8_t>(lying[5] - 1);
  auto giant = pdu::associate_verification();
  giant[2] = 0x7F;
  pdu::Request twice;
  twice.contexts = {pdu::context(1, pdu::kVerification, {pdu::kImplicit})};
  for (int n = 0; n < 2; ++n) pdu::add(twice.more_user_items, pdu::item(0x58, pdu::Bytes(64, 1)));
  pdu::Request even;
  even.contexts = {pdu::context(2, pdu::kVerification, {pdu::kImplicit})};
  const std::vector<RawClient::Bytes> rubbish{pdu::of("GET / HTTP/1.1\r\n\r\n"),
                                              {0x16, 3, 1, 2, 0, 1},
                                              pdu::release(),
                                              pdu::data(1, 3, pdu::echo_command()),
                                              lying,
                                              giant,
                                              pdu::associate(twice),
                                              pdu::associate(even)};
  for (const auto& bytes : rubbish) {
    RawClient client(server->port());
    client.send(bytes);
    CHECK(client.receive_pdu().at(0) == 7);
    CHECK(client.closed_within(30s));
  }
  for (int n = 0; n < 20; ++n) RawClient(server->port()).reset();
  CHECK(echoes(server->port()));
  CHECK(eventually([&] { return server->counts().broken_requests >= rubbish.size(); }));
  CHECK(server->counts().associations == 1);
}

TEST_CASE("a peer that breaks the protocol inside an association is aborted, its slot is free again", "[net]") {
  auto options = patient();
  options.max_associations = 1;
  options.transport.pdu_timeout = 300ms;
  const auto server = echo_server(options);
  const auto misbehave = [&](const RawClient::Bytes& bytes) {
    RawClient client(server->port());
    client.send(pdu::associate_verification());
    REQUIRE(client.receive_pdu().at(0) == 2);
    client.send(bytes);
    CHECK(client.closed_within(30s));
    REQUIRE(eventually([&] { return server->counts().open == 0; }));
  };
  auto half = pdu::data(1, 3, pdu::echo_command());
  half.resize(20);
  auto giant = half;
  giant[2] = 0x40;
  misbehave(half);
  misbehave(giant);
  misbehave(pdu::associate_verification());
  misbehave(pdu::data(3, 3, pdu::echo_command()));
  misbehave(pdu::data(1, 2, {1, 2, 3, 4}));
  misbehave(pdu::data(1, 3, {1, 2, 3}));
  misbehave(pdu::data(1, 3, pdu::Bytes(400, 0xFF)));
  misbehave(pdu::data(1, 3, pdu::command({{0x0100, pdu::us(0x8030)}})));
  misbehave(pdu::pdu(4, {0, 0, 0, 1, 1}));
  misbehave(pdu::pdu(9, {0, 0, 0, 0}));
  misbehave(pdu::abort());
  CHECK(echoes(server->port()));
}

TEST_CASE("C-STORE over the Verification context is refused and never called a success", "[net]") {
  const auto server = echo_server(patient());
  RawClient client(server->port());
  client.send(pdu::associate_verification());
  REQUIRE(client.receive_pdu().at(0) == 2);
  client.send(pdu::data(1, 3, pdu::store_command("1.2.840.10008.5.1.4.1.1.2", "1.2.3")));
  client.send(pdu::data(1, 2, pdu::Bytes(1000, 7)));
  CHECK(pdu::status_of(client.receive_pdu()) == 0x0122);
  client.send(pdu::data(1, 3, pdu::echo_command()));
  CHECK(pdu::status_of(client.receive_pdu()) == 0);
}

TEST_CASE("a stop ends idle associations and returns although peers are connected", "[net]") {
  const auto server = echo_server(patient());
  RawClient silent(server->port());
  RawClient open(server->port());
  open.send(pdu::associate_verification());
  REQUIRE(open.receive_pdu().at(0) == 2);
  server->stop(10s);
  CHECK(silent.closed_within(30s));
  CHECK(open.closed_within(30s));
  CHECK(server->counts().open == 0);
}

TEST_CASE("a port in use is a configuration fault that says so", "[net]") {
  const auto server = echo_server();
  ListenerOptions options;
  options.bind = "127.0.0.1";
  options.port = server->port();
  const auto second = Listener::open(options, everything(), answer_echoes);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::config);
  CHECK_THAT(second.error().message, Catch::Contains("in use"));
}

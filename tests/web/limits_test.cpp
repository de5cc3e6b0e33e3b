// Callers who are slow, large, foreign or many.

#include <thread>

#include "web_site.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

RawClient::Bytes bytes(const std::string& text) { return {text.begin(), text.end()}; }
std::string text(const RawClient::Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

TEST_CASE("limits: a request that is sent too slowly is ended, and others are answered meanwhile", "[web][net]") {
  WebSite site;
  site.options.request_time = std::chrono::milliseconds(500);
  site.open();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int n = 0; n < 10; ++n) {
    slow.push_back(std::make_unique<RawClient>(site.page->port()));
    REQUIRE(slow.back()->send(bytes("GET /healthz HTTP/1.1\r\nHo")));
  }
  CHECK(site.get("/healthz")->status == 200);
  for (auto& client : slow) CHECK(client->closed_within(std::chrono::seconds(30)));
}

TEST_CASE("limits: a header or a body that is too large is refused", "[web][net]") {
  WebSite site;
  site.open();
  RawClient client(site.page->port());
  client.send(bytes("GET /healthz HTTP/1.1\r\nHost: localhost\r\n"));
  std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
  for (int n = 0; n < 40; ++n) client.send(bytes(line));
  CHECK(text(client.receive(12)).starts_with("HTTP/1.1 431"));
  CHECK(client.closed_within(std::chrono::seconds(30)));

  RawClient large(site.page->port());
  large.send(
      bytes("POST /api/v1/explain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 300000\r\n\r\n"));
  CHECK(text(large.receive(12)) == "HTTP/1.1 413");
  CHECK(large.closed_within(std::chrono::seconds(30)));
}

TEST_CASE("limits: a body that is not wanted is not taken for the next request", "[web][net]") {
  WebSite site;
  site.open();
  RawClient client(site.page->port());
  const std::string smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  client.send(bytes("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(smuggled.size()) +
                    "\r\n\r\n" + smuggled));
  const auto answers = text(client.receive(100000, std::chrono::seconds(10)));
  CHECK(answers.find("ok\n") != std::string::npos);
  CHECK(answers.find("HTTP/1.1", 1) == std::string::npos);
}

TEST_CASE("limits: only JSON, from our own page or from no page, under our own name", "[web][net]") {
  WebSite site;
  site.open();
  auto client = site.client();
  const auto body = std::string("{\"what\": \"1.2.3\"}");
  const auto post = [&](const httplib::Headers& headers, const char* type) {
    return client.Post("/api/v1/explain", headers, body, type)->status;
  };
  CHECK(post({}, "application/json") == 200);
  CHECK(post({}, "application/json; charset=utf-8") == 200);
  CHECK(post({}, "text/plain") == 415);
  CHECK(post({}, "application/x-www-form-urlencoded") == 415);
  CHECK(post({{"Origin", "https://evil.example.org"}}, "application/json") == 403);
  CHECK(post({{"Origin", "null"}}, "application/json") == 403);
  CHECK(post({{"Sec-Fetch-Site", "cross-site"}}, "application/json") == 403);
  CHECK(post({{"Sec-Fetch-Site", "same-origin"}}, "application/json") == 200);
  const auto origin = "http://127.0.0.1:" + std::to_string(site.page->port());
  CHECK(post({{"Origin", origin}}, "application/json") == 200);
  CHECK(post({{"Host", "evil.example.org"}}, "application/json") == 403);
  CHECK(site.get("/api/v1/home", {{"Host", "evil.example.org"}})->status == 403);
  CHECK(site.get("/", {{"Host", "evil.example.org"}})->status == 403);
  CHECK(site.get("/api/v1/home", {{"Sec-Fetch-Site", "cross-site"}})->status == 403);
  CHECK(site.get("/", {{"Sec-Fetch-Site", "cross-site"}})->status == 200);  // a link to us
  for (const auto* method : {"PUT", "DELETE", "PATCH", "OPTIONS"}) {
    httplib::Request request;
    request.method = method;
    request.path = "/api/v1/explain";
    INFO(method);
    CHECK(client.send(request)->status == 405);
  }
  CHECK(client.Post("/api/v1/explain", "not JSON", "application/json")->status == 400);
  CHECK(client.Post("/api/v1/explain", "[]", "application/json")->status == 400);
  CHECK(client.Post("/api/v1/explain", "{\"whit\": 1}", "application/json")->status == 400);
  CHECK(site.get("/api/v1/harvests?limt=5")->status == 400);
  CHECK(site.get("/api/v1/harvests?limit=501")->status == 400);
  CHECK(site.get("/api/v1/no-such-thing")->status == 404);
  CHECK(site.get("/api/v1/explain")->status == 405);
}

TEST_CASE("limits: listeners beyond the last place are told so, and the page goes on", "[web][net]") {
  WebSite site;
  site.open();
  std::vector<std::unique_ptr<RawClient>> listeners;
  for (int n = 0; n < 24; ++n) {
    auto& client = listeners.emplace_back(std::make_unique<RawClient>(site.page->port()));
    client->send(bytes("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    CHECK(text(client->receive(12)) == "HTTP/1.1 200");
  }
  const auto refused = site.get("/api/v1/events");
  REQUIRE(refused);
  CHECK(refused->status == 503);
  CHECK(json::parse(refused->body)["kind"] == "busy");
  CHECK(refused->has_header("Retry-After"));
  CHECK(site.get("/healthz")->status == 200);
  CHECK(site.get("/metrics")->status == 200);
  CHECK(site.ask("/home")["lamps"]["database"]["lamp"] == "ok");
}

TEST_CASE("limits: streams end when the daemon stops", "[web][net]") {
  WebSite site;
  site.open();
  std::vector<json> told;
  std::atomic<bool> listening = false;
  std::jthread listener([&] {
    std::string text;
    auto client = site.client();
    (void)client.Get(
        "/api/v1/events", httplib::Headers{},
        [&](const httplib::Response&) {
          listening = true;
          listening.notify_all();
          return true;
        },
        [&](const char* data, std::size_t size) {
          text.append(data, size);
          return true;
        });
    told = WebSite::events_in(text);
  });
  listening.wait(false);
  site.page.reset();
  listener.join();
  REQUIRE_FALSE(told.empty());
  CHECK(told.back()["event"] == "bye");
}

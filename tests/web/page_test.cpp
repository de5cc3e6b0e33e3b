// What is not JSON: the page, metrics, health; and what all answers have.

#include <fstream>
#include <regex>

#include "web_site.hpp"

using namespace harvester;
using namespace harvester::tests;

TEST_CASE("page: every path that is no file is the page, and is not sent twice", "[web][net]") {
  WebSite site;
  site.open();
  const auto page = site.get("/");
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK(page->get_header_value("Content-Type") == "text/html; charset=utf-8");
  CHECK(site.get("/harvests/12")->body == page->body);
  CHECK(site.get("/../../etc/passwd")->body == page->body);
  CHECK(site.get("/%2e%2e/%2e%2e/etc/passwd")->body == page->body);
  const auto again = site.get("/", {{"If-None-Match", page->get_header_value("ETag")}});
  CHECK(again->status == 304);
  CHECK(again->body.empty());
}

TEST_CASE("page: all answers forbid what a page of ours does not need", "[web][net]") {
  WebSite site;
  site.open();
  for (const auto* path : {"/", "/api/v1/home", "/api/v1/nothing", "/metrics", "/healthz", "/readyz"}) {
    INFO(path);
    const auto result = site.get(path);
    REQUIRE(result);
    const auto policy = result->get_header_value("Content-Security-Policy");
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(result->get_header_value("X-Content-Type-Options") == "nosniff");
    CHECK(result->get_header_value("Referrer-Policy") == "no-referrer");
    CHECK_FALSE(result->has_header("Access-Control-Allow-Origin"));
  }
  CHECK(site.get("/api/v1/home")->get_header_value("Cache-Control") == "no-store");
}

TEST_CASE("page: ready is what can harvest, and it says what cannot", "[web][net]") {
  WebSite site;
  site.open();
  CHECK(site.get("/healthz")->body == "ok\n");
  const auto ready = site.get("/readyz");
  INFO(ready->body);
  CHECK(ready->status == 200);
  CHECK(json::parse(ready->body)["parts"]["stores"]["ok"] == true);
  site.engine->close_store("harvest");
  const auto not_ready = site.get("/readyz");
  CHECK(not_ready->status == 503);
  const auto said = json::parse(not_ready->body);
  CHECK(said["parts"]["stores"]["ok"] == false);
  CHECK(said["parts"]["database"]["ok"] == true);
  CHECK(site.get("/healthz")->status == 200);
}

TEST_CASE("page: metrics are in the text format of Prometheus", "[web][net]") {
  WebSite site;
  site.open();
  const auto metrics = site.get("/metrics");
  REQUIRE(metrics->status == 200);
  CHECK(metrics->get_header_value("Content-Type").starts_with("text/plain; version=0.0.4"));
  const std::regex sample(
      R"re([a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? [-+0-9.eE]+|[a-z_]+(\{.*\})? (NaN|[+-]Inf))re");
  const std::regex comment(R"(# (HELP|TYPE) harvest_[a-z_]+ .+)");
  std::istringstream lines(metrics->body);
  std::set<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK((line.starts_with("#") ? std::regex_match(line, comment) : std::regex_match(line, sample)));
    names.insert(line.substr(0, line.find_first_of("{ ")));
  }
  for (const auto* name : {"harvest_queue_depth", "harvest_quarantine_objects", "harvest_disk_free_bytes",
                           "harvest_store_open", "harvest_build_info", "harvest_node_enabled"}) {
    INFO(name);
    CHECK(names.contains(name));
  }
  CHECK(metrics->body.find("harvest_build_info{version=\"1.2.3\"} 1") != std::string::npos);
  if (const char* file = std::getenv("HARVESTER_METRICS_FILE")) std::ofstream(file) << metrics->body;
}

TEST_CASE("page: with tokens the API and metrics need one, the page and health do not", "[web][net]") {
  WebSite site;
  site.site.http.tokens = {{"viewer", config::HttpRole::view, {config::SecretRef::From::env, "VIEW"}}};
  site.options.environment = {{"VIEW", "view-secret-of-the-test"}};
  site.open();
  CHECK(site.get("/")->status == 200);
  CHECK(site.get("/healthz")->status == 200);
  CHECK(site.get("/readyz")->status == 200);
  CHECK(site.get("/metrics")->status == 401);
  const auto refused = site.get("/api/v1/home");
  CHECK(refused->status == 401);
  CHECK(refused->get_header_value("WWW-Authenticate") == "Bearer");
  CHECK(site.get("/api/v1/no-such-thing")->status == 401);
  CHECK(site.ask("/session")["role"] == "none");
  const auto with = WebSite::bearer("view-secret-of-the-test");
  CHECK(site.get("/metrics", with)->status == 200);
  CHECK(site.get("/api/v1/home", with)->status == 200);
  CHECK(site.get("/api/v1/home", WebSite::bearer("view-secret-of-the-tesT"))->status == 401);
  CHECK(site.ask("/session", "view-secret-of-the-test")["name"] == "viewer");
}

TEST_CASE("page: a role does not do what is above it", "[web][net]") {
  WebSite site;
  site.site.http.tokens = {{"viewer", config::HttpRole::view, {config::SecretRef::From::env, "VIEW"}}};
  site.options.environment = {{"VIEW", "view-secret-of-the-test"}};
  site.open();
  const std::string token = "view-secret-of-the-test";
  for (const auto* path :
       {"/queries", "/harvests", "/harvests/1/cancel", "/harvests/1/pause", "/harvests/1/resume", "/harvests/1/retry",
        "/harvests/1/retrieve", "/nodes/archive/test", "/nodes/archive/echo", "/stores/harvest/echo",
        "/schedules/archive/nightly/run", "/schedules/archive/nightly/pause", "/schedules/archive/nightly/resume",
        "/quarantine/retry", "/quarantine/drop", "/reload", "/runs/1/cancel"}) {
    INFO(path);
    CHECK(site.post(path, json::object(), token)->status == 403);
    CHECK(site.post(path, json::object())->status == 401);
  }
  CHECK(site.get("/api/v1/audit", WebSite::bearer(token))->status == 403);
  CHECK(site.get("/api/v1/exports/csv?patient=true", WebSite::bearer(token))->status == 403);
  CHECK(site.get("/api/v1/exports/json", WebSite::bearer(token))->status == 403);
  CHECK(site.get("/api/v1/exports/csv", WebSite::bearer(token))->status == 200);
}

#include "harvester/web/access.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using config::Http;
using config::HttpRole;
using config::SecretRef;
using web::Access;

namespace {

const std::string kView = "view-secret-of-the-test", kOperate = "operate-secret-of-the-test";

Http with_tokens() {
  Http http;
  http.tokens = {{"viewer", HttpRole::view, {SecretRef::From::env, "VIEW"}},
                 {"operator", HttpRole::operate, {SecretRef::From::env, "OPERATE"}}};
  return http;
}

const config::Environment kEnvironment{{"VIEW", kView}, {"OPERATE", kOperate}};

}  // namespace

TEST_CASE("access: a token has its role, and a wrong one none, whatever is open without", "[web]") {
  auto http = with_tokens();
  http.anonymous = Http::Anonymous::patient;
  const auto access = Access::of(http, kEnvironment);
  REQUIRE(access);
  CHECK(access->caller("Bearer " + kView).role == HttpRole::view);
  CHECK(access->caller("bearer " + kOperate).role == HttpRole::operate);
  CHECK(access->caller("bearer " + kOperate).name == "operator");
  CHECK(access->caller("").role == HttpRole::patient);
  for (const auto& wrong : {"Bearer ", "Bearer view", "Basic ", "Bearer view-secret-of-the-tesT"}) {
    INFO(wrong);
    CHECK_FALSE(access->caller(wrong).role);
    CHECK(access->caller(wrong).wrong_token);
  }
  CHECK_FALSE(access->caller("Bearer " + kView + kView).role);
  CHECK_FALSE(access->caller(kView).role);
}

TEST_CASE("access: with tokens nothing is open without one, unless the site says so", "[web]") {
  const auto access = Access::of(with_tokens(), kEnvironment);
  REQUIRE(access);
  CHECK_FALSE(access->caller("").role);
  CHECK(access->token_required());
  CHECK(Access::of({}, {})->caller("").role == HttpRole::operate);
}

TEST_CASE("access: a secret that is missing, or short enough to be tried out, is a fault", "[web]") {
  CHECK(Access::of(with_tokens(), {}).error().kind == ErrorKind::config);
  const auto access = Access::of(with_tokens(), {{"VIEW", "short"}, {"OPERATE", kOperate}});
  REQUIRE_FALSE(access);
  CHECK(access.error().message.find("short") == std::string::npos);
  CHECK(access.error().message.find("viewer") != std::string::npos);
}

TEST_CASE("access: a role may what those before it may", "[web]") {
  const web::Caller caller{HttpRole::operate, {}, false};
  CHECK(caller.may(HttpRole::view));
  CHECK(caller.may(HttpRole::operate));
  CHECK_FALSE(caller.may(HttpRole::patient));
  CHECK_FALSE(web::Caller{}.may(HttpRole::view));
}

TEST_CASE("access: we are called by an address, localhost or a name of the site, in any case", "[web]") {
  const std::vector<std::string> names{"Harvester.example.org"};
  for (const auto* host : {"127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "10.1.2.3:80", "localhost:8080", "LOCALHOST",
                           "harvester.example.org", "harvester.EXAMPLE.org:443", "localhost."}) {
    INFO(host);
    CHECK(web::names_us(host, names));
  }
  for (const auto* host : {"", "evil.example.org", "localhost.evil.example.org", "127.0.0.1.evil.example.org", "[::1",
                           "harvester.example.org.evil", "1.2.3"}) {
    INFO(host);
    CHECK_FALSE(web::names_us(host, names));
  }
}

TEST_CASE("access: a page of another origin is foreign, a program is not", "[web]") {
  const std::vector<std::string> names{"harvester.example.org"};
  CHECK_FALSE(web::is_foreign({"127.0.0.1:8080", "", ""}, names));
  CHECK_FALSE(web::is_foreign({"127.0.0.1:8080", "http://127.0.0.1:8080", "same-origin"}, names));
  CHECK_FALSE(web::is_foreign({"127.0.0.1:8080", "", "none"}, names));
  CHECK_FALSE(web::is_foreign({"127.0.0.1:8080", "https://harvester.example.org", ""}, names));  // a proxy
  CHECK(web::is_foreign({"127.0.0.1:8080", "", "cross-site"}, names));
  CHECK(web::is_foreign({"127.0.0.1:8080", "", "same-site"}, names));
  CHECK(web::is_foreign({"127.0.0.1:8080", "http://127.0.0.1:9090", ""}, names));
  CHECK(web::is_foreign({"127.0.0.1:8080", "null", ""}, names));
  CHECK(web::is_foreign({"127.0.0.1:8080", "https://evil.example.org", ""}, names));
}

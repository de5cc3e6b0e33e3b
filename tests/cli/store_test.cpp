// Our own stores: added to the site file, and what they tell of themselves.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/certificates.hpp"
#include "support/peers.hpp"
#include "support/site.hpp"

namespace harvester {
namespace {

using tests::Site;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

nlohmann::json store_named(const tests::Told& told, const std::string& name) {
  const auto words = nlohmann::json::parse(told.output, nullptr, false);
  for (const auto& store : words["stores"])
    if (store["name"] == name) return store;
  return {};
}

/// A site whose only store speaks TLS, and asks callers for a certificate of a CA.
struct TlsSite : Site {
  TlsSite() {
    tests::write_text(path("harvester.yaml"),
                      "data_directory: data\nprofiles: profiles\ndisk: {minimum_free: 1MiB}\nstores:\n"
                      "  - {name: harvest, ae_title: HARVESTER, bind: 127.0.0.1, port: " +
                          std::to_string(store_port()) + ", tls: {enabled: true, cert_file: store.pem, key: \"file:" +
                          store.key_file().string() + "\", ca_file: ca.pem}}\n");
  }
  [[nodiscard]] int echoscu(const tests::Certificate& caller) const {
    return tests::run({"echoscu", "+tls", caller.key_file().string(), caller.file().string(), "+cf", ca.file().string(),
                       "-aec", "HARVESTER", "127.0.0.1", std::to_string(store_port())})
        .code;
  }

  tests::Certificate ca{path(""), "ca"};
  tests::Certificate store{path(""), "store", &ca, 20};
  tests::Certificate modality{path(""), "modality", &ca};
  tests::Certificate stranger{path(""), "stranger"};
};

}  // namespace

TEST_CASE("a store with TLS is opened by the daemon, called by echo, and its status tells what is wrong", "[net]") {
  const TlsSite site;
  tests::Process daemon(site.command({"serve"}));
  REQUIRE(tests::eventually([&] { return site.echoscu(site.modality) == 0; }));
  CHECK(site.echoscu(site.stranger) != 0);
  const auto called = site.run({"echo", "--stores"});
  INFO(called.output << called.errors);
  CHECK(called.code == 0);
  const auto store = store_named(site.run({"--json", "store", "status"}), "harvest");
  CHECK(store["tls"]["refused"] == 1);
  CHECK(holds(store["last_error"].get<std::string>(), "unknown CA"));
  CHECK(holds(site.run({"store", "status"}).output, "its TLS certificate expires on"));
  CHECK(holds(site.run({"conformance"}).output, "B.10 Non-downgrading BCP 195 TLS, callers by certificate |"));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("store add takes TLS, and refuses half of it", "[cli]") {
  const Site site;
  const auto told = site.run({"store", "add", "safe", "--ae", "SAFE", "--port", "2762", "--tls-cert", "/nowhere/c.pem",
                              "--tls-key", "env:KEY", "--tls-ca", "/nowhere/ca.pem"});
  INFO(told.errors);
  CHECK(told.code == 0);
  CHECK(holds(site.run({"config", "show"}).output, "env:KEY"));
  CHECK(site.run({"store", "add", "half", "--ae", "HALF", "--port", "2763", "--tls-cert", "/nowhere/c.pem"}).code == 2);
}

TEST_CASE("store add writes a store that the configuration then has", "[cli]") {
  const Site site;
  const auto told = site.run({"store", "add", "native", "--ae", "PUSH", "--port", "8104"});
  INFO(told.output << told.errors);
  REQUIRE(told.code == 0);
  CHECK(site.run({"config", "check"}).code == 0);
  const auto shown = site.run({"config", "show"}).output;
  CHECK(holds(shown, "PUSH"));
  const auto again = site.run({"store", "add", "native", "--ae", "PUSH2", "--port", "8105"});
  CHECK(again.code == 2);
  CHECK(holds(again.errors, "already"));
}

TEST_CASE("store add refuses titles and ports that cannot be, and leaves the site file as it is", "[cli]") {
  const Site site;
  const auto before = tests::content_of(site.path("harvester.yaml"));
  for (const auto& [title, port] : {std::pair{"NATIVE-STORE-1", "8104"},
                                    {"SEVENTEENLETTERSX", "8104"},
                                    {"OK", "0"},
                                    {"OK", "70000"},
                                    {"", "8104"}}) {
    const auto told = site.run({"store", "add", "second", "--ae", title, "--port", port});
    INFO(title << " " << port << ": " << told.errors);
    CHECK(told.code == 2);
    CHECK(tests::content_of(site.path("harvester.yaml")) == before);
  }
}

TEST_CASE("store add warns of a port that needs rights", "[cli]") {
  const Site site;
  const auto told = site.run({"store", "add", "low", "--ae", "LOW", "--port", "104"});
  CHECK(told.code == 0);
  CHECK(holds(told.errors, "8104"));
}

TEST_CASE("conformance names our stores, what they accept and what we ask others for", "[cli]") {
  const Site site;
  const auto told = site.run({"conformance"});
  CHECK(holds(told.output, "DICOM Instances Transferred"));
  REQUIRE(told.code == 0);
  CHECK(holds(told.output, "| harvest | HARVESTER | " + std::to_string(site.store_port()) + " |"));
  for (const auto* uid : {"1.2.840.10008.5.1.4.1.1.88.67", "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.1.2.4.50"})
    CHECK(holds(told.output, "| " + std::string(uid) + " |"));
  CHECK_FALSE(holds(told.output, "1.2.840.10008.5.1.4.31 "));  // a worklist is nothing that we store or ask for
}

TEST_CASE("store status tells what the daemon's stores did, and without one that they are closed", "[net]") {
  Site site;
  CHECK(store_named(site.run({"--json", "store", "status"}), "harvest")["open"] == false);
  CHECK(holds(site.run({"store", "status"}).output, "harvester serve"));
  tests::Process daemon(site.command({"serve"}));
  REQUIRE(tests::eventually([&] { return tests::answers_echo(site.store_port(), "HARVESTER"); }));
  (void)tests::run({"echoscu", "-aec", "WRONG", "127.0.0.1", std::to_string(site.store_port())});
  nlohmann::json store;
  REQUIRE(tests::eventually([&] {
    store = store_named(site.run({"--json", "store", "status"}), "harvest");
    return store.value("associations_refused", 0) == 1;
  }));
  CHECK(store["open"] == true);
  CHECK(store["echoes"].get<int>() >= 1);
  CHECK(store["port"] == site.store_port());
  CHECK(holds(store["last_error"].get<std::string>(), "refused"));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

}  // namespace harvester

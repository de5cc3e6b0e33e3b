#include "harvester/config/store_entry.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using config::with_store;

namespace {

config::Store native() {
  config::Store store;
  store.name = "native";
  store.ae_title = AeTitle::of("PUSH");
  store.port = 8104;
  store.role = config::Store::Role::native;
  return store;
}

const std::string kEntry = "- {name: native, ae_title: PUSH, port: 8104, role: native}\n";

}  // namespace

TEST_CASE("store entry: it comes after the last store, with its indent, and nothing else is changed", "[config]") {
  const std::string before =
      "# ours\nstores:   # two\n    - name: harvest  # first\n      port: 11112\n    - {name: b, port: 1}\n"
      "      # of b\n\nlog: {level: info}\n";
  CHECK(*with_store(before, native()) ==
        "# ours\nstores:   # two\n    - name: harvest  # first\n      port: 11112\n    - {name: b, port: 1}\n    " +
            kEntry + "      # of b\n\nlog: {level: info}\n");
}

TEST_CASE("store entry: entries at the column of the key are a block, too", "[config]") {
  CHECK(*with_store("stores:\n- name: harvest\n  port: 1\nlog: {}\n", native()) ==
        "stores:\n- name: harvest\n  port: 1\n" + kEntry + "log: {}\n");
}

TEST_CASE("store entry: TLS goes with it, with those files that are named", "[config]") {
  auto store = native();
  store.tls.enabled = true;
  store.tls.cert_file = "/etc/harvester/store.pem";
  store.tls.key = config::SecretRef{config::SecretRef::From::file, "/etc/harvester/store.key"};
  const std::string head = "stores:\n  - {name: native, ae_title: PUSH, port: 8104, role: native, tls: {enabled: true,";
  CHECK(with_store("stores: []\n", store)->find(head + " cert_file: /etc/harvester/store.pem, key: ") == 0);
  store.tls.ca_file = "/etc/harvester/ca.pem";
  CHECK(with_store("stores: []\n", store)->find(", ca_file: /etc/harvester/ca.pem}}\n") != std::string::npos);
}

TEST_CASE("store entry: an empty list becomes a block", "[config]") {
  CHECK(*with_store("stores: []  # none\nlog: {}\n", native()) == "stores:\n  " + kEntry + "log: {}\n");
}

TEST_CASE("store entry: where the file names no stores the default one is written, too", "[config]") {
  CHECK(*with_store("log: {}\n\n", native()) ==
        "log: {}\nstores:\n  - {name: harvest, ae_title: HARVESTER, port: 11112, role: harvest}\n  " + kEntry);
}

TEST_CASE("store entry: a list in brackets is left to its writer", "[config]") {
  const auto refused = with_store("stores: [{name: a, port: 1}]\n", native());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::config);
}

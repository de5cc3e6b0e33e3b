// `doctor` as a process: sites that are well, and sites that are not.

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/certificates.hpp"
#include "support/peers.hpp"
#include "support/report_archive.hpp"
#include "support/site.hpp"

namespace harvester {
namespace {

namespace fs = std::filesystem;
using tests::Site;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The findings of one check; empty: there is none.
nlohmann::json findings(const nlohmann::json& told, const std::string& check) {
  auto found = nlohmann::json::array();
  for (const auto& finding : told["findings"])
    if (finding["check"] == check) found.push_back(finding);
  return found;
}

std::string state(const nlohmann::json& told, const std::string& check) {
  std::string worst = "none";
  for (const auto& finding : findings(told, check)) {
    const auto each = finding["state"].get<std::string>();
    if (worst == "none" || each == "fault" || (each == "warning" && worst == "ok")) worst = each;
  }
  return worst;
}

/// A site whose data directory is there and has a database.
struct UsedSite : Site {
  explicit UsedSite(const std::string& more = "") : Site(more) {
    fs::create_directory(data());
    fs::permissions(data(), fs::perms(0750));
    tests::write_text(path("letter.txt"), "no DICOM");
    (void)run({"import", path("letter.txt").string()});
  }
};

}  // namespace

TEST_CASE("doctor finds a site well without a daemon, and makes nothing in an empty one", "[cli]") {
  const Site empty;
  const auto looked = empty.json({"doctor"});
  CHECK(state(looked, "configuration") == "ok");
  CHECK(state(looked, "rights") == "warning");
  CHECK(state(looked, "database") == "ok");
  CHECK_FALSE(fs::exists(empty.data()));
  const UsedSite used;
  const auto told = used.json({"doctor"});
  INFO(told.dump(1));
  for (const auto* check : {"configuration", "rights", "dictionary", "disk", "database", "spool", "ports", "daemon"})
    CHECK(state(told, check) == "ok");
  CHECK(state(told, "time") != "fault");
}

TEST_CASE("doctor asks the daemon's stores and nodes through it", "[net]") {
  UsedSite site;
  const auto pacs = tests::report_archive(site, 2, 10);
  site.add_node("sim", pacs->port(), "SIMPACS");
  tests::Process daemon(site.command({"serve"}));
  REQUIRE(tests::eventually([&] { return fs::exists(site.data() / "control.sock"); }));
  const auto told = site.json({"doctor"});
  INFO(told.dump(1));
  CHECK(state(told, "daemon") == "ok");
  CHECK(state(told, "stores") == "ok");
  CHECK(state(told, "nodes") != "fault");
  CHECK(findings(told, "ports")[0]["text"] == "port " + std::to_string(site.store_port()) + " is held by our daemon");
  CHECK(findings(site.json({"doctor", "--no-nodes"}), "nodes").empty());
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("doctor without a daemon tests nodes by a store of its own, and an archive that is off is a fault", "[net]") {
  UsedSite site;
  {
    const auto pacs = tests::report_archive(site, 2, 10);
    site.add_node("sim", pacs->port(), "SIMPACS");
    const auto told = site.json({"doctor"});
    INFO(told.dump(1));
    CHECK(state(told, "nodes") != "fault");
  }
  const auto told = site.run({"doctor"});
  CHECK(told.code == 1);
  CHECK(holds(told.output, "fault    nodes         sim: "));
}

TEST_CASE("doctor tells a user who may not look into the data directory so, and goes on", "[cli]") {
  const UsedSite site;
  auto command = site.command({"--json", "doctor"});
  if (::geteuid() == 0) {  // root may look everywhere
    fs::permissions(site.path(""), fs::perms(0755));
    command.insert(command.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  } else {
    fs::permissions(site.data(), fs::perms(0));
  }
  const auto ran = tests::run(command);
  fs::permissions(site.data(), fs::perms(0700));
  const auto told = nlohmann::json::parse(ran.output, nullptr, false);
  INFO(ran.output);
  CHECK(ran.code == 1);
  REQUIRE(told.is_object());
  CHECK(state(told, "rights") == "fault");
  CHECK(state(told, "database") == "fault");
  CHECK(state(told, "ports") == "ok");
}

TEST_CASE("doctor knows whether the page's port is free, and whether the daemon has it", "[net]") {
  const UsedSite site;
  struct WithPage {  // elsewhere tests do without
    WithPage() { ::setenv("HARVESTER_HTTP_ENABLED", "true", 1); }
    ~WithPage() { ::setenv("HARVESTER_HTTP_ENABLED", "false", 1); }
  } const with_page;
  const auto port = std::to_string(tests::free_port());
  tests::write_text(site.path("harvester.yaml"),
                    "data_directory: data\nprofiles: profiles\nstores:\n"
                    "  - {name: harvest, ae_title: HARVESTER, bind: 127.0.0.1, port: " +
                        std::to_string(site.store_port()) + "}\ndisk: {minimum_free: 1MiB}\nhttp: {port: " + port +
                        "}\n");
  CHECK(holds(site.run({"doctor"}).output, "http: port " + port + " is free"));
  tests::Process daemon(site.command({"serve"}));
  REQUIRE(tests::eventually([&] { return tests::answers_echo(site.store_port(), "HARVESTER"); }));
  REQUIRE(tests::eventually(
      [&] { return holds(site.run({"doctor"}).output, "http: port " + port + " is held by our daemon"); }));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("doctor names a port that another program holds", "[net]") {
  const UsedSite site;
  const tests::Process other({"storescp", std::to_string(site.store_port())});
  REQUIRE(tests::eventually([&] { return tests::answers_echo(site.store_port(), "ANY"); }));
  const auto told = site.run({"doctor"});
  CHECK(told.code == 1);
  CHECK(holds(told.output, "is held by another program -> "));
}

TEST_CASE("doctor tells every fault of the configuration, and looks at the machine nevertheless", "[cli]") {
  const Site site("nonsense: 1\nnetwork: {connect_timeout: soon}\n");
  const auto told = site.json({"doctor"});
  CHECK(findings(told, "configuration").size() == 2);
  CHECK(state(told, "configuration") == "fault");
  CHECK(state(told, "dictionary") == "ok");
  CHECK(site.run({"doctor"}).code == 1);
}

TEST_CASE("doctor: secrets that all may read, keys that are missing, lost files, a damaged database", "[cli]") {
  const UsedSite site("patient_identity: {id: hash, hash_key: \"file:hash.key\"}\n");
  CHECK(state(site.json({"doctor"}), "secrets") == "fault");
  tests::write_text(site.path("hash.key"), std::string(32, 'k'));
  fs::permissions(site.path("hash.key"), fs::perms(0644));
  CHECK(state(site.json({"doctor"}), "secrets") == "fault");
  fs::permissions(site.path("hash.key"), fs::perms(0600));
  CHECK(state(site.json({"doctor"}), "secrets") == "ok");
  (void)site.run({"import", site.path("letter.txt").string()});
  CHECK(state(site.json({"doctor"}), "spool") == "ok");
  for (const auto& file : fs::recursive_directory_iterator(site.data() / "spool"))
    if (file.is_regular_file()) fs::remove(file);
  CHECK(state(site.json({"doctor"}), "spool") == "fault");
  fs::remove(site.data() / "harvester.db-wal");
  fs::remove(site.data() / "harvester.db-shm");
  tests::write_text(site.data() / "harvester.db", "this is no database, but long enough to be looked at as one");
  const auto told = site.json({"doctor"});
  CHECK(state(told, "database") == "fault");
  CHECK_FALSE(holds(told.dump(), "letter"));
}

TEST_CASE("doctor warns of a certificate that expires soon", "[cli]") {
  UsedSite site;
  const tests::Certificate certificate(site.path(""), "store", nullptr, 20);
  fs::permissions(certificate.key_file(), fs::perms(0600));
  tests::write_text(site.path("harvester.yaml"),
                    "data_directory: data\nprofiles: profiles\ndisk: {minimum_free: 1MiB}\nstores:\n"
                    "  - {name: safe, ae_title: SAFE, bind: 127.0.0.1, port: " +
                        std::to_string(site.store_port()) +
                        ", tls: {enabled: true, cert_file: store.pem, key: \"file:" + certificate.key_file().string() +
                        "\"}}\n");
  const auto told = site.json({"doctor"});
  INFO(told.dump(1));
  CHECK(state(told, "certificates") == "warning");
  CHECK(state(told, "secrets") == "ok");
}

}  // namespace harvester

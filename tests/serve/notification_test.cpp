#include "harvester/serve/notification.hpp"

#include <httplib.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/site.hpp"

using namespace harvester;
using namespace harvester::serve;

namespace {

Notification failure() { return {Occasion::failure, "main-pacs", HarvestId{7}, "node does not answer", 0}; }

config::Notify wanting(std::vector<std::string> occasions) {
  config::Notify notify;
  notify.on = std::move(occasions);
  return notify;
}

/// A script that keeps what it was told.
std::filesystem::path script(const tests::TempDir& folder, const std::string& body) {
  const auto file = folder / "notify.sh";
  tests::write_text(file, "#!/bin/sh\n" + body);
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  return file;
}

}  // namespace

TEST_CASE("notify: the end of a harvest is told as what it means, and once", "[serve]") {
  CHECK(occasion_of(HarvestState::complete, StoppedBy::nobody, 0) == Occasion::success);
  CHECK(occasion_of(HarvestState::incomplete, StoppedBy::nobody, 0) == Occasion::partial);
  CHECK(occasion_of(HarvestState::failed, StoppedBy::nobody, 3) == Occasion::failure);
  CHECK(occasion_of(HarvestState::interrupted, StoppedBy::node, 0) == Occasion::failure);
  CHECK(occasion_of(HarvestState::interrupted, StoppedBy::node, 1) == std::nullopt);
  CHECK(occasion_of(HarvestState::interrupted, StoppedBy::storage, 0) == Occasion::failure);
  for (const auto by : {StoppedBy::process, StoppedBy::hours, StoppedBy::person, StoppedBy::duration})
    CHECK(occasion_of(HarvestState::interrupted, by, 0) == std::nullopt);
  CHECK(occasion_of(HarvestState::cancelled, StoppedBy::nobody, 0) == std::nullopt);
}

TEST_CASE("notify: only what the profile names is told", "[serve]") {
  CHECK(is_wanted(wanting({"failure"}), failure()));
  CHECK_FALSE(is_wanted(wanting({"success", "partial"}), failure()));
  const Notification silence{Occasion::no_data, "main-pacs", {}, "", 3};
  CHECK(is_wanted(wanting({"no_data_5d", "no_data_3d"}), silence));
  CHECK_FALSE(is_wanted(wanting({"no_data_4d"}), silence));
  CHECK_FALSE(is_wanted(wanting({"failure"}), silence));
  CHECK(days_without_data(wanting({"no_data_5d", "no_data_3d"})) == 3);
  CHECK(days_without_data(wanting({"failure"})) == std::nullopt);
}

TEST_CASE("notify: a command gets the JSON on its input and the names in its environment", "[serve]") {
  const tests::TempDir folder;
  auto notify = wanting({"failure"});
  notify.command = script(folder, "cat > " + (folder / "told").string() +
                                      "\necho \"$HARVESTER_EVENT $HARVESTER_NODE $HARVESTER_HARVEST\" > " +
                                      (folder / "names").string() + "\n");
  Notifier notifier;
  notifier.send(notify, failure());
  notifier.send(wanting({"success"}), failure());
  notifier.flush();
  const auto told = nlohmann::json::parse(tests::content_of(folder / "told"));
  CHECK(told["event"] == "failure");
  CHECK(told["node"] == "main-pacs");
  CHECK(told["harvest"] == 7);
  CHECK(told["text"] == "node does not answer");
  CHECK(tests::content_of(folder / "names") == "failure main-pacs 7\n");
}

TEST_CASE("notify: a command that fails or is not there holds up nobody", "[serve]") {
  const tests::TempDir folder;
  auto broken = wanting({"failure"});
  broken.command = folder / "nothing.sh";
  auto failing = wanting({"failure"});
  failing.command = script(folder, "echo x >> " + (folder / "runs").string() + "\nexit 3\n");
  Notifier notifier;
  notifier.send(broken, failure());
  notifier.send(failing, failure());
  notifier.send(failing, failure());
  notifier.flush();
  CHECK(tests::content_of(folder / "runs") == "x\nx\n");
}

TEST_CASE("notify: it counts as told once it was handed over, and not before", "[serve]") {
  const tests::TempDir folder;
  auto notify = wanting({"failure"});
  notify.command = script(folder, "echo x > " + (folder / "ran").string() + "\n");
  int told = 0, too_early = 0, unwanted = 0;
  Notifier notifier;
  notifier.send(notify, failure(), [&] {
    ++told;
    if (!std::filesystem::exists(folder / "ran")) ++too_early;
  });
  notifier.send(wanting({"success"}), failure(), [&] { ++unwanted; });
  notifier.flush();
  CHECK(told == 1);
  CHECK(too_early == 0);
  CHECK(unwanted == 0);
}

TEST_CASE("notify: a URL gets the JSON by POST", "[net]") {
  httplib::Server server;
  std::vector<std::string> bodies;
  server.Post("/ping/secret",
              [&](const httplib::Request& request, httplib::Response&) { bodies.push_back(request.body); });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread serving([&] { server.listen_after_bind(); });
  auto notify = wanting({"failure"});
  notify.ping_url = "http://127.0.0.1:" + std::to_string(port) + "/ping/secret";
  {
    Notifier notifier;
    notifier.send(notify, failure());
    notifier.flush();
  }
  server.stop();
  serving.join();
  REQUIRE(bodies.size() == 1);
  CHECK(nlohmann::json::parse(bodies.front())["event"] == "failure");
}

// What systemd is told: the protocol of sd_notify(3), and a watchdog that is fed only while all parts go on.

#include "harvester/serve/service_manager.hpp"

#include <catch2/catch.hpp>

#include "support/notify_socket.hpp"
#include "support/process.hpp"
#include "support/site.hpp"

using namespace harvester;
using namespace std::chrono_literals;
using serve::Heartbeats;
using serve::ServiceManager;

TEST_CASE("watchdog: it is waited for only where this process is meant", "[serve]") {
  const auto watchdog = [](const config::Environment& environment) {
    return ServiceManager::of(environment, 7).watchdog();
  };
  CHECK_FALSE(watchdog({}));
  CHECK(watchdog({{"WATCHDOG_USEC", "3000"}}) == 3ms);
  CHECK(watchdog({{"WATCHDOG_USEC", "3000"}, {"WATCHDOG_PID", "7"}}) == 3ms);
  CHECK_FALSE(watchdog({{"WATCHDOG_USEC", "3000"}, {"WATCHDOG_PID", "8"}}));
  CHECK_FALSE(watchdog({{"WATCHDOG_USEC", "soon"}}));
}

TEST_CASE("watchdog: the part that has been silent for too long is named, and no other", "[serve]") {
  Heartbeats::Time now{};
  Heartbeats parts([&] { return now; });
  const auto one = parts.add("one"), two = parts.add("two");
  now += 1min;
  one();
  CHECK(parts.silent(1min).empty());
  now += 1s;
  CHECK(parts.silent(1min) == std::vector<std::string>{"two"});
  two();
  CHECK(parts.silent(1min).empty());
}

TEST_CASE("watchdog: a part that hangs ends the signs of life, one that goes on again brings them back", "[serve]") {
  const tests::NotifySocket systemd;
  const auto manager = ServiceManager::of({{"NOTIFY_SOCKET", systemd.path()}, {"WATCHDOG_USEC", "30000"}}, 1);
  std::atomic<Heartbeats::Time::rep> now = 0;
  Heartbeats parts([&] { return Heartbeats::Time(Heartbeats::Time::duration(now)); });
  const auto beat = parts.add("a part");
  std::atomic<int> probes = 0;
  std::jthread feeding([&](std::stop_token stop) {
    feed_watchdog(
        manager, parts, [&] { ++probes; }, stop);
  });
  CHECK(systemd.next() == "WATCHDOG=1");
  now = Heartbeats::Time::duration(serve::kLongestSilence + 1s).count();
  const int before = probes;
  REQUIRE(tests::eventually([&] { return probes > before + 1; }));  // it has looked since, at least once
  systemd.forget();
  const int hung = probes;
  REQUIRE(tests::eventually([&] { return probes > hung + 3; }));
  CHECK(systemd.forget() == 0);
  beat();
  CHECK(systemd.next() == "WATCHDOG=1");
}

TEST_CASE("serve writes to the journal without a time, and each line with its level", "[net]") {
  const tests::Site site;
  const auto log = site.path("log");
  // as systemd does: the file that standard error is, by its numbers
  const std::string shell =
      "exec 2>\"$0\"; JOURNAL_STREAM=$(stat -L -c %d:%i \"$0\"); export JOURNAL_STREAM; exec \"$@\"";
  std::vector<std::string> words{"sh", "-c", shell, log.string()};
  const auto command = site.command({"serve"});
  words.insert(words.end(), command.begin(), command.end());
  tests::Process daemon(words);
  REQUIRE(tests::eventually(
      [&] { return tests::content_of(log).find("<6>[harvester.serve] ready: 1 stores open") != std::string::npos; }));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  CHECK(tests::content_of(log).starts_with("<6>[harvester."));
}

TEST_CASE("serve tells systemd when it is ready, reloads, lives and stops", "[net]") {
  const tests::NotifySocket systemd;
  const tests::Site site;
  tests::Process daemon(site.command({"serve"}), {{"NOTIFY_SOCKET", systemd.path()}, {"WATCHDOG_USEC", "60000"}});
  CHECK(systemd.next_but("WATCHDOG=1") == "READY=1\nSTATUS=1 stores open, 0 folders watched");
  CHECK(systemd.next() == "WATCHDOG=1");
  CHECK(systemd.next() == "WATCHDOG=1");
  daemon.signal(SIGHUP);
  CHECK(systemd.next_but("WATCHDOG=1").starts_with("RELOADING=1\nMONOTONIC_USEC="));
  CHECK(systemd.next_but("WATCHDOG=1") == "READY=1\nSTATUS=1 stores open, 0 folders watched");
  tests::write_text(site.path("harvester.yaml"), "nonsense: 1\n");
  daemon.signal(SIGHUP);
  CHECK(systemd.next_but("WATCHDOG=1").starts_with("RELOADING=1"));
  CHECK(systemd.next_but("WATCHDOG=1").find("has faults") != std::string::npos);
  daemon.signal(SIGTERM);
  CHECK(systemd.next_but("WATCHDOG=1") == "STOPPING=1");
  CHECK(daemon.wait() == 0);
}

#include "harvester/serve/reload.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "harvester/dicom/toolkit.hpp"
#include "harvester/serve/daemon.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::serve;

namespace {

config::SiteConfig site(std::vector<config::Store> stores) {
  config::SiteConfig site;
  site.stores = std::move(stores);
  return site;
}

config::Store store(const char* name, std::uint16_t port) {
  config::Store store;
  store.name = name;
  store.port = port;
  return store;
}

}  // namespace

TEST_CASE("reload: only stores that changed are touched", "[serve]") {
  const auto before = site({store("a", 1), store("b", 2), store("c", 3)});
  auto lazy = store("e", 5);
  lazy.autostart = false;
  const auto after = site({store("a", 1), store("b", 22), store("d", 4), lazy});
  CHECK(store_changes(before, after) == StoreChanges{{"b", "c"}, {"b", "d"}});
  CHECK(store_changes(before, before) == StoreChanges{});
}

TEST_CASE("reload: what waits for the next start is named", "[serve]") {
  config::Configuration before, after;
  CHECK(waits_for_start(before, after).empty());
  after.site.data_directory = "/elsewhere";
  after.site.log.level = config::Log::Level::debug;
  after.site.stores.clear();
  after.site.audit.source_id = "another";
  after.profiles.emplace_back().name = "new";
  CHECK(waits_for_start(before, after) == std::vector<std::string>{"data_directory", "log"});
}

TEST_CASE("reload: one that is asked for while another is under way is done, too", "[serve]") {
  REQUIRE(dicom::start_toolkit());
  const tests::TempDir folder;
  EngineOptions options;
  options.site.data_directory = folder / "data";
  options.site.stores.clear();
  options.site.disk.minimum_free = {1 << 20};
  options.worker = {"/bin/true"};
  options.workers = 0;
  auto engine = Engine::open(std::move(options));
  REQUIRE(engine);
  std::atomic<int> loads = 0;
  Reloading reloading;
  reloading.load = [&]() -> std::optional<config::Configuration> {
    if (++loads == 1) reloading.asked.notify();
    return std::nullopt;
  };
  std::stop_source stop;
  bool well = false;
  std::thread daemon([&] { well = run_daemon(**engine, {}, reloading, stop.get_token()).has_value(); });
  reloading.asked.notify();
  CHECK(tests::eventually([&] { return loads == 2; }));
  stop.request_stop();
  daemon.join();
  CHECK(well);
}

TEST_CASE("latest: who holds what was replaced may go on with it", "[serve]") {
  Latest<std::string> value("first");
  const auto& held = value.get();
  value.replace("second");
  CHECK(held == "first");
  CHECK(value.get() == "second");
}

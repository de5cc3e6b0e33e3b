#include "harvester/serve/watching.hpp"

#include <catch2/catch.hpp>

#include "harvester/dicom/toolkit.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::serve;

TEST_CASE("watching: what is wrong with a folder is told as long as it lasts, and of that folder alone", "[serve]") {
  REQUIRE(dicom::start_toolkit());
  const tests::TempDir folder;
  EngineOptions options;
  options.site.data_directory = folder / "data";
  options.site.disk.minimum_free = {1 << 20};
  options.worker = {"/bin/true"};
  options.workers = 0;
  auto engine = Engine::open(std::move(options));
  REQUIRE(engine);
  std::filesystem::create_directory(folder / "there");
  std::stop_source stop;
  std::vector<config::Watch> watches(2);
  watches[0].folder = folder / "there";
  watches[1].folder = folder / "missing";
  const Watching watching(**engine, watches, stop.get_token());
  const auto fault = [&](std::size_t n) { return (*engine)->watched_folders().at(n)->fault(); };
  CHECK(tests::eventually([&] { return !fault(1).empty(); }));
  CHECK_THAT(fault(1), !Catch::Contains("missing"));
  CHECK(fault(0).empty());
  std::filesystem::create_directory(folder / "missing");
  CHECK(tests::eventually([&] { return fault(1).empty(); }));
  stop.request_stop();
}

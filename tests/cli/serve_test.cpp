// The daemon as a process: jobs and files handed over to it, stopping and starting again.

#include <catch2/catch.hpp>

#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/peers.hpp"
#include "support/site.hpp"

namespace harvester {
namespace {

using simulation::PacsEvent;
using tests::Site;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A simulated archive of CT studies on 5 January 2026 and the days after, and a site that harvests it.
struct World {
  explicit World(int studies, const simulation::Quirks& quirks = {}) {
    REQUIRE(dicom::start_toolkit());
    simulation::CtArchiveOptions archive;
    archive.studies = studies;
    archive.days = 2;
    archive.only_rdsr = true;
    simulation::PacsOptions options;
    options.quirks = quirks;
    options.destinations["HARVESTER"] = {"127.0.0.1", site.store_port()};
    auto opened = simulation::SimulatedPacs::open(options, simulation::make_archive(simulation::ct_archive(archive)));
    REQUIRE(opened);
    pacs = std::move(*opened);
    site.add_node("sim", pacs->port(), "SIMPACS");
  }

  [[nodiscard]] std::unique_ptr<tests::Process> serve() const {
    auto daemon = std::make_unique<tests::Process>(site.command({"serve"}));
    REQUIRE(tests::eventually([&] { return std::filesystem::exists(site.data() / "control.sock"); }));
    return daemon;
  }

  [[nodiscard]] std::size_t moves() const { return pacs->log().of_kind(PacsEvent::Kind::move).size(); }

  Site site;
  std::unique_ptr<simulation::SimulatedPacs> pacs;
};

const std::vector<std::string> kHarvest{"harvest", "sim", "--from", "2026-01-05", "--until", "2026-01-06"};

}  // namespace

TEST_CASE("a harvest is handed to the daemon that holds the data directory, and told by it", "[net]") {
  World world(6);
  const auto daemon = world.serve();
  CHECK(tests::answers_echo(world.site.store_port(), "HARVESTER"));
  const auto told = world.site.run(kHarvest);
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  CHECK(holds(told.output, "fetched 6, missing 0, failed 0"));
  CHECK(world.site.exported()["studies"].size() == 6);
  daemon->signal(SIGTERM);
  CHECK(daemon->wait() == 0);
  CHECK_FALSE(std::filesystem::exists(world.site.data() / "control.sock"));
}

TEST_CASE("files are handed to the daemon as bytes; it need not be able to read them", "[net]") {
  World world(1);
  const auto daemon = world.serve();
  simulation::StudyOptions options;
  options.seed = 41;
  options.date = {std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};
  std::filesystem::create_directories(world.site.path("in"));
  REQUIRE(
      simulation::write_study(simulation::make_study(simulation::Scenario::ct_rdsr, options), world.site.path("in")));
  tests::write_text(world.site.path("letter.txt"), "no DICOM");
  const auto told = world.site.run(
      {"import", "--wait", "--move", world.site.path("in").string(), world.site.path("letter.txt").string()});
  INFO(told.output << told.errors);
  CHECK(told.code == 3);
  CHECK(holds(told.output, "imported 1"));
  CHECK(holds(told.output, "not_dose 6"));
  CHECK(holds(told.errors, "letter.txt: failed (not_dicom)"));
  CHECK(std::filesystem::is_empty(world.site.path("in")));
  CHECK(world.site.exported()["studies"].size() == 1);
}

TEST_CASE("Ctrl-C on a harvest that was handed over cancels it there, and it can be resumed", "[net]") {
  simulation::Quirks slow;
  slow.store_delay = std::chrono::milliseconds(300);
  World world(20, slow);
  const auto daemon = world.serve();
  tests::Process client(world.site.command(kHarvest));
  REQUIRE(tests::eventually([&] { return world.moves() >= 2; }));
  client.signal(SIGINT);
  CHECK(client.wait() == 130);
  const auto listed = world.site.json({"harvests", "list"});
  CHECK(listed["harvests"][0]["state"] == "interrupted");
  world.pacs->set_quirks({});
  const auto resumed = world.site.run({"harvests", "resume"});
  INFO(resumed.output << resumed.errors);
  CHECK(resumed.code == 0);
  CHECK(world.site.exported()["studies"].size() == 20);
}

TEST_CASE("a daemon that was killed goes on with its harvest by itself when it starts again", "[net]") {
  simulation::Quirks slow;
  slow.store_delay = std::chrono::milliseconds(200);
  World world(12, slow);
  auto daemon = world.serve();
  tests::Process client(world.site.command(kHarvest));
  REQUIRE(tests::eventually([&] { return world.moves() >= 2; }));
  daemon->signal(SIGKILL);
  daemon->wait();
  CHECK(client.wait() == 4);
  world.pacs->set_quirks({});
  std::filesystem::remove(world.site.data() / "control.sock");
  daemon = world.serve();
  const auto complete = [&] {
    const auto listed = world.site.json({"harvests", "list"});
    return listed.contains("harvests") && listed["harvests"][0]["state"] == "complete";
  };
  CHECK(tests::eventually(complete));
  CHECK(world.site.json({"harvests", "list"})["harvests"].size() == 1);
  CHECK(world.site.exported()["studies"].size() == 12);
}

TEST_CASE("a second daemon is told who holds the data directory and ends with exit code 11", "[net]") {
  World world(1);
  const auto daemon = world.serve();
  const auto told = world.site.run({"serve"});
  CHECK(told.code == 11);
  CHECK(holds(told.errors, "serve, process"));
}

TEST_CASE("reading commands work beside the daemon", "[net]") {
  World world(2);
  const auto daemon = world.serve();
  REQUIRE(world.site.run(kHarvest).code == 0);
  CHECK(world.site.run({"report", "ct"}).code == 0);
  CHECK(world.site.run({"harvests", "show", "1"}).code == 0);
  CHECK(world.site.json({"query", "sim", "--date", "2026-01-05"})["queries"][0]["studies"].size() == 1);
}

}  // namespace harvester

// The daemon as a process: jobs and files handed over to it, stopping and starting again.

#include <SQLiteCpp/SQLiteCpp.h>
#include <pwd.h>

#include <catch2/catch.hpp>

#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/peers.hpp"
#include "support/report_archive.hpp"
#include "support/site.hpp"

namespace harvester {
namespace {

using simulation::PacsEvent;
using tests::Site;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A simulated archive of CT studies on 5 January 2026 and the days after, and a site that harvests it.
struct World {
  explicit World(int studies, const simulation::Quirks& quirks = {}) {
    pacs = tests::report_archive(site, studies, 2, quirks);
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

const std::vector<std::string> kHarvest{"harvest", "sim",        "--modality", "CT",
                                        "--from",  "2026-01-05", "--until",    "2026-01-06"};

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

TEST_CASE("files are handed to the daemon as bytes, it need not be able to read them", "[net]") {
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

TEST_CASE("a harvest is paused and cancelled through the daemon, and a paused one goes on by hand", "[net]") {
  simulation::Quirks slow;
  slow.store_delay = std::chrono::milliseconds(100);
  World world(20, slow);
  const auto daemon = world.serve();
  tests::Process client(world.site.command(kHarvest));
  REQUIRE(tests::eventually([&] { return world.moves() >= 2; }));
  CHECK(world.site.run({"harvests", "pause", "1"}).code == 0);
  CHECK(client.wait() == 130);
  CHECK(world.site.json({"harvests", "list"})["harvests"][0]["state"] == "interrupted");
  world.pacs->set_quirks({});
  CHECK(world.site.run({"harvests", "resume", "1"}).code == 0);
  CHECK(world.site.run({"harvests", "cancel", "1"}).code == 2);  // complete already
  CHECK(world.site.run({"harvests", "cancel", "99"}).code == 1);
  CHECK(world.site.exported()["studies"].size() == 20);
}

TEST_CASE("a running harvest that is cancelled is over, and a new one begins anew", "[net]") {
  simulation::Quirks slow;
  slow.store_delay = std::chrono::milliseconds(200);
  World world(20, slow);
  const auto daemon = world.serve();
  tests::Process client(world.site.command(kHarvest));
  REQUIRE(tests::eventually([&] { return world.moves() >= 2; }));
  CHECK(world.site.run({"harvests", "cancel", "1"}).code == 0);
  client.wait();
  CHECK(world.site.json({"harvests", "list"})["harvests"][0]["state"] == "cancelled");
  world.pacs->set_quirks({});
  CHECK(world.site.run(kHarvest).code == 0);
  CHECK(world.site.json({"harvests", "list"})["harvests"].size() == 2);
  CHECK(world.site.exported()["studies"].size() == 20);
}

TEST_CASE("harvests of two nodes at once share a store and mix nothing up", "[net]") {
  World world(12);
  simulation::CtArchiveOptions others;
  others.seed = 77;
  others.studies = 9;
  others.days = 2;
  others.only_rdsr = true;
  simulation::PacsOptions options;
  options.destinations["HARVESTER"] = {"127.0.0.1", world.site.store_port()};
  auto second = simulation::SimulatedPacs::open(options, simulation::make_archive(simulation::ct_archive(others)));
  REQUIRE(second);
  world.site.add_node("other", (*second)->port(), "SIMPACS");
  world.site.add_node("same", world.pacs->port(), "SIMPACS");
  auto all = kHarvest;
  all.insert(all.end(), {"other", "same"});
  const auto told = world.site.run(all);
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  CHECK(holds(told.output, "other 2026-01-05..2026-01-06 CT: found 9, held 0, fetched 9"));
  CHECK(holds(told.output, "sim 2026-01-05..2026-01-06 CT: found 12, "));
  CHECK(holds(told.output, "same 2026-01-05..2026-01-06 CT: found 12, "));
  CHECK(world.site.exported()["studies"].size() == 21);
}

TEST_CASE("a backfill makes a harvest of each day, leaves out complete ones, and coverage shows them", "[net]") {
  World world(6);
  const std::vector<std::string> backfill{"backfill", "sim",        "--modality", "CT",
                                          "--from",   "2026-01-04", "--until",    "2026-01-06"};
  const auto first = world.site.run(backfill);
  INFO(first.output << first.errors);
  CHECK(first.code == 0);
  CHECK(world.site.json({"harvests", "list"})["harvests"].size() == 3);
  const auto finds = world.pacs->log().of_kind(PacsEvent::Kind::find).size();
  CHECK(holds(world.site.run(backfill).errors, "nothing to do"));
  CHECK(world.pacs->log().of_kind(PacsEvent::Kind::find).size() == finds);
  const auto days = world.site.json({"coverage", "--from", "2026-01-04", "--until", "2026-01-06"})["nodes"][0]["days"];
  REQUIRE(days.size() == 3);
  CHECK(days[0]["state"] == "empty");
  CHECK(days[1]["state"] == "complete");
  CHECK(days[1]["studies"] == 3);
}

TEST_CASE("a node that comes back is harvested by the daemon without anybody asking again, within its hours", "[net]") {
  World world(3);
  world.site.add_node("closed", world.pacs->port(), "SIMPACS",
                      "windows: [{days: [mon], from: \"00:00\", to: \"00:01\"}]\n");
  const auto told = world.site.run({"harvest", "closed", "--from", "2026-01-05", "--until", "2026-01-06"});
  INFO(told.output << told.errors);
  CHECK((told.code == 10 || told.code == 0));  // 0 in the first minute of a Monday
  if (told.code == 10) CHECK(holds(told.errors, "allowed hours, which begin in"));
  CHECK(world.pacs->log().of_kind(PacsEvent::Kind::find).empty() == (told.code == 10));
}

TEST_CASE("reconcile fetches the gap and tells what the node has lost", "[net]") {
  World world(4);
  CHECK(world.site.run(kHarvest).code == 0);
  auto reconcile = kHarvest;
  reconcile[0] = "reconcile";
  const auto same = world.site.run(reconcile);
  INFO(same.output << same.errors);
  CHECK(same.code == 0);
  CHECK(holds(same.errors, "still there"));
  world.pacs->stop();
  simulation::PacsOptions options;
  options.destinations["HARVESTER"] = {"127.0.0.1", world.site.store_port()};
  simulation::CtArchiveOptions fewer;
  fewer.studies = 2;
  fewer.days = 2;
  fewer.only_rdsr = true;
  auto smaller = simulation::SimulatedPacs::open(options, simulation::make_archive(simulation::ct_archive(fewer)));
  REQUIRE(smaller);
  world.site.add_node("sim", (*smaller)->port(), "SIMPACS");
  const auto told = world.site.run(reconcile);
  INFO(told.output << told.errors);
  CHECK(holds(told.output, "not on the node any more: 2"));
}

TEST_CASE("a node that does not answer is not said to have lost what was harvested from it", "[net]") {
  World world(2);
  CHECK(world.site.run(kHarvest).code == 0);
  world.pacs->stop();
  auto reconcile = kHarvest;
  reconcile[0] = "reconcile";
  const auto told = world.site.run(reconcile);
  INFO(told.output << told.errors);
  CHECK(told.code == 4);
  CHECK_FALSE(holds(told.output, "any more"));
  CHECK(holds(told.errors, "cannot be told"));
}

TEST_CASE("the log of a harvest tells each window and each request", "[net]") {
  World world(3);
  CHECK(world.site.run(kHarvest).code == 0);
  const auto log = world.site.json({"harvests", "log", "1"});
  CHECK(log["windows"].size() == 2);
  REQUIRE(log["requests"].size() == 3);
  CHECK(log["requests"][0]["status"] == "0000H");
  CHECK(log["requests"][0]["arrived"] == 1);
  CHECK(holds(world.site.run({"harvests", "log", "1"}).output, "CT 2026-01-05"));
}

TEST_CASE("a list of accession numbers is harvested as a file or through the daemon", "[net]") {
  World world(4);
  const auto plans = simulation::ct_archive({.studies = 4, .days = 2, .image = {}, .only_rdsr = true});
  tests::write_text(world.site.path("list.csv"), plans[1].accession_number + "\n" + plans[2].accession_number + "\n");
  const auto daemon = world.serve();
  const auto told =
      world.site.run({"harvest", "sim", "--modality", "CT", "--accessions", world.site.path("list.csv").string()});
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  CHECK(holds(told.output, "sim by name (2) CT: found 2, held 0, fetched 2"));
  CHECK_FALSE(holds(told.output + told.errors, plans[1].accession_number));
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

TEST_CASE("a schedule is run by hand, through the daemon and without it, and what it verified is told", "[net]") {
  World world(4);
  world.site.add_node("sim", world.pacs->port(), "SIMPACS",
                      "query: {timezone: UTC, modalities: [CT]}\nschedule:\n"
                      "  - {name: once, cron: '@yearly', date: 2026-01-05..2026-01-06}\n");
  CHECK(holds(world.site.run({"schedule", "list"}).output, "sim/once"));
  auto told = world.site.run({"schedule", "run", "sim"});
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  CHECK(holds(told.output, "fetched 4, missing 0, failed 0"));
  const auto daemon = world.serve();
  told = world.site.run({"schedule", "run", "sim/once"});
  CHECK(holds(told.output, "held 4, fetched 0"));
  const auto listed = world.site.json({"schedule", "list"})["schedules"][0];
  CHECK(listed["verified_until"] == "2026-01-07T00:00:00.000Z");
  CHECK(listed["state"] == "on");
  CHECK(holds(listed["next"].get<std::string>(), "-01-01T00:0"));
  CHECK(world.site.run({"schedule", "pause", "sim"}).code == 0);
  CHECK(world.site.json({"schedule", "list"})["schedules"][0]["state"] == "paused");
  CHECK(world.site.run({"schedule", "resume", "sim"}).code == 0);
  CHECK(world.site.json({"schedule", "next", "-n", "3"})["runs"].size() == 3);
  CHECK(world.site.run({"schedule", "run", "other"}).code == 2);
}

TEST_CASE("SIGHUP takes over a new configuration, a faulty one leaves the old one in force", "[net]") {
  World world(2);
  const auto daemon = world.serve();
  CHECK(world.site.run({"echo", "--stores"}).code == 0);
  tests::write_text(world.site.path("profiles/sim.yaml"), "schema: 1\nremote: {port: none}\n");
  daemon->signal(SIGHUP);
  const int port = tests::free_port();
  const auto site_file = world.site.path("harvester.yaml");
  const auto before = tests::content_of(site_file);
  // the daemon takes hangups one after the other: the second is answered by a new store
  world.site.add_node("second", world.pacs->port(), "SIMPACS");
  std::filesystem::remove(world.site.path("profiles/sim.yaml"));
  tests::write_text(site_file, before + "# more\n");
  REQUIRE(world.site.run({"store", "add", "late", "--ae", "LATE", "--port", std::to_string(port)}).code == 0);
  const auto open = [&] {
    daemon->signal(SIGHUP);
    return tests::answers_echo(port, "LATE");
  };
  CHECK(tests::eventually(open));
  CHECK(tests::answers_echo(world.site.store_port(), "HARVESTER"));
  const auto told = world.site.run({"harvest", "second", "--modality", "CT", "--date", "2026-01-05"});
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  CHECK(holds(told.output, "second 2026-01-05 CT: found 1"));
}

TEST_CASE("who asked for what, every association with the node and each export of patient data are rows", "[net]") {
  World world(3);
  auto daemon = world.serve();
  CHECK(world.site.run(kHarvest).code == 0);
  CHECK(world.site.run({"export", "csv", "ct", "--with-patient"}).code == 0);
  CHECK(world.site.run({"export", "csv", "ct"}).code == 0);
  daemon->signal(SIGTERM);
  CHECK(daemon->wait() == 0);
  CHECK(world.site.run({"export", "xlsx", "ct", "--with-patient", "-o", world.site.path("x.xlsx").string()}).code == 0);
  const SQLite::Database database((world.site.data() / "harvester.db").string());
  const auto value = [&](const std::string& query) {
    SQLite::Statement select(database, query);
    return select.executeStep() ? select.getColumn(0).getString() : "";
  };
  const auto me = std::string("user ") + ::getpwuid(::getuid())->pw_name;
  CHECK(value("SELECT group_concat(kind || ' by ' || asked_by) FROM job") == "harvest by " + me);
  CHECK(value("SELECT count(*) > 0 AND sum(outcome = 'released' AND called_ae = 'SIMPACS' AND ended_at >= started_at)"
              " = count(*) FROM association WHERE direction = 'out' AND store = 'sim'") == "1");
  CHECK(value("SELECT sum(queries) > 0 AND sum(retrievals) > 0 FROM association WHERE direction = 'out'") == "1");
  CHECK(value("SELECT group_concat(json_extract(detail, '$.format') || ' by ' || asked_by) FROM audit_event"
              " WHERE kind = 'export'") == "csv by " + me + ",xlsx by " + me);
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

// The program as a process: exit codes, what it says, what it must not say.

#include <catch2/catch.hpp>

#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "support/site.hpp"

namespace harvester {
namespace {

using simulation::Scenario;
using tests::Site;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

simulation::StudyPlan plan_of(Scenario scenario, int index) {
  simulation::StudyOptions options;
  options.seed = 31;
  options.index = index;
  options.date = {std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};
  return simulation::make_study(scenario, options);
}

/// The objects of a study as files of that folder.
void write(const simulation::StudyPlan& plan, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  REQUIRE(simulation::write_study(plan, folder));
}

}  // namespace

TEST_CASE("a node may be called like a command", "[cli]") {
  Site site;
  for (const std::string name : {"demo", "list", "harvest"}) {
    site.add_node(name, 1, "PACS");
    CHECK(site.json({"node", "show", name})["node"]["name"] == name);
    CHECK(site.run({"harvest", name, "--yesterday"}).code == 4);  // nobody answers there
  }
}

TEST_CASE("every fault of the configuration is told with file, line and column, and is exit code 2", "[cli]") {
  const Site site("log: {levle: info}\n");
  site.run({"version"});
  tests::write_text(site.path("profiles/main.yaml"), "remote: {host: a.example, port: 0104, ae_title: MAIN}\n");
  const auto told = site.run({"config", "check"});
  CHECK(told.code == 2);
  CHECK(holds(told.errors, "harvester.yaml:6:7"));
  CHECK(holds(told.errors, "level"));
  CHECK(holds(told.errors, "main.yaml:1:"));
  CHECK(holds(told.errors, "0104"));
  CHECK(site.run({"harvests", "list"}).code == 2);
}

TEST_CASE("a node that nobody knows is exit code 2 with the nearest name", "[cli]") {
  Site site;
  site.add_node("main-pacs", 104, "MAIN");
  const auto told = site.run({"harvest", "main-pac", "--yesterday"});
  CHECK(told.code == 2);
  CHECK(holds(told.errors, "did you mean main-pacs?"));
}

TEST_CASE("a node that cannot be reached is exit code 4, and the harvest can be resumed", "[net]") {
  Site site;
  site.add_node("gone", tests::free_port(), "GONE");
  const auto told = site.run({"harvest", "gone", "--date", "2026-03-05", "--modality", "CT"});
  CHECK(told.code == 4);
  CHECK(holds(told.errors, "gone"));
  CHECK(holds(told.output, "date windows not verified 1"));
  const auto listed = site.json({"harvests", "list"});
  CHECK(listed["harvests"][0]["state"] == "interrupted");
  CHECK(site.run({"harvests", "resume"}).code == 4);
  CHECK(site.json({"harvests", "list"})["harvests"].size() == 1);
}

TEST_CASE("a query that could not be asked does not look like one that found nothing", "[net]") {
  Site site;
  site.add_node("gone", tests::free_port(), "GONE");
  const auto told = site.run({"query", "gone", "--date", "2026-03-05", "--modality", "CT"});
  CHECK(told.code == 4);
  CHECK(holds(told.errors, "warning: gone: this is not all: date windows not verified 1"));
}

TEST_CASE("a store port that is taken is told with the store and the remedy", "[net]") {
  Site site;
  site.add_node("pacs", tests::free_port(), "PACS");
  const tests::Process holder({"storescp", std::to_string(site.store_port())});
  REQUIRE(tests::eventually([&] {
    return tests::run({"echoscu", "127.0.0.1", std::to_string(site.store_port())}).code == 0;
  }));
  const auto told = site.run({"harvest", "pacs", "--date", "2026-03-05"});
  CHECK(told.code == 2);
  CHECK(holds(told.errors, std::to_string(site.store_port())));
  CHECK(holds(told.errors, "in use"));
}

TEST_CASE("reading commands say what to do where there is no database yet", "[cli]") {
  const Site site;
  const auto told = site.run({"report", "ct"});
  CHECK(told.code == 1);
  CHECK(holds(told.errors, "run a harvest or an import first"));
}

TEST_CASE("import tells what became of each object, what it cannot read is set aside and the rest goes on", "[cli]") {
  const Site site;
  write(plan_of(Scenario::ct_rdsr, 1), site.path("in"));
  tests::write_text(site.path("in/notes.txt"), "no DICOM in here");
  const auto folder = site.run({"import", site.path("in").string()});
  INFO(folder.output << folder.errors);
  CHECK(folder.code == 0);
  CHECK(holds(folder.output, "imported 1"));
  CHECK(holds(folder.output, "not_dose 6"));
  CHECK(holds(folder.output, "not_dicom 1"));
  CHECK(holds(folder.output, "failed 0"));

  tests::write_text(site.path("letter.txt"), "no DICOM in here");
  const auto named = site.run({"import", site.path("letter.txt").string(), site.path("nothing.dcm").string()});
  CHECK(named.code == 3);
  CHECK(holds(named.errors, "letter.txt: failed (not_dicom)"));
  CHECK(holds(named.errors, "nothing.dcm: failed (unreadable)"));
}

TEST_CASE("importing again changes nothing, whichever way and however often", "[cli]") {
  const Site site;
  write(plan_of(Scenario::ct_cumulative, 1), site.path("in"));
  REQUIRE(site.run({"import", site.path("in").string()}).code == 0);
  const auto before = site.exported();
  REQUIRE(before["studies"].size() == 1);
  const auto again = site.run({"import", site.path("in").string()});
  CHECK(holds(again.output, "imported 0"));
  CHECK(site.exported() == before);
}

TEST_CASE("a truncated report and a report of another kind are set aside or ignored with their reasons", "[cli]") {
  const Site site;
  const auto plan = plan_of(Scenario::ct_rdsr_and_findings, 1);
  write(plan, site.path("in"));
  std::string report;
  for (const auto& entry : std::filesystem::directory_iterator(site.path("in")))
    if (const auto bytes = tests::content_of(entry.path()); holds(bytes, "1.2.840.10008.5.1.4.1.1.88.67"))
      report = bytes;
  REQUIRE(report.size() > 1000);
  tests::write_text(site.path("cut.dcm"), report.substr(0, report.size() - 700));
  const auto told = site.run({"import", site.path("cut.dcm").string()});
  CHECK(told.code == 3);
  CHECK(holds(told.errors, "failed (truncated)"));
  const auto whole = site.run({"import", site.path("in").string()});
  CHECK(whole.code == 0);
  CHECK(holds(whole.output, "imported 1"));
  CHECK(holds(whole.output, "no_dose_report_content"));
}

TEST_CASE("import takes paths from standard input, and moves files once they are safe", "[cli]") {
  const Site site;
  write(plan_of(Scenario::ct_rdsr, 1), site.path("in"));
  std::string list;
  for (const auto& entry : std::filesystem::directory_iterator(site.path("in"))) list += entry.path().string() + "\n";
  tests::write_text(site.path("list"), list);
  const auto told = site.run({"import", "--move", "-"}, site.path("list").string());
  CHECK(told.code == 0);
  CHECK(holds(told.output, "imported 1"));
  CHECK(std::filesystem::is_empty(site.path("in")));
}

TEST_CASE("no patient data and no UID reach logs at info, outputs of a run, or file names", "[cli]") {
  const Site site("log: {level: info, file: harvester.log}\n");
  auto plan = plan_of(Scenario::ct_rdsr, 1);
  plan.patient.name = "MARKERNAME^X";
  plan.patient.id = "MARKERID77";
  plan.patient.birth_date = "19330303";
  plan.accession_number = "MARKERACC9";
  plan.description = "MARKERDESC";
  write(plan, site.path("in"));
  const auto told = site.run({"import", site.path("in").string()});
  REQUIRE(told.code == 0);
  std::string said = told.output + told.errors + tests::content_of(site.path("harvester.log"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(site.data()))
    said += entry.path().filename().string() + "\n";
  CHECK(holds(said, ".dcm"));
  for (const char* marker : {"MARKERNAME", "MARKERID77", "19330303", "MARKERACC9", "MARKERDESC", "2.999."}) {
    INFO(marker);
    CHECK_FALSE(holds(said, marker));
  }
  const auto exported = site.run({"export", "json"}).output;
  CHECK(holds(exported, "MARKERACC9"));
  CHECK_FALSE(holds(exported, "MARKERNAME"));
  CHECK_FALSE(holds(exported, "MARKERID77"));
  CHECK_FALSE(holds(exported, "1933"));
}

TEST_CASE("explain tells the story of a study, an instance and an accession number", "[cli]") {
  const Site site;
  auto plan = plan_of(Scenario::ct_rdsr, 1);
  plan.accession_number = "ACC-1";
  write(plan, site.path("in"));
  REQUIRE(site.run({"import", site.path("in").string()}).code == 0);
  for (const auto& what : {plan.uid, plan.accession_number, plan.series.back().instances.front().uid}) {
    const auto told = site.run({"explain", what});
    INFO(what << told.output << told.errors);
    CHECK(told.code == 0);
    CHECK(holds(told.output, "received inbox#"));
  }
  CHECK(site.run({"explain", "1.2.3.4"}).code == 1);
}

TEST_CASE("the demo harvests a simulated archive, and fetches nothing the second time", "[net]") {
  const tests::TempDir home;
  const auto demo = [&](const char* pacs) {
    return tests::run({HARVESTER_PROGRAM, "demo", "--pacs", pacs}, {{"XDG_STATE_HOME", home.path().string()}});
  };
  const auto first = demo("typical");
  INFO(first.output);
  CHECK(first.code == 0);
  CHECK(holds(first.output, "CTDIvol max [mGy]"));
  CHECK(holds(first.output, "retrieve(dose_report)"));
  CHECK(holds(first.output, "harvester.db"));
  CHECK(holds(first.output, "set aside: inbox#"));
  const auto second = demo("typical");
  CHECK(second.code == 0);
  CHECK(holds(second.output, "fetched 0, missing 0"));
  CHECK(holds(second.output, "skip(all_held)"));
}

TEST_CASE("the demo copes with a strict and with an awkward archive", "[net]") {
  const std::string pacs = GENERATE("strict", "awkward");
  const tests::TempDir home;
  const auto told = tests::run({HARVESTER_PROGRAM, "demo", "--pacs", pacs}, {{"XDG_STATE_HOME", home.path().string()}});
  INFO(told.output);
  CHECK(told.code == 0);
  CHECK(holds(told.output, "missing 0, failed 1"));  // one report of the demo has no content
}

TEST_CASE("init writes a configuration that loads, and keeps what is there", "[cli]") {
  const tests::TempDir folder;
  const auto in_folder = [&](const std::string& command) {
    return tests::run(
        {"sh", "-c", "cd \"$1\" && exec \"$2\" " + command, "sh", folder.path().string(), HARVESTER_PROGRAM});
  };
  CHECK(in_folder("init").code == 0);
  CHECK(in_folder("config check").code == 0);
  tests::write_text(folder / "harvester.yaml", "data_directory: elsewhere\n");
  CHECK(in_folder("init").code == 0);
  CHECK(tests::content_of(folder / "harvester.yaml") == "data_directory: elsewhere\n");
}

}  // namespace harvester

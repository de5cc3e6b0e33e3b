// What is kept, set aside, scrubbed and copied: the commands that look after a data directory.

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/report_archive.hpp"
#include "support/site.hpp"

namespace harvester {
namespace {

namespace fs = std::filesystem;
using simulation::Scenario;
using tests::Site;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

simulation::StudyPlan plan_of(int index) {
  simulation::StudyOptions options;
  options.seed = 57;
  options.index = index;
  options.date = {std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};
  auto plan = simulation::make_study(Scenario::ct_rdsr, options);
  plan.equipment.manufacturer = "MAKER";  // none whose CT images stand in for reports
  return plan;
}

void write(const simulation::StudyPlan& plan, const fs::path& folder) {
  fs::create_directories(folder);
  REQUIRE(simulation::write_study(plan, folder));
}

/// The dose report among the files of a folder.
std::string report_in(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (auto bytes = tests::content_of(entry.path()); holds(bytes, "1.2.840.10008.5.1.4.1.1.88.67")) return bytes;
  return "";
}

std::vector<fs::path> spool_files(const Site& site) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(site.data() / "spool" / "objects"))
    if (entry.is_regular_file()) files.push_back(entry.path());
  return files;
}

/// Imports a report without its end, which is set aside; the whole report.
std::string set_aside_one(const Site& site) {
  write(plan_of(1), site.path("in"));
  const auto report = report_in(site.path("in"));
  REQUIRE(report.size() > 1000);
  tests::write_text(site.path("cut.dcm"), report.substr(0, report.size() - 700));
  REQUIRE(site.run({"import", site.path("cut.dcm").string()}).code == 3);
  return report;
}

std::unique_ptr<tests::Process> serve(const Site& site) {
  auto daemon = std::make_unique<tests::Process>(site.command({"serve"}));
  REQUIRE(tests::eventually([&] { return fs::exists(site.data() / "control.sock"); }));
  return daemon;
}

/// An archive of a few studies with dose reports, and what it takes to harvest it.
struct World {
  World(const std::string& more_site, const std::string& more_profile) : site(more_site) {
    pacs = tests::report_archive(site, 3, 2);
    site.add_node("sim", pacs->port(), "SIMPACS", more_profile);
  }

  void harvest() const {
    const auto told = site.run({"harvest", "sim", "--modality", "CT", "--from", "2026-01-05", "--until", "2026-01-06"});
    INFO(told.output << told.errors);
    REQUIRE(told.code == 0);
  }

  Site site;
  std::unique_ptr<simulation::SimulatedPacs> pacs;
};

}  // namespace

// ── keep ──

TEST_CASE("keep: files of kinds that are not kept are gone after the import, others stay", "[cli]") {
  const Site site("keep: {ct_rdsr: delete}\n");
  write(plan_of(1), site.path("in"));
  const auto told = site.run({"import", site.path("in").string()});
  REQUIRE(holds(told.output, "imported 1, ignored 6"));
  CHECK(spool_files(site).size() == 6);
  for (const auto& file : spool_files(site))
    CHECK_FALSE(holds(tests::content_of(file), "1.2.840.10008.5.1.4.1.1.88.67"));
  CHECK(site.exported()["studies"].size() == 1);
  const auto again = site.run({"import", site.path("in").string()});
  CHECK(holds(again.output, "duplicate 7"));
}

TEST_CASE("keep: the profile of a node overrides the site for what its harvests fetched", "[net]") {
  const World world("keep: {ct_rdsr: keep}\n", "keep: {ct_rdsr: delete}\n");
  world.harvest();
  CHECK(spool_files(world.site).empty());
  write(plan_of(1), world.site.path("in"));
  REQUIRE(world.site.run({"import", world.site.path("in").string()}).code == 0);
  CHECK(spool_files(world.site).size() == 7);
}

// ── quarantine ──

TEST_CASE("quarantine: what failed is listed and shown with its reason", "[cli]") {
  const Site site;
  set_aside_one(site);
  const auto listed = site.json({"quarantine", "list"});
  CHECK(listed["in_quarantine"] == 1);
  REQUIRE(listed["objects"].size() == 1);
  CHECK(listed["objects"][0]["reason"] == "truncated");
  const auto id = std::to_string(listed["objects"][0]["id"].get<int>());
  CHECK(holds(site.run({"quarantine", "list"}).output, "truncated"));
  const auto shown = site.run({"quarantine", "show", id});
  CHECK(shown.code == 0);
  CHECK(holds(shown.output, "inbox#" + id + ": failed (truncated)"));
  CHECK(site.json({"quarantine", "show", id})["object"]["sha256"].get<std::string>().size() == 64);
  CHECK(site.run({"quarantine", "show", "77"}).code == 1);
}

TEST_CASE("quarantine: an object that fails again is set aside again, with exit code 3", "[cli]") {
  const Site site;
  set_aside_one(site);
  const auto told = site.run({"quarantine", "retry", "--all"});
  CHECK(told.code == 3);
  CHECK(holds(told.output, "retried 1: imported 0, ignored 0, failed 1"));
  const auto listed = site.json({"quarantine", "list"});
  REQUIRE(listed["objects"].size() == 1);
  CHECK(listed["objects"][0]["attempts"] == 1);
}

TEST_CASE("quarantine: an object that can be imported by now is, when it is tried again", "[cli]") {
  const Site site;
  const auto report = set_aside_one(site);
  REQUIRE(spool_files(site).size() == 1);
  fs::permissions(spool_files(site).front(), fs::perms::owner_write, fs::perm_options::add);
  tests::write_text(spool_files(site).front(), report);
  const auto id = std::to_string(site.json({"quarantine", "list"})["objects"][0]["id"].get<int>());
  const auto told = site.json({"quarantine", "retry", id});
  REQUIRE(told["objects"].size() == 1);
  CHECK(told["objects"][0]["state"] == "imported");
  CHECK(site.json({"quarantine", "list"})["in_quarantine"] == 0);
  CHECK(site.exported()["studies"].size() == 1);
}

TEST_CASE("quarantine: what is dropped loses its file and keeps its row with the reason dropped", "[cli]") {
  const Site site;
  set_aside_one(site);
  const auto uid = site.json({"quarantine", "show", "1"})["object"]["sop_instance_uid"].get<std::string>();
  const auto told = site.run({"quarantine", "drop", "1"});
  CHECK(told.code == 0);
  CHECK(holds(told.output, "dropped 1"));
  CHECK(spool_files(site).empty());
  CHECK(site.json({"quarantine", "list"})["in_quarantine"] == 0);
  const auto story = site.run({"explain", uid}).output;
  CHECK(holds(story, "failed (dropped)"));
  CHECK(holds(story, "it had failed: truncated"));
  CHECK(site.run({"quarantine", "drop", "1"}).code == 1);
}

TEST_CASE("quarantine: an id that is not there stops the whole order, and none is a usage error", "[cli]") {
  const Site site;
  set_aside_one(site);
  const auto told = site.run({"quarantine", "drop", "1", "99"});
  CHECK(told.code == 1);
  CHECK(holds(told.errors, "inbox#99"));
  CHECK(spool_files(site).size() == 1);
  CHECK(site.run({"quarantine", "drop"}).code == 2);
  CHECK(site.run({"quarantine", "retry", "1", "--all"}).code == 2);
}

TEST_CASE("quarantine: beside a daemon it retries and drops for us", "[net]") {
  const Site site;
  set_aside_one(site);
  const auto daemon = serve(site);
  CHECK(site.json({"quarantine", "list"})["in_quarantine"] == 1);
  const auto retried = site.run({"quarantine", "retry", "--all"});
  INFO(retried.errors);
  CHECK(retried.code == 3);
  CHECK(holds(retried.output, "retried 1: imported 0, ignored 0, failed 1"));
  CHECK(holds(site.run({"quarantine", "drop", "5"}).errors, "inbox#5"));
  CHECK(site.run({"quarantine", "drop", "--all"}).code == 0);
  CHECK(spool_files(site).empty());
}

// ── import ──

TEST_CASE("import --move deletes only what is safe in the spool", "[cli]") {
  const Site site;
  write(plan_of(1), site.path("in"));
  tests::write_text(site.path("in/notes.txt"), "no DICOM in here");
  tests::write_text(site.path("letter.txt"), "no DICOM in here");
  const auto told = site.run({"import", "--move", site.path("in").string(), site.path("letter.txt").string(),
                              site.path("nothing.dcm").string()});
  CHECK(told.code == 3);
  CHECK(holds(told.output, "imported 1, ignored 7 (not_dicom 1, not_dose 6), failed 2 (not_dicom 1, unreadable 1)"));
  CHECK(tests::content_of(site.path("in/notes.txt")) == "no DICOM in here");
  CHECK(std::distance(fs::directory_iterator(site.path("in")), fs::directory_iterator()) == 1);
  // set aside, its bytes are in the spool: it is safe, too
  CHECK_FALSE(fs::exists(site.path("letter.txt")));
  CHECK(site.json({"quarantine", "list"})["in_quarantine"] == 1);
}

TEST_CASE("import --move deletes nothing when the spool does not take it", "[cli]") {
  const Site site;
  auto text = tests::content_of(site.path("harvester.yaml"));
  tests::write_text(site.path("harvester.yaml"), text.replace(text.find("1MiB"), 4, "1000TiB"));
  write(plan_of(1), site.path("in"));
  const auto told = site.run({"import", "--move", site.path("in").string()});
  CHECK(told.code == 1);
  CHECK(holds(told.errors, "full"));
  CHECK(std::distance(fs::directory_iterator(site.path("in")), fs::directory_iterator()) == 7);
}

TEST_CASE("import prints one line at its end, whatever came", "[cli]") {
  const Site site;
  write(plan_of(1), site.path("a"));
  write(plan_of(2), site.path("b"));
  const auto told = site.run({"import", site.path("a").string(), site.path("b").string(), site.path("a").string()});
  CHECK(told.code == 0);
  CHECK(told.output == "imported 2, ignored 19 (duplicate 7, not_dose 12), failed 0\n");
  const auto json = site.json({"import", site.path("a").string()});
  CHECK(json["counts"]["ignored"]["duplicate"] == 7);
}

// ── db ──

TEST_CASE("db stats counts rows, objects by kind and state, and what no column takes", "[cli]") {
  const Site site;
  write(plan_of(1), site.path("in"));
  REQUIRE(site.run({"import", site.path("in").string()}).code == 0);
  const auto stats = site.json({"db", "stats"});
  CHECK(stats["tables"]["dose_report"] == 1);
  CHECK(stats["tables"]["received_object"] == 7);
  CHECK(stats["spool_files"] == 7);
  CHECK(stats["database_bytes"].get<int>() > 0);
  CHECK(holds(stats["objects"].dump(), R"({"kind":"ct_rdsr","objects":1,"state":"imported"})"));
  CHECK(holds(site.run({"db", "stats"}).output, "ct_rdsr"));
}

TEST_CASE("db check finds a file that is gone and one that no row names", "[cli]") {
  const Site site;
  write(plan_of(1), site.path("in"));
  REQUIRE(site.run({"import", site.path("in").string()}).code == 0);
  const auto whole = site.run({"db", "check"});
  INFO(whole.output);
  CHECK(whole.code == 0);
  CHECK(holds(whole.output, "7 files, 0 not there, 0 without a row"));
  const auto files = spool_files(site);
  const auto orphan = files.front().parent_path() / "0123456789abcdef.dcm";
  fs::rename(files.front(), orphan);
  fs::last_write_time(orphan, fs::file_time_type::clock::now() - std::chrono::hours(1));
  const auto broken = site.json({"db", "check"});
  CHECK(broken["rows_without_file"] == 1);
  CHECK(broken["files_without_row"] == 1);
  CHECK(site.run({"db", "check"}).code == 3);
}

TEST_CASE("db backup makes a copy that works by itself, also beside a daemon", "[net]") {
  const Site site;
  write(plan_of(1), site.path("in"));
  const auto daemon = serve(site);
  REQUIRE(site.run({"import", "--wait", site.path("in").string()}).code == 0);
  const auto before = site.exported();
  REQUIRE(before["studies"].size() == 1);
  REQUIRE(site.run({"db", "backup", site.path("copy/harvester.db").string()}).code != 0);  // no such folder
  fs::create_directories(site.path("copy"));
  const auto told = site.run({"db", "backup", site.path("copy/harvester.db").string()});
  INFO(told.errors);
  REQUIRE(told.code == 0);
  CHECK(std::distance(fs::directory_iterator(site.path("copy")), fs::directory_iterator()) == 1);
  daemon->signal(SIGTERM);
  daemon->wait();
  fs::rename(site.data(), site.path("lost"));
  fs::create_directories(site.data());
  fs::rename(site.path("copy/harvester.db"), site.data() / "harvester.db");
  REQUIRE(site.run({"db", "migrate"}).code == 0);
  CHECK(site.exported() == before);
  CHECK(site.run({"db", "backup", (site.data() / "harvester.db").string()}).code == 2);
}

TEST_CASE("db backup copies a database of an earlier version, before it is migrated", "[cli]") {
  const Site site;
  write(plan_of(1), site.path("in"));
  REQUIRE(site.run({"import", site.path("in").string()}).code == 0);
  SQLite::Database((site.data() / "harvester.db").string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 1");
  CHECK(site.run({"db", "stats"}).code == 2);
  const auto told = site.run({"db", "backup", site.path("copy.db").string()});
  INFO(told.errors);
  CHECK(told.code == 0);
  CHECK(SQLite::Database(site.path("copy.db").string()).execAndGet("SELECT count(*) FROM dose_report").getInt() == 1);
}

TEST_CASE("db scrub applies a stricter policy to what is stored, once, and leaves no trace in the files", "[cli]") {
  const Site site("patient_identity: {name: keep, id: keep, birth_date: keep}\n");
  auto plan = plan_of(1);
  plan.patient.name = "MARKERNAME^X";
  plan.patient.id = "MARKERID77";
  plan.patient.birth_date = "19330303";
  plan.accession_number = "MARKERACC9";
  write(plan, site.path("in"));
  REQUIRE(site.run({"import", site.path("in").string()}).code == 0);
  REQUIRE(holds(site.exported().dump(), "MARKERNAME"));
  const auto configure = [&](const std::string& policy) {
    auto text = tests::content_of(site.path("harvester.yaml"));
    text = text.substr(0, text.find("patient_identity:"));
    tests::write_text(site.path("harvester.yaml"), text + "patient_identity: {" + policy + "}\n");
  };
  configure("name: drop, id: hash, birth_date: drop, accession_number: hash, hash: sha256");
  const auto first = site.json({"db", "scrub"});
  CHECK(first["values"]["patient_name"]["dropped"] == 1);
  CHECK(first["values"]["patient_id"]["hashed"] == 1);
  CHECK(first["values"]["patient_birth_date"]["dropped"] == 1);
  CHECK(first["values"]["accession_number"]["hashed"] == 1);
  CHECK(first["spool_files"] == 7);
  const auto scrubbed = site.exported();
  // printf MARKERID77 | sha256sum
  CHECK(holds(scrubbed.dump(), "4c42496afb689f87f374c59d1678ab90a536401cfede405d6bb5b3a7f6ea32da"));
  std::string bytes;
  for (const auto& entry : fs::directory_iterator(site.data()))
    if (entry.is_regular_file()) bytes += tests::content_of(entry.path());
  for (const char* marker : {"MARKERNAME", "MARKERID77", "1933-03-03", "MARKERACC9"}) {
    INFO(marker);
    CHECK_FALSE(holds(bytes, marker));
  }
  CHECK(site.run({"explain", "MARKERACC9"}).code == 0);  // it is still found by who knows it
  const auto second = site.json({"db", "scrub"});
  CHECK(second["values"]["patient_id"]["hashed"] == 0);
  CHECK(second["values"]["patient_id"]["as_wanted_before"] == 1);
  CHECK(site.exported() == scrubbed);
  configure("name: keep, id: keep, birth_date: drop, accession_number: keep");
  const auto told = site.run({"db", "scrub"});
  CHECK(told.code == 0);
  CHECK(holds(told.output, "patient_id (keep): hashed 0, dropped 0, as wanted before 0; 1 stay hashed"));
  CHECK(holds(told.output, "The spool keeps 7 files"));
  CHECK(site.exported() == scrubbed);
}

TEST_CASE("db scrub and db migrate wait for no daemon: they end with exit code 11", "[net]") {
  const Site site;
  const auto daemon = serve(site);
  for (const auto& command : {"scrub", "migrate"}) {
    const auto told = site.run({"db", command});
    CHECK(told.code == 11);
    CHECK(holds(told.errors, "serve, process"));
  }
  CHECK(site.run({"db", "check"}).code == 0);
}

TEST_CASE("commands on a database say what to do where there is none, and make none", "[cli]") {
  const Site site;
  for (const auto& command : {"stats", "check", "scrub", "migrate"}) {
    const auto told = site.run({"db", command});
    CHECK(told.code == 1);
    CHECK(holds(told.errors, "run a harvest or an import first"));
  }
  CHECK_FALSE(fs::exists(site.data() / "harvester.db"));
}

TEST_CASE("standard names of the site file are in the database after the next start", "[cli]") {
  const Site site;
  write(plan_of(1), site.path("in"));
  REQUIRE(site.run({"import", site.path("in").string()}).code == 0);
  CHECK(site.json({"db", "stats"})["tables"]["standard_name"] == 0);
  tests::write_text(site.path("harvester.yaml"),
                    tests::content_of(site.path("harvester.yaml")) +
                        "standard_names: [{modality: CT, acquisition_protocol: '*', name: CT of all kinds}]\n");
  REQUIRE(site.run({"db", "migrate"}).code == 0);
  CHECK(site.json({"db", "stats"})["tables"]["standard_name"] == 1);
}

TEST_CASE("help names every command that looks after a data directory", "[cli]") {
  const Site site;
  const auto help = site.run({"--help"}).output;
  CHECK(holds(help, "\n  quarantine "));
  CHECK(holds(help, "\n  db "));
  const auto names = [&](const char* command, const std::string& word) {
    return holds(site.run({command, "--help"}).output, "\n  " + word + " ");
  };
  for (const auto& word : {"list", "show", "retry", "drop"}) CHECK(names("quarantine", word));
  for (const auto& word : {"stats", "check", "backup", "migrate", "scrub"}) CHECK(names("db", word));
}

}  // namespace harvester

#include <catch2/catch.hpp>

#include "support/arrivals.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

void put_file(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << "left over";
}

}  // namespace

TEST_CASE("recovery removes half files", "[spool]") {
  SpoolSite site;
  put_file(site.folder() / "incoming/0123456789abcdef.dcm");
  put_file(site.folder() / "incoming/0123456789abcdee.dcm");
  site.restart();
  CHECK(site.files().empty());
}

TEST_CASE("recovery removes files whose row was never committed and keeps those that have one", "[spool]") {
  SpoolSite site;
  REQUIRE(bring(site.spool(), ObjectPlan{}));
  const auto path = site.rows().at(0).spool_path;
  put_file(site.folder() / "objects/2026-03-05/0123456789abcdef.dcm");
  put_file(site.folder() / "objects/2026-03-06/0123456789abcdef.dcm");
  site.clock.advance(std::chrono::hours(30));
  site.restart();
  CHECK(site.files() == std::vector{path});
  CHECK(site.data_set_of(path) == object());
}

TEST_CASE("recovery keeps files of rows that are older than the clock makes them look", "[spool]") {
  SpoolSite site;
  site.clock.set_day("2026-03-01");  // the clock was wrong when this one came
  REQUIRE(bring(site.spool(), ObjectPlan{}));
  const auto path = site.rows().at(0).spool_path;
  const auto moved = "objects/2026-03-05/" + std::filesystem::path(path).filename().string();
  std::filesystem::create_directories(site.folder() / "objects/2026-03-05");
  std::filesystem::rename(site.folder() / path, site.folder() / moved);
  REQUIRE(site.writer().run([&](database::Connection& connection) {
    connection.run("UPDATE received_object SET spool_path = '" + moved + "', received_at = '2020-01-01T00:00:00.000Z'");
  }));
  site.clock.set_day("2026-03-05");
  site.restart();
  CHECK(site.files() == std::vector{moved});
}

TEST_CASE("recovery ends the associations of a dead process as cut, and no others", "[spool]") {
  SpoolSite site;
  REQUIRE(site.writer().run([&](database::Connection& connection) {
    const auto now = site.clock.now();
    (void)database::inbox::begin_association(connection, {"harvest", "A", "B", "127.0.0.1", now});
    const auto ended = database::inbox::begin_association(connection, {"harvest", "C", "D", "127.0.0.1", now});
    database::inbox::end_association(connection, ended, "released", 3, now);
  }));
  site.clock.advance(std::chrono::minutes(5));
  site.restart();
  CHECK(site.value("SELECT outcome FROM association WHERE calling_ae = 'A'") == "cut");
  CHECK(site.value("SELECT ended_at FROM association WHERE calling_ae = 'A'") == utc_text(site.clock.now()));
  CHECK(site.value("SELECT outcome FROM association WHERE calling_ae = 'C'") == "released");
}

TEST_CASE("a second start does not go through days that the first one has gone through", "[spool]") {
  SpoolSite site;  // its start was the first one, on 2026-03-05
  site.clock.set_day("2026-03-10");
  site.restart();
  put_file(site.folder() / "objects/2026-03-05/0123456789abcdef.dcm");
  put_file(site.folder() / "objects/2026-03-10/0123456789abcdef.dcm");
  site.restart();
  CHECK(site.files() == std::vector<std::string>{"objects/2026-03-05/0123456789abcdef.dcm"});
}

TEST_CASE("recovery leaves alone what the spool did not put there, and starts all the same", "[spool]") {
  SpoolSite site;
  put_file(site.folder() / "objects/saved by hand/keep.dcm");
  put_file(site.folder() / "objects/note.txt");
  put_file(site.folder() / "objects/2026-03-05/a folder/keep.dcm");
  put_file(site.folder() / "incoming/a folder/keep.dcm");
  const auto before = site.files();
  site.restart();
  CHECK(site.files() == before);
}

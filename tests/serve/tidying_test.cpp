#include "harvester/serve/tidying.hpp"

#include <catch2/catch.hpp>

#include "harvester/database/inbox.hpp"
#include "support/fake_clock.hpp"
#include "support/spool_site.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
namespace inbox = harvester::database::inbox;

TEST_CASE("tidying: associations without objects are deleted when they are old, any number, and a stop ends it",
          "[serve]") {
  const tests::TempDir folder;
  tests::FakeClock clock;
  auto connection = database::open_database(folder / "harvester.db");
  REQUIRE(connection);
  database::Writer writer(*std::move(connection));
  const auto add = [&](int count) {
    REQUIRE(writer.run([&](database::Connection& c) {
      for (int n = 0; n < count; ++n) {
        const auto id = inbox::begin_association(c, {"harvest", "A", "B", "10.0.0.1", clock.now()});
        inbox::end_association(c, id, "released", 0, clock.now());
      }
      return count;
    }));
  };
  add(1234);
  const auto first = clock.now();
  clock.advance(std::chrono::hours(1));
  add(5);
  const auto later = first + std::chrono::milliseconds(1);
  CHECK(*serve::delete_old_associations(writer, first, {}) == 0);
  std::stop_source stopped;
  stopped.request_stop();
  CHECK(*serve::delete_old_associations(writer, later, stopped.get_token()) == 0);
  CHECK(*serve::delete_old_associations(writer, later, {}) == 1234);
  CHECK(*serve::delete_old_associations(writer, later, {}) == 0);
}

namespace {

/// An object that came on the first of January 2020, and its file.
void add_old_object(tests::SpoolSite& site, const std::string& name, const std::string& state) {
  std::filesystem::create_directories(site.folder() / "objects/2020-01-01");
  tests::write_text(site.folder() / "objects/2020-01-01" / name, "bytes");
  REQUIRE(site.writer().run([&](database::Connection& c) {
    c.run(
        "INSERT INTO received_object (way_in, sop_class_uid, sop_instance_uid, study_uid, series_uid,"
        " transfer_syntax_uid, size_bytes, sha256, spool_path, state, received_at) VALUES ('import', '1', '1.2." +
        name + "', '1.2', '1.2', '1', 5, 'a', 'objects/2020-01-01/" + name + "', '" + state +
        "', '2020-01-01T00:00:00.000Z')");
  }));
}

}  // namespace

TEST_CASE("tidying: retention deletes files from the disk, keeps their rows, and leaves all where it is told forever",
          "[serve]") {
  tests::SpoolSite site;
  add_old_object(site, "1", "imported");
  add_old_object(site, "2", "failed");
  const auto now = *parse_utc("2026-11-30T00:00:00.000Z");
  config::Retention retention;
  const auto nothing = serve::tidy(site.writer(), site.spool(), retention, now, {});
  REQUIRE(nothing);
  CHECK_FALSE(nothing->any());
  CHECK(site.files("objects").size() == 2);
  retention.spool = {std::chrono::days(365)};
  const auto done = serve::tidy(site.writer(), site.spool(), retention, now, {});
  REQUIRE(done);
  CHECK(done->files == 1);
  CHECK(site.files("objects") == std::vector<std::string>{"objects/2020-01-01/2"});
  CHECK(site.rows().size() == 2);
  CHECK(site.value("SELECT count(*) FROM doomed_file") == "0");
}

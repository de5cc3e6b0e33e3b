#include <catch2/catch.hpp>

#include "support/arrivals.hpp"
#include "support/faulty_files.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

ObjectPlan numbered(int number) {
  ObjectPlan plan;
  plan.instance = "2.999.1.1." + std::to_string(number);
  plan.pixels = 400'000;  // several writes
  return plan;
}

/// How many files the bytes of each committed row are found in, unchanged.
void check_rows_have_their_files(const SpoolSite& site) {
  const auto rows = site.rows();
  REQUIRE(site.files().size() == rows.size());
  for (const auto& row : rows) CHECK(sha256_of(site.data_set_of(row.spool_path)) == row.sha256);
}

Result<database::inbox::Inserted> bring_numbered(SpoolSite& site, int number, bool as_file) {
  const auto plan = numbered(number);
  if (as_file) return take(site.spool(), foreign_file(plan, object(plan)));
  return bring(site.spool(), plan);
}

}  // namespace

TEST_CASE("any one call to the disk that fails costs its object, leaves nothing of it, and the next one works",
          "[spool]") {
  const auto call = GENERATE(DiskCall::create, DiskCall::write, DiskCall::sync, DiskCall::close, DiskCall::rename,
                             DiskCall::sync_folder, DiskCall::make_folder, DiskCall::free_bytes);
  const auto code = GENERATE(ENOSPC, EIO);
  const auto as_file = GENERATE(false, true);
  FaultyFiles files;
  SpoolSite site(files);
  int object_number = 0;
  int faults = 0;
  for (int nth = 1; nth < 100; ++nth) {
    site.clock.advance(std::chrono::hours(24));  // so that the folder of the day is made each time
    const auto kept_before = site.rows().size();
    files.fail(call, nth, code);
    const auto outcome = bring_numbered(site, ++object_number, as_file);
    const bool fired = files.fired();
    files.heal();
    if (!fired) {
      CHECK(outcome);
      break;
    }
    ++faults;
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::storage);
    CHECK(outcome.error().code == code);
    CHECK(site.rows().size() == kept_before);
    check_rows_have_their_files(site);
    REQUIRE(bring_numbered(site, object_number, as_file));  // the same object, sent again
  }
  CHECK(faults > 0);
  check_rows_have_their_files(site);
}

TEST_CASE("a file that cannot be removed after a fault is removed by the next start", "[spool]") {
  FaultyFiles files;
  SpoolSite site(files);
  files.fail(DiskCall::remove, 1, EIO);
  { REQUIRE(site.spool().begin(meta_of({}))); }
  REQUIRE(files.fired());
  CHECK(site.files().size() == 1);
  site.restart();
  CHECK(site.files().empty());
}

TEST_CASE("a spool that cannot be opened says what it was doing and opens once the fault is gone", "[spool]") {
  FaultyFiles files;
  SpoolSite site(files);
  REQUIRE(site.spool().begin(meta_of({})));
  std::ofstream(site.folder() / "incoming" / "0123456789abcdef.dcm") << "half";
  files.fail(GENERATE(DiskCall::make_folder, DiskCall::remove), 1, EIO);
  const auto opened = site.try_open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind == ErrorKind::storage);
  CHECK_THAT(opened.error().message, Catch::Contains("spool"));
  CHECK(site.try_open());
}

TEST_CASE("a database that is locked makes the commit transient and leaves no file", "[spool]") {
  TempDir folder;
  const auto file = folder / "harvester.db";
  auto connection = database::open_database(file);
  REQUIRE(connection);
  connection->run("PRAGMA busy_timeout = 20");
  database::Writer writer(std::move(*connection));
  FakeClock clock;
  const auto spool = spool::Spool::open({folder / "spool", 0, 0}, writer, clock, nullptr);
  REQUIRE(spool);
  const auto count_files = [&] {
    const std::filesystem::recursive_directory_iterator all(folder / "spool");
    return std::count_if(begin(all), end(all), [](const auto& entry) { return !entry.is_directory(); });
  };
  {
    SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    const auto refused = bring(**spool, ObjectPlan{});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::transient);
    CHECK(count_files() == 0);
  }
  CHECK(bring(**spool, ObjectPlan{}));
  CHECK(count_files() == 1);
}

TEST_CASE("a database that is full makes the commit a storage fault and leaves no file", "[spool]") {
  SpoolSite site;
  REQUIRE(site.writer().run([](database::Connection& connection) { connection.run("PRAGMA max_page_count = 1"); }));
  int taken = 0;
  std::optional<Error> error;
  for (int number = 1; number < 2000 && !error; ++number) {
    ObjectPlan plan;
    plan.instance = "2.999.1.2." + std::to_string(number);
    const auto outcome = bring(site.spool(), plan);
    if (outcome)
      ++taken;
    else
      error = outcome.error();
  }
  REQUIRE(error);
  CHECK(error->kind == ErrorKind::storage);
  CHECK(site.rows().size() == static_cast<std::size_t>(taken));
  check_rows_have_their_files(site);
  REQUIRE(site.writer().run([](database::Connection& c) { c.run("PRAGMA max_page_count = 1073741823"); }));
  CHECK(bring(site.spool(), ObjectPlan{}));
}

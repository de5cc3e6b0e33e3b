#include "harvester/database/watched_files.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "harvester/database/inbox.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

struct Store {
  ObjectId add_object(IntakeReason failed = IntakeReason::none) {
    inbox::NewObject object;
    object.way_in = "watch";
    object.instance = SopInstanceUid("2.999." + std::to_string(++objects));
    object.sha256 = std::to_string(objects);
    object.spool_path = "objects/" + std::to_string(objects);
    object.failed = failed;
    return inbox::insert(connection, object).id;
  }
  std::optional<watched_files::Known> find(watched_files::FolderId folder, std::int64_t hash) {
    return watched_files::find(connection, folder, {hash}).at(0);
  }

  tests::TempDir dir;
  Connection connection = *open_database(dir / "harvester.db");
  tests::FakeClock clock;
  int objects = 0;
};

}  // namespace

TEST_CASE("watched files: what is known of a file tells how far its object is", "[database]") {
  Store store;
  const auto folder = watched_files::open_folder(store.connection, -5, store.clock.now());
  CHECK(watched_files::open_folder(store.connection, -5, store.clock.now()) == folder);
  watched_files::remember(store.connection, {folder, 1, 100, 200, 300}, store.add_object());
  watched_files::remember(store.connection, {folder, 2, 100, 200, 300}, store.add_object(IntakeReason::truncated));
  watched_files::remember(store.connection, {folder, 3, 100, 200, 300}, std::nullopt);
  const auto all = watched_files::find(store.connection, folder, {3, 4, 2, 1});
  REQUIRE(all.size() == 4);
  CHECK((all[0] && !all[0]->object && all[0]->state.empty()));
  CHECK_FALSE(all[1]);
  CHECK((all[2] && all[2]->object && all[2]->state == "failed"));
  CHECK((all[3] && all[3]->state == "received" && all[3]->file.inode == 300));
  watched_files::remember(store.connection, {folder, 1, 101, 201, 301}, std::nullopt);
  CHECK(store.find(folder, 1)->file.size_bytes == 101);
}

TEST_CASE("watched files: those that were not seen are forgotten piece by piece, in their folder alone", "[database]") {
  Store store;
  const auto folder = watched_files::open_folder(store.connection, 1, store.clock.now());
  const auto other = watched_files::open_folder(store.connection, 2, store.clock.now());
  for (std::int64_t hash = -10; hash < 10; ++hash) {
    watched_files::remember(store.connection, {folder, hash, 1, 1, 1}, std::nullopt);
    watched_files::remember(store.connection, {other, hash, 1, 1, 1}, std::nullopt);
  }
  int pieces = 0;
  for (auto after = std::optional(std::numeric_limits<std::int64_t>::min()); after; ++pieces)
    after = watched_files::forget_unseen(store.connection, folder, {-10, 0, 9}, *after, 6);
  CHECK(pieces == 5);
  for (std::int64_t hash = -10; hash < 10; ++hash) {
    CHECK(store.find(folder, hash).has_value() == (hash == -10 || hash == 0 || hash == 9));
    CHECK(store.find(other, hash));
  }
}

TEST_CASE("watched files: a folder that nobody has watched for long is forgotten with its files", "[database]") {
  Store store;
  const auto old = watched_files::open_folder(store.connection, 1, store.clock.now());
  watched_files::remember(store.connection, {old, 7, 1, 1, 1}, std::nullopt);
  store.clock.advance(std::chrono::hours(24 * 89));
  (void)watched_files::open_folder(store.connection, 2, store.clock.now());
  CHECK(store.find(old, 7));
  store.clock.advance(std::chrono::hours(24 * 2));
  (void)watched_files::open_folder(store.connection, 2, store.clock.now());
  CHECK_FALSE(store.find(old, 7));
}

#include "harvester/intake/pool.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <thread>

#include "harvester/database/data_directory.hpp"
#include "harvester/database/intake_queue.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/database/quarantine.hpp"
#include "harvester/intake/worker.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

struct Inbox {
  tests::TempDir folder;
  DataPaths paths{folder.path()};
  SystemClock clock;
  Writer writer{*open_database(paths.database())};
  Signal activity;
  std::int64_t generation =
      *writer.run([&](Connection& c) { return ledger::take_ownership(c, 1, "test", clock.now()); });

  std::int64_t add(const std::string& what) {
    return *writer.run([&](Connection& c) {
      auto& insert = c.prepare(
          "INSERT INTO received_object (way_in, sop_class_uid, sop_instance_uid, study_uid, series_uid, "
          "transfer_syntax_uid,"
          " size_bytes, sha256, spool_path, state, received_at) VALUES ('import', '1', '1', '1', '1', '1', 0, '', ?, "
          "'received', '')");
      insert.bind(1, what);
      insert.exec();
      return c.last_row_id();
    });
  }

  std::string state(std::int64_t id) {
    return *writer.run([&](Connection& c) {
      auto& select = c.prepare("SELECT state || ' ' || reason FROM received_object WHERE id = ?");
      select.bind(1, id);
      select.executeStep();
      return select.getColumn(0).getString();
    });
  }

  std::unique_ptr<intake::Pool> pool(int workers, std::chrono::milliseconds longest = std::chrono::seconds(60)) {
    return intake::Pool::start({{SCRIPTED_WORKER, paths.root.string()}, workers, generation, longest}, writer, activity,
                               clock);
  }
};

}  // namespace

TEST_CASE("the pool imports what is in the inbox and what comes later", "[intake]") {
  Inbox inbox;
  std::vector<std::int64_t> ids;
  for (int n = 0; n < 50; ++n) ids.push_back(inbox.add("good"));
  auto pool = inbox.pool(2);
  REQUIRE(pool->drain({}));
  for (int n = 0; n < 50; ++n) {
    ids.push_back(inbox.add("good"));
    pool->nudge();
  }
  REQUIRE(pool->drain({}));
  for (const auto id : ids) CHECK(inbox.state(id) == "imported ");
}

TEST_CASE("an object that kills its worker twice is set aside and all others are imported", "[intake]") {
  Inbox inbox;
  std::vector<std::int64_t> good;
  for (int n = 0; n < 5; ++n) good.push_back(inbox.add("good"));
  const auto poison = inbox.add("die");
  for (int n = 0; n < 5; ++n) good.push_back(inbox.add("good"));
  auto pool = inbox.pool(1);
  REQUIRE(pool->drain({}));
  CHECK(inbox.state(poison) == "failed killed_worker");
  for (const auto id : good) CHECK(inbox.state(id) == "imported ");
}

TEST_CASE("a retry of an object that kills its worker costs one worker, and sets it aside again", "[intake]") {
  Inbox inbox;
  const auto poison = inbox.add("die");
  const auto good = inbox.add("good");
  auto pool = inbox.pool(1);
  REQUIRE(pool->drain({}));
  const auto attempts = [&] {
    return *inbox.writer.run([&](Connection& c) {
      auto& select = c.prepare("SELECT count(*) FROM import_attempt WHERE object_id = ?");
      select.bind(1, poison);
      select.executeStep();
      return select.getColumn(0).getInt();
    });
  };
  CHECK(attempts() == 2);
  for (int round = 1; round <= 2; ++round) {
    const auto retried = inbox.writer.run([&](Connection& c) { return quarantine::retry(c, {{{poison}}, false}); });
    REQUIRE(retried);
    CHECK(retried->ids == std::vector{ObjectId{poison}});
    pool->nudge();
    REQUIRE(pool->drain({}));
    CHECK(inbox.state(poison) == "failed killed_worker");
    CHECK(attempts() == 2 + round);
  }
  CHECK(inbox.state(good) == "imported ");
}

TEST_CASE("an object that never ends costs its worker, not the others", "[intake]") {
  Inbox inbox;
  const auto stuck = inbox.add("hang");
  const auto good = inbox.add("good");
  auto pool = inbox.pool(1, std::chrono::milliseconds(300));
  REQUIRE(pool->drain({}));
  CHECK(inbox.state(stuck) == "failed killed_worker");
  CHECK(inbox.state(good) == "imported ");
}

TEST_CASE("workers that cannot even begin are told, and the objects are left as they are", "[intake]") {
  Inbox inbox;
  const auto id = inbox.add("good");
  auto pool = intake::Pool::start({.command = {"/bin/false"}, .workers = 1, .generation = inbox.generation},
                                  inbox.writer, inbox.activity, inbox.clock);
  while (!pool->stuck()) {
    const auto seen = inbox.activity.count();
    if (!pool->stuck())
      inbox.activity.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::seconds(1), {});
  }
  CHECK(inbox.state(id) == "received ");
  pool.reset();
  pool = inbox.pool(1);
  REQUIRE(pool->drain({}));
  CHECK_FALSE(pool->stuck());
  CHECK(inbox.state(id) == "imported ");
}

TEST_CASE("workers that cannot write what they import are not waited for, and the objects stay", "[intake]") {
  Inbox inbox;
  const auto id = inbox.add("give up");
  const auto pool = inbox.pool(1);
  CHECK_FALSE(pool->drain({}));
  CHECK(pool->stuck());
  CHECK(inbox.state(id) == "received ");
}

TEST_CASE("a worker of an earlier owner commits nothing", "[intake]") {
  Inbox inbox;
  const auto id = inbox.add("good");
  auto connection = *Connection::open(inbox.paths.database(), Access::read_write);
  const auto prepare = [&](const intake_queue::Claimed&, const std::string&) { return intake::Imported{}; };
  REQUIRE(inbox.writer.run([&](Connection& c) { return ledger::take_ownership(c, 2, "other", inbox.clock.now()); }));
  CHECK_FALSE(intake::import_batch(connection, {inbox.paths, {inbox.generation, 1}, 8}, prepare, inbox.clock));
  CHECK(inbox.state(id) == "received ");
}

TEST_CASE("stopping the pool gives back what its workers hold", "[intake]") {
  Inbox inbox;
  const auto stuck = inbox.add("hang");
  auto pool = inbox.pool(1);
  for (auto seen = std::string(); seen != "claimed "; seen = inbox.state(stuck)) std::this_thread::yield();
  pool->stop(std::chrono::milliseconds(10));
  CHECK(inbox.state(stuck) == "received ");
}

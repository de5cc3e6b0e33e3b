#include "harvester/database/connection.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>
#include <vector>

#include "harvester/database/data_directory.hpp"
#include "harvester/database/writer.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

TEST_CASE("a new database is brought to the newest schema and can then be read", "[database]") {
  tests::TempDir folder;
  CHECK(open_for_reading(folder / "harvester.db").error().kind == ErrorKind::not_found);
  REQUIRE(open_database(folder / "harvester.db"));
  auto reader = open_for_reading(folder / "harvester.db");
  REQUIRE(reader);
  CHECK(reader->raw().execAndGet("PRAGMA user_version").getInt() == newest_schema_version());
}

TEST_CASE("a database newer than the program is refused with what to do", "[database]") {
  tests::TempDir folder;
  {
    auto made = open_database(folder / "harvester.db");
    REQUIRE(made);
    made->run("PRAGMA user_version = 9999");
  }
  const auto refused = open_database(folder / "harvester.db");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::config);
  CHECK_THAT(refused.error().message, Catch::Contains("newer program"));
  CHECK(open_for_reading(folder / "harvester.db").error().kind == ErrorKind::config);
}

TEST_CASE("a file that is no database is refused and left as it is", "[database]") {
  tests::TempDir folder;
  std::ofstream(folder / "harvester.db") << std::string(5000, 'x');
  const auto refused = open_database(folder / "harvester.db");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::storage);
  CHECK(std::filesystem::file_size(folder / "harvester.db") == 5000);
}

TEST_CASE("work from several threads is written once each, and one that fails takes no other with it", "[database]") {
  tests::TempDir folder;
  Writer writer(*open_database(folder / "harvester.db"));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int n = 0; n < 50; ++n) {
        const auto name = std::to_string(thread) + ":" + std::to_string(n);
        const auto written = writer.run([&](Connection& c) {
          auto& insert = c.prepare("INSERT INTO setting (name, value) VALUES (?, '')");
          insert.bind(1, name);
          insert.exec();
          if (n % 10 == 9) throw std::runtime_error("this one fails");
        });
        if (written.has_value() == (n % 10 == 9)) std::abort();
      }
    });
  for (auto& thread : threads) thread.join();
  auto reader = open_for_reading(folder / "harvester.db");
  REQUIRE(reader);
  CHECK(reader->raw().execAndGet("SELECT count(*) FROM setting").getInt() == 4 * 45);
}

TEST_CASE("the writer hands back what the work computed", "[database]") {
  tests::TempDir folder;
  Writer writer(*open_database(folder / "harvester.db"));
  const auto answer = writer.run([](Connection&) { return 42; });
  REQUIRE(answer);
  CHECK(*answer == 42);
}

TEST_CASE("the writer flushes what must not be lost, and leaves notes to the next flush", "[database]") {
  tests::TempDir folder;
  Writer writer(*open_database(folder / "harvester.db"));
  const auto synchronous = [](Connection& c) { return c.raw().execAndGet("PRAGMA synchronous").getInt(); };
  constexpr int kNormal = 1, kFull = 2;
  CHECK(writer.run(synchronous).value_or(-1) == kFull);
  CHECK(writer.run_unflushed(synchronous).value_or(-1) == kNormal);
  CHECK(writer.run_unflushed(synchronous).value_or(-1) == kNormal);
  CHECK(writer.run(synchronous).value_or(-1) == kFull);
}

TEST_CASE("a connection that waits for another writer goes on soon after that one has ended", "[database]") {
  tests::TempDir folder;
  auto first = *open_database(folder / "harvester.db");
  auto second = *open_database(folder / "harvester.db");
  std::thread waiting;
  {
    Transaction held(first);
    waiting = std::thread([&] { Transaction(second).commit(); });
    first.run("INSERT INTO setting (name, value) VALUES ('a', '')");
    held.commit();
  }
  waiting.join();
  CHECK(second.raw().execAndGet("SELECT count(*) FROM setting").getInt() == 1);
}

TEST_CASE("one process owns a data directory and a second is told who", "[database]") {
  tests::TempDir folder;
  const DataPaths paths{folder / "data"};
  {
    const auto first = DirectoryLock::take(paths, "serve");
    REQUIRE(first);
    const auto second = DirectoryLock::take(paths, "harvest");
    REQUIRE_FALSE(second);
    CHECK(second.error().kind == ErrorKind::refused);
    CHECK_THAT(second.error().message, Catch::Contains("serve, process"));
  }
  CHECK(DirectoryLock::take(paths, "harvest"));
}

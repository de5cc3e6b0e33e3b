#include "harvester/database/intake_queue.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;
using namespace std::chrono_literals;

namespace {

const intake_queue::WorkerToken kWorker{1, 1};

/// An inbox with so many objects that have their end, and ten that wait.
class Inbox {
 public:
  explicit Inbox(int ended) : connection_(*open_database(folder_ / "harvester.db")) {
    fill(ended, "ignored");
    fill(10, "received");
  }

  Connection& connection() { return connection_; }

  /// How many steps of SQLite's machine some work takes.
  template <class F>
  int steps_of(F&& work) {
    int steps = 0;
    const auto count = [](void* counter) { return ++*static_cast<int*>(counter), 0; };
    auto* const handle = connection_.raw().getHandle();
    sqlite3_progress_handler(handle, 1, count, &steps);
    work(connection_);
    sqlite3_progress_handler(handle, 0, nullptr, nullptr);
    return steps;
  }

 private:
  void fill(int count, const std::string& state) {
    connection_.run(
        "INSERT INTO received_object (way_in, sop_class_uid, sop_instance_uid, study_uid, series_uid,"
        " transfer_syntax_uid, size_bytes, sha256, state, received_at)"
        " WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT " +
        std::to_string(count) + ") SELECT 'native', '1.2', '2.999.1', '2.999', '2.999.1', '1.2', 1, '', '" + state +
        "', '2026-01-05T00:00:00Z' FROM n");
  }

  tests::TempDir folder_;
  Connection connection_;
};

void claim_and_give_back(Connection& connection) {
  CHECK(intake_queue::claim(connection, kWorker, 8, Instant{}, 60s).size() == 8);
  CHECK(intake_queue::open_objects(connection) == 10);
  CHECK(intake_queue::give_back(connection, kWorker, false, Instant{}) == 8);
  CHECK(intake_queue::give_back_of_earlier_owners(connection, 2) == 0);
}

}  // namespace

TEST_CASE("claims cost no more in an inbox that holds a thousand times as many objects", "[database]") {
  Inbox small(10);
  Inbox large(10'000);
  CHECK(large.steps_of(claim_and_give_back) < 2 * small.steps_of(claim_and_give_back));
}

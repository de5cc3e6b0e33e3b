#include "harvester/database/quarantine.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "harvester/database/doomed_files.hpp"
#include "harvester/database/ledger.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

class Inbox {
 public:
  Inbox() {
    connection_.run(
        "INSERT INTO node (name) VALUES ('n');"
        "INSERT INTO harvest (node_id, request, request_key, state, owner, created_at)"
        " VALUES (1, '', '', 'incomplete', 1, '');"
        "INSERT INTO candidate_study (harvest_id, study_uid, verdict) VALUES (1, '1.2', 'retrieve');"
        "INSERT INTO candidate_series (candidate_study_id, series_uid, verdict) VALUES (1, '1.2.3', 'retrieve');"
        "INSERT INTO retrieve_request (harvest_id, candidate_series_id, level, state) VALUES (1, 1, 'series', 'done')");
  }

  ObjectId add(const std::string& state, const std::string& reason, bool file = true) {
    const auto id = ++last_;
    connection_.run(
        "INSERT INTO received_object (id, way_in, sop_class_uid, sop_instance_uid, study_uid, series_uid,"
        " transfer_syntax_uid, size_bytes, sha256, spool_path, state, reason, attempts, worker_deaths,"
        " received_at) VALUES (" +
        std::to_string(id) + ", 'harvest', '1', '1.2.3." + std::to_string(id) + "', '1.2', '1.2.3', '1', 7, '', " +
        (file ? "'objects/d/" + std::to_string(id) + "'" : "NULL") + ", '" + state + "', '" + reason + "', 10, 2, '')");
    connection_.run(
        "INSERT INTO expected_instance (harvest_id, retrieve_request_id, sop_instance_uid, state, reason,"
        " object_id) VALUES (1, 1, '1.2.3." +
        std::to_string(id) + "', '" + state + "', '" + reason + "', " + std::to_string(id) + ")");
    return {id};
  }
  std::string value(const std::string& sql) { return connection_.raw().execAndGet(sql).getString(); }
  std::string object(const std::string& column, ObjectId id) {
    return value("SELECT " + column + " FROM received_object WHERE id = " + std::to_string(id.value));
  }
  std::string expected(ObjectId id) {
    return value("SELECT state || ' ' || reason FROM expected_instance WHERE object_id = " + std::to_string(id.value));
  }

  Connection& connection() { return connection_; }

 private:
  tests::TempDir dir_;
  Connection connection_ = *open_database(dir_ / "harvester.db");
  std::int64_t last_ = 0;
};

}  // namespace

TEST_CASE("quarantine: it holds what failed and has its file, the newest first", "[quarantine]") {
  Inbox inbox;
  const auto first = inbox.add("failed", "truncated");
  inbox.add("failed", "truncated", false);
  inbox.add("imported", "");
  const auto second = inbox.add("failed", "empty_report");
  const auto items = quarantine::list(inbox.connection(), 10);
  REQUIRE(items.size() == 2);
  CHECK(items[0].id == second);
  CHECK(items[1].id == first);
  CHECK(quarantine::count(inbox.connection()) == 2);
  CHECK(quarantine::list(inbox.connection(), 1).size() == 1);
}

TEST_CASE("quarantine: what is retried is received again, for the harvests that expect it, too", "[quarantine]") {
  Inbox inbox;
  const auto id = inbox.add("failed", "killed_worker");
  CHECK(quarantine::retry(inbox.connection(), {{id}, false}).ids == std::vector{id});
  CHECK(inbox.object("state || ' ' || reason", id) == "received ");
  CHECK(inbox.expected(id) == "received ");
  CHECK(inbox.object("worker_deaths", id) == "1");
  CHECK(std::stoi(inbox.object("attempts", id)) < 10);
  CHECK(std::stoi(inbox.object("attempts", id)) > 0);
}

TEST_CASE("quarantine: what is dropped stays as a row without a file, failed and never held", "[quarantine]") {
  Inbox inbox;
  const auto id = inbox.add("failed", "truncated");
  CHECK(quarantine::drop(inbox.connection(), {{}, true}, Instant{}).ids == std::vector{id});
  CHECK(inbox.object("state || ' ' || reason", id) == "failed dropped");
  CHECK(inbox.object("spool_path IS NULL", id) == "1");
  CHECK(inbox.expected(id) == "failed dropped");
  CHECK(doomed_files::all(inbox.connection()).size() == 1);
  CHECK(quarantine::count(inbox.connection()) == 0);
  const SopInstanceUid uid(inbox.object("sop_instance_uid", id));
  const auto held = ledger::held_instances(inbox.connection(), {uid});
  CHECK(held.held.empty());
  CHECK(held.set_aside.contains(uid));  // a harvest does not fetch it again by itself
}

TEST_CASE("quarantine: if one id is not in quarantine nothing is done to the others", "[quarantine]") {
  Inbox inbox;
  const auto id = inbox.add("failed", "truncated");
  const auto imported = inbox.add("imported", "");
  for (const auto& done : {quarantine::drop(inbox.connection(), {{id, imported}, false}, Instant{}),
                           quarantine::retry(inbox.connection(), {{id, imported}, false})}) {
    CHECK(done.ids.empty());
    CHECK(done.unknown == std::vector{imported});
  }
  CHECK(inbox.object("state || ' ' || reason", id) == "failed truncated");
}

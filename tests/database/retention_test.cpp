// What retention lets go of an old ledger, and what it must never touch.

#include "harvester/database/retention.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <map>

#include "harvester/database/doomed_files.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/database/ledger_view.hpp"
#include "harvester/database/maintenance.hpp"
#include "harvester/database/story.hpp"
#include "migrations.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

constexpr int kBeforeRetention = 8;

/// A ledger as the version before retention left it. Harvest 1: study 1 was fetched, 2 skipped as nothing usable, 3
/// held, 4 has a missing instance, 5 failed, 6 moved whole with one failed import; it ended incomplete. Harvest 2, of
/// the same node, a day later: all is held. Harvest 3 was interrupted.
constexpr const char* kOldLedger = R"(
INSERT INTO node (id, name) VALUES (1, 'pacs');
INSERT INTO harvest (id, node_id, request, request_key, state, owner, created_at, ended_at) VALUES
  (1, 1, '{}', 'a', 'incomplete', 1, '2020-01-05T00:00:00.000Z', '2020-01-05T01:00:00.000Z'),
  (2, 1, '{}', 'b', 'complete', 1, '2020-01-06T00:00:00.000Z', '2020-01-06T01:00:00.000Z'),
  (3, 1, '{}', 'c', 'interrupted', 1, '2020-01-07T00:00:00.000Z', '2020-01-07T01:00:00.000Z');
INSERT INTO query_window (harvest_id, modality, date_from, date_until, state) VALUES
  (1, 'CT', '20200105', '20200105', 'verified'), (2, 'CT', '20200105', '20200106', 'verified'),
  (3, 'CT', '20200107', '20200107', 'pending');
INSERT INTO candidate_study (id, harvest_id, study_uid, study_date, modalities, verdict, reason) VALUES
  (1, 1, '1.1', '20200105', 'CT', 'retrieve', 'dose_report'),
  (2, 1, '1.2', '20200105', 'CT', 'skip', 'nothing_usable'),
  (3, 1, '1.3', '20200105', 'CT\SR', 'skip', 'already_held'),
  (4, 1, '1.4', '20200105', 'CT', 'retrieve', 'dose_report'),
  (5, 1, '1.5', '20200105', 'CT', 'failed', 'query_failed'),
  (6, 1, '1.6', '20200105', 'CT', 'retrieve', 'dose_report'),
  (7, 2, '1.1', '20200105', 'CT', 'skip', 'already_held'),
  (8, 3, '1.8', '20200107', 'CT', 'skip', 'nothing_usable');
INSERT INTO candidate_series (id, candidate_study_id, series_uid, verdict, reason) VALUES
  (1, 1, '1.1.1', 'retrieve', 'dose_report'), (2, 1, '1.1.2', 'skip', 'not_needed'), (3, 3, '1.3.1', 'skip', 'already_held'),
  (4, 4, '1.4.1', 'retrieve', 'dose_report'), (6, 6, '1.6.1', 'retrieve', 'dose_report'),
  (7, 7, '1.1.1', 'skip', 'already_held'), (8, 8, '1.8.1', 'skip', 'nothing_usable');
INSERT INTO candidate_instance (candidate_series_id, sop_instance_uid, verdict, reason) VALUES
  (1, '1.1.1.1', 'retrieve', 'dose_report'), (3, '1.3.1.1', 'skip', 'already_held'), (3, '1.3.1.2', 'skip', 'set_aside'),
  (7, '1.1.1.1', 'skip', 'already_held');
INSERT INTO retrieve_request (id, harvest_id, candidate_series_id, level, state) VALUES
  (1, 1, 1, 'series', 'done'), (4, 1, 4, 'series', 'failed'), (6, 1, 6, 'study', 'done');
INSERT INTO received_object (id, way_in, sop_class_uid, sop_instance_uid, study_uid, series_uid, transfer_syntax_uid,
  size_bytes, sha256, spool_path, state, reason, received_at, ended_at) VALUES
  (1, 'harvest', '1', '1.1.1.1', '1.1', '1.1.1', '1', 7, 'a', 'objects/d/1', 'imported', '', '2020-01-05T00:30:00.000Z', '2020-01-05T00:31:00.000Z'),
  (2, 'harvest', '1', '1.6.1.1', '1.6', '1.6.1', '1', 7, 'b', 'objects/d/2', 'failed', 'truncated', '2020-01-05T00:30:00.000Z', '2020-01-05T00:31:00.000Z'),
  (3, 'harvest', '1', '1.1.1.1', '1.1', '1.1.1', '1', 7, 'a', NULL, 'ignored', 'duplicate', '2020-01-06T00:30:00.000Z', NULL),
  (4, 'harvest', '1', '1.9.1.1', '1.9', '1.9.1', '1', 7, 'c', 'objects/d/4', 'ignored', 'node_test', '2020-01-06T00:30:00.000Z', NULL),
  (5, 'harvest', '1', '1.1.1.1', '1.1', '1.1.1', '1', 7, 'x', 'objects/d/5', 'ignored', 'duplicate_changed', '2020-01-06T00:30:00.000Z', NULL);
INSERT INTO import_attempt (object_id, owner, started_at) VALUES (1, 1, ''), (4, 1, '');
INSERT INTO expected_instance (harvest_id, retrieve_request_id, sop_instance_uid, state, reason, object_id) VALUES
  (1, 1, '1.1.1.1', 'imported', '', 1), (1, 4, '1.4.1.1', 'missing', 'not_sent', NULL), (1, 6, '1.6.1.1', 'failed', 'truncated', 2);
INSERT INTO job (kind, arguments, state, created_at, ended_at) VALUES
  ('harvest', '{}', 'done', '', '2020-01-05T00:00:00.000Z'), ('harvest', '{}', 'running', '2020-01-05T00:00:00.000Z', NULL);
INSERT INTO audit_event (at, kind) VALUES ('2020-01-05T00:00:00.000Z', 'notified'), ('2029-01-05T00:00:00.000Z', 'notified');
INSERT INTO process_owner (pid, command, started_at) VALUES (1, 'serve', '2020-01-05T00:00:00.000Z'), (2, 'serve', '2020-01-05T00:00:00.000Z')
)";

const Instant kNow = *parse_utc("2026-11-30T00:00:00.000Z");

struct OldLedger {
  OldLedger() {
    auto old = *Connection::open(folder / "harvester.db", Access::read_write);
    for (int n = 0; n < kBeforeRetention; ++n) old.run(std::string(migrations()[static_cast<std::size_t>(n)].sql));
    old.run(kOldLedger);
    old.run("PRAGMA user_version = " + std::to_string(kBeforeRetention));
    auto opened = open_database(folder / "harvester.db");
    REQUIRE(opened);
    connection.emplace(*std::move(opened));
  }

  Connection& operator*() { return *connection; }

  std::int64_t count(const std::string& from) {
    return connection->raw().execAndGet("SELECT count(*) FROM " + from).getInt64();
  }

  /// Trims all harvests that ended before now, so many studies at once.
  int trim(int at_once = 100) {
    int studies = 0;
    while (auto next = retention::harvest_to_trim(*connection, kNow))
      while (!next->done) studies += retention::trim(*connection, *next, at_once, kNow);
    return studies;
  }

  /// Studies, open ones, missing and held instances by day and modalities: what coverage is made of.
  std::map<std::pair<std::string, std::string>, std::vector<std::int64_t>> days(HarvestId harvest) {
    std::map<std::pair<std::string, std::string>, std::vector<std::int64_t>> all;
    for (const auto& day : ledger_view::count_by_day(*connection, harvest)) {
      auto& sums = all[{day.date, day.modalities}];
      sums.resize(4);
      sums[0] += day.studies;
      sums[1] += day.open;
      sums[2] += day.missing;
      sums[3] += day.instances;
    }
    return all;
  }

  tests::TempDir folder;
  std::optional<Connection> connection;
};

auto all_of(const HarvestSummary& s) {
  return std::tuple(s.studies, s.studies_by_verdict, s.series_by_verdict, s.fetched_by_outcome, s.found(), s.held,
                    s.fetched, s.missing, s.failed, s.open, s.studies_failed, s.studies_undecided,
                    s.windows_not_verified);
}

}  // namespace

TEST_CASE("retention: a trimmed ledger tells the same counts, days, ends and losses as before", "[database]") {
  OldLedger ledger;
  auto& c = *ledger;
  std::vector<HarvestSummary> before;
  std::vector<decltype(ledger.days({1}))> days;
  for (const auto id : {1, 2, 3}) {
    before.push_back(ledger::summary(c, {id}));
    days.push_back(ledger.days({id}));
  }
  const auto last_data = ledger::last_data(c, "pacs");
  const auto lost = ledger_view::lost_studies(c, {3});
  CHECK(ledger.trim(GENERATE(1, 2, 100)) == 4);
  CHECK(ledger.count("candidate_study WHERE id IN (2, 3, 7)") == 0);
  CHECK(ledger.count("candidate_series WHERE candidate_study_id IN (1, 2, 3, 7)") == 0);
  CHECK(ledger.count("expected_instance WHERE sop_instance_uid = '1.1.1.1'") == 0);
  for (const auto id : {1, 2, 3}) {
    const auto n = static_cast<std::size_t>(id - 1);
    INFO("harvest " << id);
    CHECK(all_of(ledger::summary(c, {id})) == all_of(before[n]));
    CHECK(ledger.days({id}) == days[n]);
  }
  CHECK(ledger::last_data(c, "pacs") == last_data);
  CHECK(ledger_view::lost_studies(c, {3}) == lost);
  CHECK(ledger.count("query_window") == 3);
  CHECK(maintenance::faults(c).empty());
}

TEST_CASE("retention: what is missing, failed or interrupted keeps its details, and can be asked for again",
          "[database]") {
  OldLedger ledger;
  auto& c = *ledger;
  ledger.trim();
  CHECK(ledger.count("candidate_study WHERE id IN (4, 5, 6, 8)") == 4);
  CHECK(ledger.count("candidate_series WHERE candidate_study_id IN (4, 6, 8)") == 3);
  CHECK(ledger.count("expected_instance WHERE state IN ('missing', 'failed')") == 2);
  CHECK(ledger.count("harvest WHERE trimmed_at IS NOT NULL") == 2);
  CHECK_FALSE(retention::harvest_to_trim(c, kNow));
  c.run("UPDATE harvest SET state = 'complete', ended_at = '2026-11-30T01:00:00.000Z' WHERE id = 1");
  CHECK(retention::harvest_to_trim(c, kNow + std::chrono::hours(24)));  // it went on since
}

TEST_CASE("retention: a trimmed ledger still knows what is held", "[database]") {
  OldLedger ledger;
  auto& c = *ledger;
  ledger.trim();
  CHECK(retention::delete_repeated_objects(c, kNow, 100) == 2);
  CHECK(ledger::held_instances(c, {SopInstanceUid("1.1.1.1"), SopInstanceUid("1.9.1.1")}).held ==
        decltype(HeldInstances::held){SopInstanceUid("1.1.1.1")});
  CHECK(ledger::knows_study(c, StudyUid("1.1")));
  CHECK(ledger.count("received_object WHERE id IN (1, 2, 5)") == 3);
  CHECK(doomed_files::all(c) == std::vector<std::string>{"objects/d/4"});
  CHECK(maintenance::faults(c).empty());
}

TEST_CASE("retention: a row that a watched file is known by stays", "[database]") {
  OldLedger ledger;
  auto& c = *ledger;
  c.run(
      "INSERT INTO watched_folder (id, path_hash, opened_at) VALUES (1, 1, '');"
      "INSERT INTO watched_file (folder_id, path_hash, size_bytes, modified_ns, inode, object_id) VALUES "
      "(1,1,1,1,1,3)");
  CHECK(retention::delete_repeated_objects(c, kNow, 100) == 1);
  CHECK(ledger.count("received_object WHERE id = 3") == 1);
}

TEST_CASE("retention: files of what is imported or ignored go, what failed keeps its file", "[database]") {
  OldLedger ledger;
  auto& c = *ledger;
  CHECK(retention::doom_files(c, *parse_utc("2020-01-01T00:00:00.000Z"), 100) == 0);
  CHECK(retention::doom_files(c, kNow, 100) == 3);
  CHECK(ledger.count("received_object WHERE spool_path IS NOT NULL") == 1);
  CHECK(ledger.count("received_object") == 5);
  CHECK(doomed_files::all(c).size() == 3);
}

TEST_CASE("retention: jobs that ended, starts before the last one and old audit events go, in batches", "[database]") {
  OldLedger ledger;
  auto& c = *ledger;
  CHECK(retention::delete_jobs(c, kNow, 100) == 1);
  CHECK(ledger.count("job WHERE state = 'running'") == 1);
  CHECK(retention::delete_owners(c, kNow, 100) == 1);
  CHECK(ledger.count("process_owner") == 1);
  CHECK(retention::delete_audit_events(c, kNow, 0) == 0);
  CHECK(retention::delete_audit_events(c, kNow, 100) == 1);
  CHECK(ledger.count("audit_event") == 1);
}

TEST_CASE("retention: the story of a study that was fetched says that its details are no longer kept", "[database]") {
  OldLedger ledger;
  auto& c = *ledger;
  CHECK(story::tell(c, "1.1", 10).findings.size() == 2);
  ledger.trim();
  const auto told = story::tell(c, "1.1", 10);
  REQUIRE(told.findings.size() == 1);
  CHECK(told.findings[0].verdict == "retrieve");
  CHECK(told.findings[0].trimmed_at == utc_text(kNow));
  CHECK(told.objects.size() == 3);
}

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "harvester/core/log.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/harvest/harvest.hpp"
#include "harvester/intake/prepare.hpp"
#include "harvester/receive/store.hpp"
#include "harvester/simulation/pacs.hpp"
#include "harvester/spool/object.hpp"
#include "support/temp_dir.hpp"

namespace harvester::tests {

inline const CivilDate kHarvestDay{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};

/// A disk that is as full as the test says.
class FillableDisk final : public spool::FileSystem {
 public:
  Result<std::uint64_t> free_bytes(const std::filesystem::path& folder) override {
    if (full) return std::uint64_t{0};
    return FileSystem::free_bytes(folder);
  }
  std::atomic<bool> full = false;
};

/// Studies of these cases, all on one day.
inline std::vector<simulation::StudyPlan> studies_of(const std::vector<simulation::Scenario>& scenarios,
                                                     CivilDate date = kHarvestDay, int first_index = 0) {
  std::vector<simulation::StudyPlan> plans;
  for (const auto scenario : scenarios) {
    simulation::StudyOptions options;
    options.index = first_index + static_cast<int>(plans.size());
    options.date = date;
    options.images_per_series = 2;
    plans.push_back(simulation::make_study(scenario, options));
  }
  return plans;
}

/// The truth of a node that numbers images from 0: number 1, which is asked for first, is the second of a series.
inline void expect_number_one(std::vector<simulation::StudyPlan>& plans, const simulation::Quirks& quirks) {
  if (quirks.first_instance_number != 0 || quirks.numbers != simulation::Numbers::plain) return;
  for (auto& plan : plans)
    for (auto& series : plan.series) {
      auto& all = series.instances;
      if (all.size() < 2 || !simulation::is_image(all[0].content)) continue;
      std::erase_if(all[0].wanted_by, [&](const std::string& by) {
        auto& next = all[1].wanted_by;
        if (std::find(next.begin(), next.end(), by) != next.end()) return false;
        next.push_back(by);
        return true;
      });
    }
}

/// A textbook node with these habits.
inline simulation::Quirks with(const std::vector<std::string>& assignments) {
  simulation::Quirks quirks;
  for (const auto& assignment : assignments) REQUIRE(simulation::set_quirk(quirks, assignment));
  return quirks;
}

/// How a harvest went.
struct HarvestRan {
  harvest::Begun begun;
  harvest::Outcome outcome;
  int exit_code = 0;
};

/// A harvester in this process beside a simulated PACS that knows its store as HARVESTER: data directory, writer,
/// spool, store, and a thread that imports what arrives. `setup` and `request` may be changed before a run.
class HarvestFixture {
 public:
  explicit HarvestFixture(std::vector<simulation::StudyPlan> studies, const simulation::Quirks& quirks = {})
      : plans(std::move(studies)) {
    open_harvester();
    open_pacs(quirks);
    prepare_setup();
    start_importer();
  }

  /// A node with the same archive on another free port, e.g. after pacs->stop().
  void open_pacs(const simulation::Quirks& quirks) {
    simulation::PacsOptions options;
    options.quirks = quirks;
    options.destinations["HARVESTER"] = {"127.0.0.1", store->port()};
    auto opened = simulation::SimulatedPacs::open(options, simulation::make_archive(plans));
    REQUIRE(opened);
    pacs = std::move(*opened);
  }

  /// From now on nothing is written any more, as if this process had been killed: what it does then leaves no trace.
  void kill() {
    REQUIRE(writer->run([](database::Connection& c) { c.run("PRAGMA query_only = ON"); }));
  }

  /// The next process on the same data directory, with a store on another free port. No harvest may be running.
  void restart() {
    importer_ = {};
    store.reset();
    spool.reset();
    writer.reset();
    open_harvester();
    start_importer();
  }

  harvest::Tools tools() {
    return {*writer,        paths, activity,
            clock,          owner, on_progress,
            keep_accession, {},    take_from(),
            may_go_on,      {},    [this](const auto& uids) { return spool->under_way().last_byte(uids); }};
  }

  harvest::Begun begin() {
    auto with = tools();
    auto begun = harvest::begin_or_continue(with, request);
    REQUIRE(begun);
    return *begun;
  }

  /// Begins or continues the harvest of `request` and runs it to its end.
  HarvestRan run(std::stop_token stop = {}) {
    auto with = tools();
    const auto begun = begin();
    latest = begun.id;
    auto outcome = harvest::run(with, harvest::overridden(setup, request.selection), begun.id, std::move(stop));
    const int code = harvest::exit_code(outcome);
    UNSCOPED_INFO(harvest::summary_line(outcome, request)
                  << ": " << to_string(outcome.state) << (outcome.error ? ", " + outcome.error->message : ""));
    return {begun, std::move(outcome), code};
  }

  /// Sets an ended harvest open again and runs it, as `harvests resume` does.
  harvest::Outcome resume(HarvestId id) {
    auto with = tools();
    REQUIRE(writer->run([&](database::Connection& c) { database::ledger::reopen_harvest(c, id, owner); }));
    latest = id;
    return harvest::run(with, setup, id, {});
  }

  // ── what ought to be, what is ──

  [[nodiscard]] bool in_range(const simulation::StudyPlan& plan) const {
    return plan.date && *plan.date >= request.from && *plan.date <= request.until;
  }

  [[nodiscard]] simulation::Truth truth_of(const simulation::StudyPlan& plan) const {
    std::set<std::string> modalities(request.modalities.begin(), request.modalities.end());
    if (request.selection.toshiba && modalities.contains("CT")) modalities.insert("CT+toshiba");
    return simulation::truth_of(plan, modalities);
  }

  /// The instances that a harvest of `request` ought to bring in.
  [[nodiscard]] std::set<std::string> wanted() const {
    std::set<std::string> all;
    for (const auto& plan : plans)
      if (in_range(plan))
        for (const auto& uid : truth_of(plan).wanted) all.insert(uid.str());
    return all;
  }

  /// The rows of a question to the database, values as text.
  std::vector<std::vector<std::string>> rows(const std::string& sql) {
    auto answer = writer->run([&](database::Connection& connection) {
      std::vector<std::vector<std::string>> all;
      SQLite::Statement select(connection.raw(), sql);
      while (select.executeStep()) {
        all.emplace_back();
        for (int n = 0; n < select.getColumnCount(); ++n) all.back().push_back(select.getColumn(n).getString());
      }
      return all;
    });
    REQUIRE(answer);
    return *answer;
  }

  /// The first value of the first row.
  std::string value(const std::string& sql) {
    const auto all = rows(sql);
    return all.empty() || all.front().empty() ? "" : all.front().front();
  }

  /// The expected instances of the latest harvest: SOP Instance UID → "state(reason)".
  std::map<std::string, std::string> expected() {
    std::map<std::string, std::string> all;
    for (const auto& row : rows("SELECT sop_instance_uid, state, reason FROM expected_instance WHERE harvest_id = " +
                                std::to_string(latest.value)))
      all[row[0]] = row[2].empty() ? row[1] : row[1] + "(" + row[2] + ")";
    return all;
  }

  /// Study Instance UID → "verdict(reason)" of the latest harvest.
  std::map<std::string, std::string> verdicts() {
    std::map<std::string, std::string> all;
    for (const auto& row : rows("SELECT study_uid, verdict, reason FROM candidate_study WHERE harvest_id = " +
                                std::to_string(latest.value)))
      all[row[0]] = row[2].empty() ? row[1] : row[1] + "(" + row[2] + ")";
    return all;
  }

  /// Instances whose import has ended well.
  std::set<std::string> in_database() {
    std::set<std::string> all;
    for (const auto& row :
         rows("SELECT DISTINCT sop_instance_uid FROM received_object WHERE state IN ('imported', 'ignored')"))
      all.insert(row[0]);
    return all;
  }

  /// Wanted instances that are not in the database.
  std::set<std::string> absent() {
    auto missing = wanted();
    for (const auto& uid : in_database()) missing.erase(uid);
    return missing;
  }

  /// Everything in which the ledger of the latest harvest differs from the truth. Empty: equal to it. Where the node
  /// sends what it is not asked for, a harvest need not expect what came so.
  std::vector<std::string> faults(bool unasked_objects = false) {
    std::vector<std::string> found;
    const auto expect = expected();
    const auto want = wanted();
    const auto came = unasked_objects ? in_database() : std::set<std::string>();
    for (const auto& uid : want)
      if (!expect.contains(uid) && !came.contains(uid)) found.push_back(uid + " is wanted and not in the ledger");
    for (const auto& [uid, state] : expect) {
      if (!want.contains(uid)) found.push_back(uid + " is in the ledger and not wanted");
      if (!state.starts_with("imported") && !state.starts_with("ignored")) found.push_back(uid + " is " + state);
    }
    add_faults_of_objects(found);
    add_faults_of_verdicts(found);
    return found;
  }

  /// SOP Instance UID → how often the PACS sent it.
  [[nodiscard]] std::map<std::string, int> sent() const {
    std::map<std::string, int> times;
    for (const auto& event : pacs->log().of_kind(simulation::PacsEvent::Kind::sent)) ++times[event.instance];
    return times;
  }

  [[nodiscard]] std::set<std::string> sent_unwanted() const {
    std::set<std::string> unwanted;
    const auto want = wanted();
    for (const auto& [uid, times] : sent())
      if (!want.contains(uid)) unwanted.insert(uid);
    return unwanted;
  }

  [[nodiscard]] std::vector<simulation::PacsEvent> log_of(simulation::PacsEvent::Kind kind,
                                                          const std::string& level = "") const {
    auto events = pacs->log().of_kind(kind);
    std::erase_if(events, [&](const auto& event) { return !level.empty() && event.level != level; });
    return events;
  }
  [[nodiscard]] std::vector<simulation::PacsEvent> finds(const std::string& level = "") const {
    return log_of(simulation::PacsEvent::Kind::find, level);
  }
  [[nodiscard]] std::vector<simulation::PacsEvent> moves(const std::string& level = "") const {
    return log_of(simulation::PacsEvent::Kind::move, level);
  }

  TempDir folder{memory_or_disk()};
  database::DataPaths paths{folder / "data"};
  SystemClock clock;
  Signal activity;
  FillableDisk disk;
  std::unique_ptr<database::Writer> writer;
  std::int64_t owner = 0;
  std::unique_ptr<spool::Spool> spool;
  std::unique_ptr<receive::Store> store;
  std::vector<simulation::StudyPlan> plans;
  std::unique_ptr<simulation::SimulatedPacs> pacs;
  harvest::NodeSetup setup{
      .find_peer = peer("FINDER"), .move_peer = peer("MOVER"), .destination = AeTitle::of("HARVESTER")};
  harvest::Request request{"sim", {"CT"}, kHarvestDay, kHarvestDay, false, 0};
  std::function<void(const harvest::Progress&)> on_progress;
  std::function<std::string(const std::string&)> keep_accession;
  std::function<Status()> may_go_on;
  HarvestId latest;

 private:
  void open_harvester() {
    REQUIRE(dicom::start_toolkit());
    static const bool kQuiet = (start_logging({"error", false, ""}), true);
    (void)kQuiet;
    std::filesystem::create_directories(paths.root);
    auto connection = database::open_database(paths.database());
    REQUIRE(connection);
    writer = std::make_unique<database::Writer>(*std::move(connection));
    owner = *writer->run(
        [&](database::Connection& c) { return database::ledger::take_ownership(c, 1, "test", clock.now()); });
    auto opened = spool::Spool::open({paths.spool(), 1 << 20, 0}, *writer, clock, &activity, disk);
    REQUIRE(opened);
    spool = std::move(*opened);
    receive::StoreOptions options;
    options.port = 0;
    options.bind = "127.0.0.1";
    auto listening = receive::Store::open(options, *spool, *writer, clock);
    REQUIRE(listening);
    store = std::move(*listening);
  }

  /// These tests are not about durability, and a flush to a busy disk is slow.
  static std::filesystem::path memory_or_disk() {
    const std::filesystem::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  }

  /// The objects of a C-GET.
  std::function<dicom::TakeObject(const dicom::Peer&)> take_from() {
    return [this](const dicom::Peer& node) -> dicom::TakeObject {
      return
          [this, from = spool::Arrival{{}, "harvest", node.called.str(), node.calling.str(), node.host, "", {}}](
              const dicom::StoreCommand& command, const dicom::ReceiveDataset& receive) -> Result<dicom::StoreReply> {
            auto taken = spool::take_object(*spool, command, receive, from, from.calling_ae);
            if (!taken) return taken.error();
            return taken->reply;
          };
    };
  }

  void start_importer() {
    importer_ = std::jthread([this](std::stop_token stop) { import_until(stop); });
  }

  static dicom::Peer peer(const char* calling) {
    return {"127.0.0.1", 0, AeTitle::of("SIMPACS"), AeTitle::of(calling)};
  }

  /// Pacing off, timers short.
  void prepare_setup() {
    setup.find_peer.port = setup.move_peer.port = pacs->port();
    setup.options.acse_timeout = std::chrono::seconds(10);
    setup.options.dimse_timeout = std::chrono::seconds(10);
    setup.options.cancel_wait = std::chrono::seconds(2);
    setup.limits.requests_per_minute = 0;
    setup.move_timers = {std::chrono::seconds(10), std::chrono::seconds(60)};
    setup.settle = std::chrono::milliseconds(300);
    setup.backoff = std::chrono::milliseconds(5);
    setup.backoff_max = std::chrono::milliseconds(20);
  }

  /// A worker of this process, awakened by arrivals.
  void import_until(std::stop_token stop) {
    auto connection = database::Connection::open(paths.database(), database::Access::read_write);
    if (!connection) return;
    const intake::WorkerOptions options{paths, {owner, 1}, 32};
    const auto prepare = intake::make_prepare({}, clock);
    while (!stop.stop_requested()) {
      const auto seen = activity.count();
      const auto done = intake::import_batch(*connection, options, prepare, clock);
      if (!done) return;
      if (*done > 0)
        activity.notify();
      else
        activity.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::seconds(1), stop);
    }
  }

  /// Each wanted instance is imported once, whatever came of its copies.
  void add_faults_of_objects(std::vector<std::string>& found) {
    for (const auto& row : rows("SELECT sop_instance_uid, count(*) FROM received_object WHERE state = 'imported'"
                                " GROUP BY sop_instance_uid HAVING count(*) > 1"))
      found.push_back(row[0] + " was imported " + row[1] + " times");
    // What came unasked may still be on its way into the database: no harvest waits for it.
    for (const auto& row : rows("SELECT sop_instance_uid FROM received_object WHERE state IN ('received', 'claimed')"
                                " AND sop_instance_uid IN (SELECT sop_instance_uid FROM expected_instance)"))
      found.push_back(row[0] + " is not imported yet");
  }

  /// Each study that the node has is in the ledger with its verdict; each study that was looked into has its series.
  void add_faults_of_verdicts(std::vector<std::string>& found) {
    const auto all = verdicts();
    for (const auto& plan : plans) {
      const bool wanted = !truth_of(plan).wanted.empty();
      if (in_range(plan) && wanted && !all.contains(plan.uid)) found.push_back(plan.uid + " was not found");
    }
    for (const auto& [uid, verdict] : all)
      if (!verdict.starts_with("retrieve(") && !verdict.starts_with("skip("))
        found.push_back(uid + " ended as " + verdict);
    for (const auto& row : rows("SELECT series_uid FROM candidate_series WHERE reason = ''"))
      found.push_back(row[0] + " has a verdict without reason");
  }

  std::jthread importer_;  // last: ends first
};

}  // namespace harvester::tests

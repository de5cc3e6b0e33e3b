// Thirty nights of a daemon, on a clock that the test moves: schedules, what was interrupted, and what is true at the
// end.

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <map>

#include "continuing.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/schedule/civil_clock.hpp"
#include "harvester/serve/scheduling.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/fake_clock.hpp"
#include "support/files.hpp"
#include "support/harvest_fixture.hpp"
#include "support/sockets.hpp"
#include "telling.hpp"

namespace harvester {
namespace {

using std::chrono::hours;
namespace ledger = database::ledger;
using serve::Scheduler;
using simulation::StudyPlan;

constexpr int kNights = 30;
constexpr int kMadeUp = 2;  ///< of the two nights without a daemon each node is asked once, for both

/// A study, and from which day on its node has it.
struct Arriving {
  StudyPlan plan;
  int day;
};

/// A node that grows from day to day.
class Node {
 public:
  Node(std::string name, std::string zone, int store_port)
      : name_(std::move(name)), zone_(std::move(zone)), port_(tests::free_port()), store_port_(store_port) {}

  void add(const CivilDate& date, int arrives) {
    simulation::StudyOptions options;
    options.seed = std::hash<std::string>{}(name_) % 100000 + 1;
    options.index = static_cast<int>(studies_.size());
    options.date = date;
    options.images_per_series = 1;
    studies_.push_back({simulation::make_study(simulation::Scenario::ct_rdsr, options), arrives});
  }

  /// On, with what it has by that day.
  void open(int day) {
    close();
    std::vector<StudyPlan> plans;
    for (const auto& study : studies_)
      if (study.day <= day) plans.push_back(study.plan);
    simulation::PacsOptions options;
    options.port = port_;
    options.destinations["HARVESTER"] = {"127.0.0.1", store_port_};
    auto opened = simulation::SimulatedPacs::open(options, simulation::make_archive(std::move(plans)));
    INFO((opened ? "" : opened.error().message));
    REQUIRE(opened);
    pacs_ = std::move(*opened);
  }

  void close() { pacs_.reset(); }

  [[nodiscard]] config::Profile profile() const {
    config::Profile profile;
    profile.name = name_;
    profile.remote.host = "127.0.0.1";
    profile.remote.port = static_cast<std::uint16_t>(port_);
    profile.remote.ae_title = AeTitle::of("SIMPACS");
    profile.local.store = "harvest";
    profile.query.timezone = zone_;
    profile.query.modalities = {"CT"};
    profile.pacing.requests_per_minute = 0;
    profile.retry = {2, std::chrono::milliseconds(10), std::chrono::milliseconds(20)};
    profile.timeouts.settle = std::chrono::milliseconds(200);
    profile.schedule.push_back({.name = "nightly"});
    return profile;
  }

  [[nodiscard]] std::set<std::string> truth() const {
    std::set<std::string> wanted;
    for (const auto& study : studies_)
      for (const auto& uid : simulation::truth_of(study.plan, {"CT"}).wanted) wanted.insert(uid.str());
    return wanted;
  }

 private:
  std::string name_, zone_;
  int port_, store_port_;
  std::vector<Arriving> studies_;
  std::unique_ptr<simulation::SimulatedPacs> pacs_;
};

/// A daemon's schedules without its threads: each look is the test's.
class Daemon {
 public:
  Daemon() { REQUIRE(dicom::start_toolkit()); }

  void start(std::vector<config::Profile> profiles) {
    profiles_.emplace(std::move(profiles));
    serve::EngineOptions options;
    options.site.data_directory = folder_ / "data";
    auto& store = options.site.stores.front();
    store.port = static_cast<std::uint16_t>(store_port_);
    store.bind = "127.0.0.1";
    options.site.disk.minimum_free = {1 << 20};
    options.command = "serve";
    options.worker = {HARVESTER_PROGRAM, std::string("--config=") + serve::kWorkerSiteFile, "intake-worker"};
    options.workers = 1;
    options.clock = clock_;
    options.files = &disk_;
    auto opened = serve::Engine::open(std::move(options));
    REQUIRE(opened);
    engine_ = std::move(*opened);
    REQUIRE(engine_->open_autostart_stores());
    scheduler_.emplace(*engine_, *profiles_);
    continuing_.emplace(*engine_, *profiles_);
  }

  void stop() {
    scheduler_.reset();
    continuing_.reset();
    engine_.reset();
  }

  void look() {
    scheduler_->look({});
    scheduler_->join();
    continuing_->look({});
    continuing_->join();
  }

  template <class F>
  auto read(F&& function) {
    auto result = engine_->writer().run(std::forward<F>(function));
    REQUIRE(result);
    return *result;
  }

  serve::Engine& engine() { return *engine_; }
  [[nodiscard]] const std::vector<config::Profile>& profiles() const { return profiles_->get(); }
  [[nodiscard]] int store_port() const { return store_port_; }
  [[nodiscard]] bool runs() const { return engine_ != nullptr; }
  tests::FakeClock& clock() { return *clock_; }
  tests::FillableDisk& disk() { return disk_; }

 private:
  tests::TempDir folder_;
  int store_port_ = tests::free_port();
  std::shared_ptr<tests::FakeClock> clock_ = std::make_shared<tests::FakeClock>("2026-03-05");
  tests::FillableDisk disk_;
  std::optional<serve::Profiles> profiles_;
  std::unique_ptr<serve::Engine> engine_;
  std::optional<Scheduler> scheduler_;
  std::optional<serve::Continuing> continuing_;
};

/// How often each instance was imported.
std::map<std::string, int> imported(database::Connection& connection) {
  std::map<std::string, int> counts;
  auto& select = connection.prepare("SELECT sop_instance_uid FROM received_object WHERE state = 'imported'");
  while (select.executeStep()) ++counts[select.getColumn(0).getString()];
  return counts;
}

/// What the summaries say was fetched altogether, and harvests that did not end complete.
struct Told {
  std::int64_t fetched = 0;
  int complete = 0;
  std::vector<std::string> others;
};

Told told(database::Connection& connection) {
  Told told;
  for (const auto& row : ledger::list_harvests(connection, 1000)) {
    const auto summary = ledger::summary(connection, row.id);
    told.fetched += summary.fetched;
    if (row.state == HarvestState::complete)
      ++told.complete;
    else
      told.others.push_back(row.node + " " + row.created_at + " " + to_string(row.state) + " " + row.message);
  }
  return told;
}

}  // namespace

TEST_CASE(
    "thirty nights: changes of clocks, downtime, a node that is off, late studies, a full disk: nothing is missed",
    "[net]") {
  // Clocks change on 8 March in New York and on 29 March in Berlin.
  Daemon daemon;
  Node berlin("berlin", "Europe/Berlin", daemon.store_port());
  Node york("york", "America/New_York", daemon.store_port());
  const CivilDate first = parse_date("2026-03-05").value();
  for (int day = 0; day < kNights; ++day) {
    for (auto* node : {&berlin, &york}) node->add(plus_days(first, day), day);
    if (day % 6 == 1 && day + 9 < kNights) berlin.add(plus_days(first, day), day + 4);  // late reports
    if (day == 11) york.add(plus_days(first, day), 20);
  }
  daemon.start({berlin.profile(), york.profile()});
  for (int hour = 0; hour < kNights * 24 + 6; ++hour) {  // until the last night of New York, too
    const int day = std::min(hour / 24, kNights - 1);
    if (hour % 24 == 0) {
      berlin.open(day);
      day == 14 || day == 15 ? york.close() : york.open(day);
    }
    if (hour == 8 * 24) daemon.stop();
    if (hour == 10 * 24 + 9) daemon.start({berlin.profile(), york.profile()});
    daemon.disk().full = hour >= 20 * 24 + 18 && hour < 21 * 24 + 8;
    if (daemon.runs()) daemon.look();
    daemon.clock().advance(hours(1));
  }
  daemon.look();
  auto expected = berlin.truth();
  expected.merge(york.truth());
  REQUIRE(daemon.runs());
  const auto counts = daemon.read(imported);
  CHECK(counts.size() == expected.size());
  for (const auto& uid : expected) CHECK(counts.count(uid) == 1);
  for (const auto& [uid, count] : counts) CHECK(count == 1);
  const auto summaries = daemon.read(told);
  CHECK(summaries.fetched == static_cast<std::int64_t>(expected.size()));
  CHECK(summaries.others == std::vector<std::string>{});
  CHECK(summaries.complete == 2 * kNights - kMadeUp);
  daemon.stop();
}

TEST_CASE("a node from which nothing comes any more is told of once, and again after it was heard of", "[net]") {
  const tests::TempDir folder;
  const auto script = folder / "notify.sh";
  tests::write_text(script, "#!/bin/sh\necho $HARVESTER_EVENT >> " + (folder / "told").string() + "\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  Daemon daemon;
  Node node("berlin", "Europe/Berlin", daemon.store_port());
  const CivilDate first = parse_date("2026-03-05").value();
  node.add(first, 0);
  node.add(plus_days(first, 9), 9);
  auto profile = node.profile();
  profile.notify = {{"no_data_3d"}, script, {}, false};
  daemon.start({profile});
  daemon.look();  // from now on the schedule is due
  serve::Notifier notifier;
  serve::tell_of_harvests(daemon.engine(), notifier);
  std::vector<int> told;  // on these days
  for (int day = 0; day < 15; ++day) {
    node.open(day);
    daemon.clock().advance(hours(23));
    daemon.look();
    serve::tell_of_silence(daemon.engine(), daemon.profiles(), notifier);
    daemon.clock().advance(hours(1));
    notifier.flush();
    const auto text = tests::content_of(folder / "told");
    if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) > told.size()) told.push_back(day);
  }
  CHECK(told == std::vector<int>{3, 12});
  daemon.stop();
}

}  // namespace harvester

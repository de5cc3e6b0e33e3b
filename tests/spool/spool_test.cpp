#include "harvester/spool/spool.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <set>

#include "harvester/database/ledger.hpp"
#include "support/arrivals.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

/// A harvest that has decided to fetch this one object.
void expect(database::Connection& connection, HarvestId harvest, const ObjectPlan& plan) {
  CandidateStudy study;
  study.uid = StudyUid(plan.study);
  (void)database::ledger::add_study(connection, harvest, study);
  CandidateSeries series;
  series.uid = SeriesUid(plan.series);
  series.verdict = {Action::retrieve, Reason::dose_report};
  study.series = {series};
  study.verdict = {Action::retrieve, Reason::dose_report};
  const SopInstanceUid instance(plan.instance);
  const std::vector<PlannedRequest> requests{{series.uid, MoveLevel::image, true, {instance}}};
  const auto open = database::ledger::undecided_studies(connection, harvest, {}, 10);
  database::ledger::decide_study(connection, harvest, open.at(0).id, study, requests);
}

}  // namespace

TEST_CASE("a commit makes a file and a row that tell the same: size, hash and identifiers of the data set", "[spool]") {
  SpoolSite site;
  const ObjectPlan plan;
  const auto bytes = object(plan);
  const auto before = site.arrivals.count();
  const auto inserted = bring(site.spool(), bytes, meta_of(plan));
  REQUIRE(inserted);
  CHECK(inserted->reason == IntakeReason::none);
  CHECK(site.arrivals.count() == before + 1);
  const auto rows = site.rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].id == inserted->id.value);
  CHECK(rows[0].state == "received");
  CHECK(rows[0].sha256 == sha256_of(bytes));
  CHECK(rows[0].size == static_cast<std::int64_t>(bytes.size()));
  CHECK(rows[0].instance == plan.instance);
  CHECK(rows[0].study == plan.study);
  CHECK(rows[0].syntax == kExplicitLittle);
  CHECK(rows[0].way_in == "native");
  CHECK(site.files() == std::vector{rows[0].spool_path});
  CHECK(rows[0].spool_path.starts_with("objects/2026-03-05/"));
  CHECK(site.spool().file_of(rows[0].spool_path) == site.folder() / rows[0].spool_path);
}

TEST_CASE("a spool file is a zero preamble, our meta information, and the data set's bytes unchanged", "[spool]") {
  SpoolSite site;
  ObjectPlan plan;
  plan.pixels = GENERATE(as<std::size_t>{}, 2, 64, 128 * 1024, 1'000'000);
  const auto piece = GENERATE(as<std::size_t>{}, 1, 16384, 300'000);
  if (piece == 1 && plan.pixels > 200'000) return;  // says nothing new and takes long
  const auto bytes = object(plan);
  REQUIRE(bring(site.spool(), bytes, meta_of(plan), piece));
  const auto path = site.rows().at(0).spool_path;
  const auto whole = content_of(site.folder() / path);
  CHECK(whole.substr(0, 132) == std::string(128, '\0') + "DICM");
  CHECK(site.data_set_of(path) == bytes);
  const auto meta = dicom::read_part10_header(std::as_bytes(std::span(whole)));
  REQUIRE(meta);
  CHECK(meta->meta.sop_class.str() == plan.sop_class);
  CHECK(meta->meta.instance.str() == plan.instance);
  CHECK(meta->meta.transfer_syntax.str() == kExplicitLittle);
  CHECK(meta->meta.source_ae == "SENDER");
  CHECK(whole.find(std::string(dicom::kImplementationClassUid)) != std::string::npos);
}

TEST_CASE("a spool file can be read by its owner and group alone, and its name tells nothing of the object",
          "[spool]") {
  SpoolSite site;
  REQUIRE(bring(site.spool(), ObjectPlan{}));
  const auto path = site.rows().at(0).spool_path;
  struct stat about {};
  REQUIRE(::stat((site.folder() / path).c_str(), &about) == 0);
  CHECK((about.st_mode & 0137) == 0);
  CHECK(path.size() == std::string("objects/2026-03-05/0123456789abcdef.dcm").size());
  CHECK(path.find("2.999") == std::string::npos);
}

TEST_CASE("the same bytes again are ignored as a duplicate and no second file is kept", "[spool]") {
  SpoolSite site;
  REQUIRE(bring(site.spool(), ObjectPlan{}));
  const auto again = bring(site.spool(), ObjectPlan{});
  REQUIRE(again);
  CHECK(again->reason == IntakeReason::duplicate);
  const auto rows = site.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].state == "ignored");
  CHECK(rows[1].reason == "duplicate");
  CHECK_FALSE(rows[1].has_path);
  CHECK(site.files() == std::vector{rows[0].spool_path});
}

TEST_CASE("other bytes under the same UID are kept, ignored, with both hashes told", "[spool]") {
  SpoolSite site;
  ObjectPlan plan;
  REQUIRE(bring(site.spool(), plan));
  plan.pixel = 'y';
  const auto changed = bring(site.spool(), plan);
  REQUIRE(changed);
  CHECK(changed->reason == IntakeReason::duplicate_changed);
  const auto rows = site.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].state == "ignored");
  CHECK_THAT(rows[1].message, Catch::Contains(rows[0].sha256) && Catch::Contains(rows[1].sha256));
  CHECK(site.files().size() == 2);
  CHECK(site.data_set_of(rows[0].spool_path) == object());
  CHECK(site.data_set_of(rows[1].spool_path) == object(plan));
  SECTION("and the changed bytes once more are a duplicate of those") {
    CHECK(bring(site.spool(), plan)->reason == IntakeReason::duplicate);
    CHECK(site.files().size() == 2);
  }
}

TEST_CASE("an object that is given up leaves nothing behind", "[spool]") {
  SpoolSite site;
  {
    auto given_up = site.spool().begin(meta_of({}));
    REQUIRE(given_up);
    REQUIRE((*given_up)->write(std::as_bytes(std::span("half"))));
    CHECK(site.files().size() == 1);
  }
  CHECK(site.files().empty());
  CHECK(site.rows().empty());
}

TEST_CASE("below the free space that is to be left nothing is begun, and is_full says so", "[spool]") {
  SpoolSite site(spool::real_file_system(), std::uint64_t{1} << 62);
  CHECK(site.spool().is_full());
  const auto refused = site.spool().begin(meta_of({}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::storage);
  CHECK(refused.error().code == ENOSPC);
  CHECK(site.files().empty());
}

TEST_CASE("an object above the ceiling is refused while it is written", "[spool]") {
  SpoolSite site;
  site.set_max_object(1000);
  site.restart();
  ObjectPlan plan;
  plan.pixels = 2000;
  const auto refused = bring(site.spool(), plan);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::storage);
  CHECK(refused.error().code == EFBIG);
  CHECK(site.files().empty());
  CHECK(bring(site.spool(), ObjectPlan{}));
}

TEST_CASE("an object begun on one day and committed on the next lies under the next", "[spool]") {
  SpoolSite site;
  REQUIRE(bring(site.spool(), ObjectPlan{}));
  site.clock.set_day("2026-03-06");
  ObjectPlan other;
  other.instance += ".2";
  REQUIRE(bring(site.spool(), other));
  CHECK(site.rows().at(1).spool_path.starts_with("objects/2026-03-06/"));
  CHECK(site.files().size() == 2);
}

TEST_CASE("a harvest that expects an instance is credited in the same commit", "[spool]") {
  SpoolSite site;
  const ObjectPlan plan;
  const auto expected = site.writer().run([&](database::Connection& connection) {
    const auto node = database::ledger::node(connection, "main-pacs");
    const auto harvest = database::ledger::begin_harvest(connection, {node, "{}", "key", 1, site.clock.now()});
    expect(connection, harvest, plan);
  });
  REQUIRE(expected);
  REQUIRE(bring(site.spool(), plan));
  CHECK(site.value("SELECT state FROM expected_instance") == "received");
  CHECK(site.value("SELECT object_id FROM expected_instance") == std::to_string(site.rows().at(0).id));
}

namespace {

/// An object that a node sends on request.
Result<database::inbox::Inserted> send_requested(SpoolSite& site, const ObjectPlan& plan) {
  auto bytes = object(plan);
  auto incoming = site.spool().begin(meta_of(plan));
  REQUIRE(incoming);
  REQUIRE((*incoming)->write(std::as_bytes(std::span(bytes))));
  REQUIRE((*incoming)->finish());
  const auto scanned = (*incoming)->scan();
  REQUIRE(scanned);
  auto arrival = pushed();
  arrival.way_in = "harvest";
  return site.spool().commit(std::move(*incoming), *scanned, arrival);
}

HeldInstances held(SpoolSite& site, const ObjectPlan& plan) {
  return *site.writer().run(
      [&](database::Connection& c) { return database::ledger::held_instances(c, {SopInstanceUid(plan.instance)}); });
}

}  // namespace

TEST_CASE("what a test of a node asks for is kept, not imported, and not held: a harvest fetches it again", "[spool]") {
  SpoolSite site;
  const ObjectPlan plan;
  auto trial = GENERATE(true, false) ? std::make_shared<spool::Trial>(SopInstanceUid(plan.instance))
                                     : std::make_shared<spool::Trial>(SeriesUid(plan.series));
  site.spool().trials().add(trial);
  const auto tested = send_requested(site, plan);
  REQUIRE(tested);
  CHECK(tested->state == IntakeState::ignored);
  CHECK(tested->reason == IntakeReason::node_test);
  CHECK(trial->arrivals().size() == 1);
  CHECK(site.rows().at(0).reason == "node_test");
  CHECK(site.files().size() == 1);
  CHECK(held(site, plan).held.empty());
  CHECK_FALSE(*site.writer().run(
      [&](database::Connection& c) { return database::ledger::knows_study(c, StudyUid(plan.study)); }));
  trial.reset();
  const auto harvested = send_requested(site, plan);
  REQUIRE(harvested);
  CHECK(harvested->reason == IntakeReason::none);
  CHECK(site.rows().at(1).state == "received");
  CHECK(held(site, plan).held.size() == 1);
}

TEST_CASE("a push during a test of a node is imported, and so is an object that a harvest waits for", "[spool]") {
  SpoolSite site;
  const ObjectPlan plan;
  const auto trial = std::make_shared<spool::Trial>(SopInstanceUid(plan.instance));
  site.spool().trials().add(trial);
  SECTION("pushed") {
    REQUIRE(bring(site.spool(), plan));
    CHECK(trial->arrivals().empty());
    CHECK(site.rows().at(0).state == "received");
    CHECK(send_requested(site, plan)->reason == IntakeReason::node_test);  // held already: nothing changes
    CHECK(held(site, plan).held.size() == 1);
  }
  SECTION("another object") {
    auto other = plan;
    other.instance += ".2";
    CHECK(send_requested(site, other)->reason == IntakeReason::none);
  }
  SECTION("waited for") {
    REQUIRE(site.writer().run([&](database::Connection& connection) {
      const auto node = database::ledger::node(connection, "main-pacs");
      const auto harvest = database::ledger::begin_harvest(connection, {node, "{}", "key", 1, site.clock.now()});
      expect(connection, harvest, plan);
    }));
    CHECK(send_requested(site, plan)->reason == IntakeReason::none);
    CHECK(trial->arrivals().size() == 1);
    CHECK(site.rows().at(0).state == "received");
    CHECK(site.value("SELECT state FROM expected_instance") == "received");
  }
}

TEST_CASE("the names of all folders of a spool are brought to the disk, its own among them", "[spool]") {
  struct Listening final : spool::FileSystem {
    Status sync_folder(const std::filesystem::path& folder) override {
      synced.insert(folder.string());
      return FileSystem::sync_folder(folder);
    }
    std::set<std::string> synced{};
  };
  Listening files;
  SpoolSite site(files);
  CHECK(files.synced == std::set<std::string>{site.folder().parent_path().string(), site.folder().string()});
  files.synced.clear();
  const ObjectPlan plan;
  REQUIRE(bring(site.spool(), object(plan), meta_of(plan)));
  const auto objects = site.folder() / "objects";
  CHECK(files.synced == std::set<std::string>{objects.string(), (objects / "2026-03-05").string()});
}

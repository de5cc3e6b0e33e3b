// What becomes of spool copies once their import is committed, and when a crash comes between.

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "harvester/database/data_directory.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/intake/prepare.hpp"
#include "harvester/intake/worker.hpp"
#include "support/arrivals.hpp"
#include "support/faulty_files.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

/// The process dies at the first file that it is to delete.
class DyingFiles final : public spool::FileSystem {
 public:
  struct Death {};
  Status remove(const std::filesystem::path&) override { throw Death{}; }
};

/// A spool whose objects are imported as the test says.
class Site {
 public:
  std::string bring(const std::string& instance) {
    ObjectPlan plan;
    plan.instance = instance;
    REQUIRE(tests::bring(spool_.spool(), plan));
    return spool_.rows().back().spool_path;
  }

  /// Imports what is there: `state`, and whether the files go.
  Result<int> import(const std::string& state, bool deleted, spool::FileSystem& files = spool::real_file_system()) {
    auto connection = *database::Connection::open(spool_.database_file(), database::Access::read_write);
    const auto prepare = [&](const database::intake_queue::Claimed& object, const std::string&) {
      intake::Imported imported;
      imported.ended = {object.id, state, state == "failed" ? "empty_report" : "", "", "ct_rdsr", deleted};
      return imported;
    };
    const auto generation = *spool_.writer().run(
        [&](database::Connection& c) { return database::ledger::take_ownership(c, 1, "test", spool_.clock.now()); });
    const database::DataPaths paths{spool_.database_file().parent_path()};
    return intake::import_batch(connection, {paths, {generation, 1}, 8, &files}, prepare, spool_.clock);
  }

  [[nodiscard]] SpoolSite& spool() { return spool_; }
  [[nodiscard]] std::string doomed() const { return spool_.value("SELECT count(*) FROM doomed_file"); }

 private:
  SpoolSite spool_;
};

intake::KeepPolicy policy() {
  intake::KeepPolicy policy;
  policy.deleted_kinds = {ObjectKind::ct_rdsr};
  policy.of_nodes["a"] = {{ObjectKind::mg_image, true}};
  policy.of_nodes["b"] = {{ObjectKind::ct_rdsr, false}};
  return policy;
}

}  // namespace

TEST_CASE("keep: a spool copy that is not kept is gone after its import, and its row names it no more", "[keep]") {
  Site site;
  site.bring("2.999.1");
  REQUIRE(site.import("imported", true).value_or(0) == 1);
  CHECK(site.spool().files("objects").empty());
  CHECK_FALSE(site.spool().rows().at(0).has_path);
  CHECK(site.doomed() == "0");
}

TEST_CASE("keep: a spool copy that is kept stays", "[keep]") {
  Site site;
  const auto path = site.bring("2.999.1");
  REQUIRE(site.import("imported", false).value_or(0) == 1);
  CHECK(site.spool().files("objects") == std::vector{path});
  CHECK(site.spool().rows().at(0).spool_path == path);
}

TEST_CASE("keep: after a crash between the commit and the deletion the next start deletes what should be gone",
          "[keep]") {
  Site site;
  const auto path = site.bring("2.999.1");
  site.spool().clock.advance(std::chrono::hours(24 * 5));  // days that recovery does not go through any more
  site.spool().restart();
  DyingFiles dying;
  CHECK_THROWS_AS(site.import("imported", true, dying), DyingFiles::Death);
  CHECK(site.spool().rows().at(0).state == "imported");
  CHECK(site.spool().files("objects") == std::vector{path});
  site.spool().restart();
  CHECK(site.spool().files("objects").empty());
  CHECK(site.doomed() == "0");
}

TEST_CASE("keep: a file that cannot be deleted costs nothing but itself, and goes at the next start", "[keep]") {
  Site site;
  const auto path = site.bring("2.999.1");
  FaultyFiles faulty;
  faulty.fail(DiskCall::remove, 1, EIO);
  CHECK(site.import("imported", true, faulty).value_or(0) == 1);
  CHECK(site.spool().files("objects") == std::vector{path});
  CHECK(site.doomed() == "1");
  site.spool().restart();
  CHECK(site.spool().files("objects").empty());
}

TEST_CASE("keep: a deletion that is not durable is not forgotten", "[keep]") {
  Site site;
  site.bring("2.999.1");
  FaultyFiles faulty;
  faulty.fail(DiskCall::sync_folder, 1, EIO);
  CHECK(site.import("imported", true, faulty).value_or(0) == 1);
  CHECK(site.doomed() == "1");
  site.spool().restart();
  CHECK(site.doomed() == "0");
}

TEST_CASE("keep: the commit that a deletion follows is flushed before it", "[keep]") {
  // neither claim nor import of a kept file is: the flush is for the deletion
  class Watching final : public spool::FileSystem {
   public:
    explicit Watching(const SpoolSite& site) : site_(site) {}
    Status remove(const std::filesystem::path& file) override {
      state = site_.rows().at(0).state;
      return FileSystem::remove(file);
    }
    std::string state;

   private:
    const SpoolSite& site_;
  };
  Site site;
  site.bring("2.999.1");
  Watching watching(site.spool());
  int synchronous = 0;
  auto connection = *database::Connection::open(site.spool().database_file(), database::Access::read_write);
  const auto prepare = [&](const database::intake_queue::Claimed& object, const std::string&) {
    intake::Imported imported;
    imported.ended = {object.id, "imported", "", "", "ct_rdsr", true};
    imported.write = [&](database::Connection& c, database::intake_queue::Ended&) {
      auto& select = c.prepare("PRAGMA synchronous");
      select.executeStep();
      synchronous = select.getColumn(0).getInt();
    };
    return imported;
  };
  const auto generation = *site.spool().writer().run(
      [&](database::Connection& c) { return database::ledger::take_ownership(c, 1, "test", Instant{}); });
  const database::DataPaths paths{site.spool().database_file().parent_path()};
  REQUIRE(intake::import_batch(connection, {paths, {generation, 1}, 8, &watching}, prepare, site.spool().clock));
  CHECK(synchronous == 2);  // FULL
  CHECK(watching.state == "imported");
}

TEST_CASE("keep: a profile overrides the site for what its harvests expected, and any one that keeps is enough",
          "[keep]") {
  const auto rules = policy();
  CHECK(rules.deletes(ObjectKind::ct_rdsr, {}));
  CHECK_FALSE(rules.deletes(ObjectKind::mg_image, {}));
  CHECK(rules.deletes(ObjectKind::mg_image, {"a"}));
  CHECK(rules.deletes(ObjectKind::ct_rdsr, {"a"}));
  CHECK_FALSE(rules.deletes(ObjectKind::ct_rdsr, {"b"}));
  CHECK_FALSE(rules.deletes(ObjectKind::ct_rdsr, {"a", "b"}));
  CHECK_FALSE(rules.deletes(ObjectKind::mg_image, {"a", "c"}));
}

TEST_CASE("keep: what failed stays, whatever the rule", "[keep]") {
  SpoolSite site;
  intake::Settings settings;
  settings.keep.deleted_kinds = {ObjectKind::not_dicom, ObjectKind::other};
  std::ofstream(site / "text") << "hello";
  const auto prepared =
      intake::make_prepare(settings, site.clock)({{1}, "import", "text", {}}, (site / "text").string());
  CHECK(prepared.ended.state == "failed");
  CHECK_FALSE(prepared.ended.file_deleted);
}

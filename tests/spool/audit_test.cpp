#include "harvester/spool/audit.hpp"

#include <catch2/catch.hpp>

#include "harvester/database/doomed_files.hpp"
#include "support/arrivals.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

spool::Audit audit(SpoolSite& site, Instant now = SystemClock().now() + std::chrono::hours(1)) {
  return *site.writer().run([&](database::Connection& c) { return spool::audit(c, site.folder(), now); });
}

}  // namespace

TEST_CASE("audit: a spool that fits its rows has nothing to tell", "[spool]") {
  SpoolSite site;
  REQUIRE(bring(site.spool(), ObjectPlan{}));
  const auto found = audit(site);
  CHECK(found.files == 1);
  CHECK(found.all_missing + found.all_without_row + found.to_be_deleted == 0);
}

TEST_CASE("audit: a row whose file is gone and a file that no row names are found", "[spool]") {
  SpoolSite site;
  REQUIRE(bring(site.spool(), ObjectPlan{}));
  const auto path = site.rows().at(0).spool_path;
  std::filesystem::rename(site.folder() / path, site.folder() / (path + ".away"));
  const auto found = audit(site);
  CHECK(found.missing == std::vector{ObjectId{site.rows().at(0).id}});
  CHECK(found.without_row == std::vector{path + ".away"});
  CHECK(audit(site, SystemClock().now()).without_row.empty());  // it may be on its way in
}

TEST_CASE("audit: a file whose deletion is committed is no fault", "[spool]") {
  SpoolSite site;
  REQUIRE(bring(site.spool(), ObjectPlan{}));
  const ObjectId id{site.rows().at(0).id};
  REQUIRE(site.writer().run([&](database::Connection& c) { database::doomed_files::doom(c, id); }));
  const auto found = audit(site);
  CHECK(found.to_be_deleted == 1);
  CHECK(found.all_without_row == 0);
  REQUIRE(site.spool().delete_doomed());
  CHECK(audit(site).to_be_deleted == 0);
  CHECK(site.files("objects").empty());
}

TEST_CASE("audit: many faults are counted and a few named", "[spool]") {
  SpoolSite site;
  for (int n = 0; n < 50; ++n) std::ofstream(site.folder() / ("objects/" + std::to_string(n) + ".dcm")) << "x";
  const auto found = audit(site);
  CHECK(found.all_without_row == 50);
  CHECK(found.without_row.size() == spool::kMostNamed);
}

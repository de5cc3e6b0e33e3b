// What a harvest had to give up is tried again by the following ones.

#include "support/harvest_fixture.hpp"

using namespace harvester;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;

namespace {

Quirks sending_nothing() {
  Quirks quirks;
  REQUIRE(set_quirk(quirks, "fail_every=1"));
  return quirks;
}

void run_sql(HarvestFixture& fixture, const std::string& sql) {
  REQUIRE(fixture.writer->run([&](database::Connection& c) { c.run(sql.c_str()); }));
}

/// A harvest of the next day, in which the archive has nothing.
void next_night(HarvestFixture& fixture) {
  fixture.request.from = fixture.request.until = next_day(fixture.request.until);
}

}  // namespace

TEST_CASE("harvest: a study that was given up is tried again the next night, though its day is not asked for",
          "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr, ct_rdsr}), sending_nothing());
  fixture.setup.attempts = 1;
  CHECK(fixture.run().outcome.summary.missing == 2);
  next_night(fixture);
  CHECK(fixture.run().outcome.summary.missing == 2);
  CHECK(fixture.value("SELECT max(carried) FROM candidate_study") == "1");
  fixture.pacs->set_quirks({});
  next_night(fixture);
  const auto third = fixture.run();
  CHECK(third.outcome.state == HarvestState::complete);
  CHECK(third.outcome.summary.fetched == 2);
  CHECK(fixture.absent() == std::set<std::string>{});
  next_night(fixture);
  CHECK(fixture.run().outcome.summary.studies == 0);
}

TEST_CASE("harvest: a study whose questions failed is asked about again the next night", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr}));
  fixture.setup.attempts = 1;
  fixture.begin();
  run_sql(fixture,
          "INSERT INTO candidate_study (harvest_id, study_uid, study_date, modalities, verdict, reason) VALUES (1, '" +
              fixture.plans[0].uid + "', '20200101', 'CT', 'failed', 'query_failed')");
  run_sql(fixture, "UPDATE harvest SET state = 'incomplete', ended_at = '2999-01-01'");
  next_night(fixture);
  const auto ran = fixture.run();
  CHECK_FALSE(ran.begun.continued);
  CHECK(ran.outcome.summary.fetched == 1);
}

TEST_CASE("harvest: what came meanwhile by another way, is old, or of another modality is not carried on",
          "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr}), sending_nothing());
  fixture.setup.attempts = 1;
  fixture.run();
  SECTION("another modality") { fixture.request.modalities = {"MG"}; }
  SECTION("old") { run_sql(fixture, "UPDATE harvest SET ended_at = '2020-01-01'"); }
  SECTION("carried for long") { run_sql(fixture, "UPDATE candidate_study SET carried = 10"); }
  next_night(fixture);
  CHECK(fixture.run().outcome.summary.studies == 0);
}

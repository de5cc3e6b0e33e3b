#include "support/harvest_fixture.hpp"

using namespace harvester;
using namespace harvester::harvest;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;

namespace {

using Faults = std::vector<std::string>;

const std::vector<Scenario> kCtCases = {ct_rdsr,
                                        ct_rdsr_and_findings,
                                        ct_mixed_sr_series,
                                        ct_cumulative,
                                        ct_newest_empty,
                                        ct_repeated,
                                        ct_enhanced_sr,
                                        ct_philips_dose_info,
                                        ct_no_dose,
                                        ct_findings_only,
                                        pet_ct,
                                        mg_rdsr,
                                        rf_rdsr,
                                        sr_only};

/// The same date, so many days later.
CivilDate day(int offset) { return plus_days(kHarvestDay, offset); }

std::string instance(const StudyPlan& plan, std::size_t series, std::size_t number) {
  return plan.series.at(series).instances.at(number).uid;
}

}  // namespace

TEST_CASE("harvest: a typical archive ends complete and equal to the truth", "[harvest][net]") {
  HarvestFixture fixture(studies_of(kCtCases));
  const auto ran = fixture.run();
  CHECK_FALSE(ran.begun.continued);
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(ran.exit_code == 0);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.sent_unwanted().empty());
  for (const auto& [uid, times] : fixture.sent()) CHECK(times == 1);
  CHECK(ran.outcome.summary.fetched == static_cast<std::int64_t>(fixture.wanted().size()));
  CHECK(ran.outcome.summary.found() == ran.outcome.summary.fetched);
}

TEST_CASE("harvest: what was fetched is not fetched again, unless it is asked for", "[harvest][net]") {
  HarvestFixture fixture(studies_of(kCtCases));
  const auto first = fixture.run();
  REQUIRE(first.outcome.state == HarvestState::complete);
  fixture.pacs->log().clear();

  SECTION("a second run holds everything and moves nothing") {
    const auto second = fixture.run();
    CHECK(second.begun.id != first.begun.id);
    CHECK(second.outcome.state == HarvestState::complete);
    CHECK(fixture.moves().empty());
    CHECK(second.outcome.summary.fetched == 0);
    CHECK(second.outcome.summary.held == first.outcome.summary.fetched);
    for (const auto& [uid, verdict] : fixture.verdicts()) CHECK_THAT(verdict, Catch::StartsWith("skip("));
    CHECK(fixture.verdicts()[fixture.plans[0].uid] == "skip(all_held)");
  }
  SECTION("refetch moves all of it again and imports none of it twice") {
    fixture.request.refetch = true;
    const auto again = fixture.run();
    CHECK(again.outcome.state == HarvestState::complete);
    CHECK(again.outcome.summary.fetched == first.outcome.summary.fetched);
    CHECK(fixture.sent().size() == fixture.wanted().size());
    CHECK(fixture.faults() == Faults{});
  }
}

TEST_CASE("harvest: several days are asked day by day, others not", "[harvest][net]") {
  auto plans = studies_of({ct_rdsr, ct_enhanced_sr});
  for (const int offset : {-1, 1, 2, 3})
    for (auto& plan : studies_of({ct_rdsr, ct_no_dose}, day(offset), 10 * (offset + 2))) plans.push_back(plan);
  HarvestFixture fixture(plans);
  fixture.request.until = day(2);

  SECTION("one day a window") {
    CHECK(fixture.run().outcome.state == HarvestState::complete);
    CHECK(fixture.finds("STUDY").size() == 3);
  }
  SECTION("a window of several days") {
    fixture.setup.window_days = 2;
    CHECK(fixture.run().outcome.state == HarvestState::complete);
    CHECK(fixture.finds("STUDY").size() == 2);
  }
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.sent_unwanted().empty());
  CHECK(fixture.verdicts().size() == 6);
}

TEST_CASE("harvest: a limit on studies ends incomplete, and the next one goes on from there", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr, ct_rdsr, ct_rdsr, ct_rdsr, ct_rdsr}));
  fixture.request.max_studies = 2;
  const auto first = fixture.run();
  CHECK(first.outcome.state == HarvestState::incomplete);
  CHECK(first.exit_code == 3);
  CHECK(first.outcome.summary.fetched == 2);
  CHECK(first.outcome.summary.studies_undecided == 3);

  const auto second = fixture.run();
  CHECK(second.begun.continued);
  CHECK(second.begun.id == first.begun.id);
  CHECK(second.outcome.summary.fetched == 4);

  fixture.request.max_studies = 0;
  const auto last = fixture.run();
  CHECK(last.begun.continued);
  CHECK(last.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  for (const auto& [uid, times] : fixture.sent()) CHECK(times == 1);
  CHECK(fixture.finds("STUDY").size() == 1);
}

TEST_CASE("harvest: a day without studies is complete, with nothing found", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr}));
  fixture.request.from = fixture.request.until = day(7);
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(ran.outcome.summary.studies == 0);
  CHECK(ran.outcome.summary.found() == 0);
  CHECK(fixture.moves().empty());
}

TEST_CASE("harvest: a report without content ends failed, and the harvest says so", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr, ct_broken_sr}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.exit_code == 3);
  CHECK(ran.outcome.summary.failed == 1);
  CHECK(ran.outcome.summary.fetched == 1);
  CHECK(ran.outcome.summary.fetched_by_outcome.at("failed(empty_report)") == 1);
}

TEST_CASE("harvest: of several SOP classes in one SR series only the dose report is moved, at image level",
          "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_mixed_sr_series}));
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  REQUIRE(fixture.moves().size() == 1);
  CHECK(fixture.moves()[0].level == "IMAGE");
  CHECK(fixture.sent().size() == 1);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("harvest: of a series that is held in part the rest is moved, at image level", "[harvest][net]") {
  const auto grown = studies_of({ct_repeated});
  auto earlier = grown;
  earlier[0].series.back().instances.pop_back();
  HarvestFixture fixture(earlier);
  REQUIRE(fixture.run().outcome.summary.fetched == 1);

  PacsOptions options;
  options.destinations["HARVESTER"] = {"127.0.0.1", fixture.store->port()};
  auto later = SimulatedPacs::open(options, make_archive(grown));
  REQUIRE(later);
  fixture.pacs = std::move(*later);
  fixture.plans = grown;
  fixture.setup.find_peer.port = fixture.setup.move_peer.port = fixture.pacs->port();
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(ran.outcome.summary.held == 1);
  CHECK(ran.outcome.summary.fetched == 1);
  REQUIRE(fixture.moves().size() == 1);
  CHECK(fixture.moves()[0].level == "IMAGE");
  CHECK(fixture.sent().count(instance(grown[0], 2, 1)) == 1);
  CHECK(fixture.absent().empty());
}

TEST_CASE("harvest: descriptions and stations that are not wanted are skipped with that reason", "[harvest][net]") {
  auto plans = studies_of({ct_rdsr, ct_rdsr, ct_rdsr});
  plans[0].description = "CT Head QA phantom";
  plans[1].description = "CT Head";
  plans[2].description = "CT Thorax";
  plans[1].equipment.station = "CTWARD2";
  plans[2].equipment.station = "CTWARD3";
  Quirks quirks;
  quirks.ignore_text_keys = GENERATE(false, true);
  HarvestFixture fixture(plans, quirks);

  fixture.setup.rules.study_description.exclude = {"phantom"};
  fixture.setup.rules.station_name.include = {"ward3"};
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  const auto verdicts = fixture.verdicts();
  CHECK(verdicts.at(plans[0].uid) == "skip(description_filtered)");
  CHECK(verdicts.at(plans[1].uid) == "skip(station_filtered)");
  CHECK(verdicts.at(plans[2].uid) == "retrieve(dose_report)");
  CHECK(fixture.sent().size() == 1);
}

TEST_CASE("harvest: the ledger keeps accession numbers only as the site wants", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr, ct_no_dose}));
  fixture.keep_accession = [](const std::string& number) { return "H" + std::to_string(number.size()); };
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.rows("SELECT DISTINCT accession_number FROM candidate_study") ==
        std::vector<std::vector<std::string>>{{"H11"}});
}

TEST_CASE("harvest: progress tells of windows, studies and requests, and ends where the summary does",
          "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr, ct_rdsr, ct_no_dose}));
  Progress last;
  fixture.on_progress = [&](const Progress& progress) { last = progress; };
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(last.windows_open == 0);
  CHECK(last.studies_found == 3);
  CHECK(last.studies_decided == 3);
  CHECK(last.requests_planned == 2);
  CHECK(last.requests_ended == 2);
}

#include "support/harvest_fixture.hpp"

using namespace harvester;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;

/// One harvest for each group of modalities over an archive of every case.

namespace {

using Names = std::vector<std::string>;
using Faults = std::vector<std::string>;

/// One study of each case, a report that cannot be imported left out.
std::vector<Scenario> all_cases() {
  std::vector<Scenario> all;
  for (auto scenario = ct_rdsr; scenario <= last; scenario = static_cast<Scenario>(static_cast<int>(scenario) + 1))
    if (scenario != ct_broken_sr) all.push_back(scenario);
  return all;
}

const StudyPlan& plan_of(const HarvestFixture& fixture, Scenario scenario) {
  for (const auto& plan : fixture.plans)
    if (plan.story == to_string(scenario)) return plan;
  throw std::runtime_error("no such study");
}

std::string verdict_on(HarvestFixture& fixture, Scenario scenario) {
  const auto all = fixture.verdicts();
  const auto found = all.find(plan_of(fixture, scenario).uid);
  return found == all.end() ? "not found" : found->second;
}

/// Harvests twice: the ledger is the truth, nothing else was sent, and the second night fetches nothing.
void check_both_nights(HarvestFixture& fixture) {
  const auto first = fixture.run();
  CHECK(first.outcome.state == HarvestState::complete);
  CHECK(first.exit_code == 0);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.absent() == std::set<std::string>{});
  CHECK(fixture.sent_unwanted() == std::set<std::string>{});
  for (const auto& [uid, times] : fixture.sent()) CHECK(times == 1);
  const auto fetched = first.outcome.summary.fetched;
  CHECK(fetched == static_cast<std::int64_t>(fixture.wanted().size()));
  CHECK(fetched > 0);
  fixture.pacs->log().clear();
  const auto second = fixture.run();
  CHECK(second.outcome.state == HarvestState::complete);
  CHECK(fixture.moves().empty());
  CHECK(second.outcome.summary.held == fetched);
}

}  // namespace

TEST_CASE("groups: a harvest of each group over an archive of every case is the truth, and the next fetches nothing",
          "[harvest][net]") {
  const auto modalities = GENERATE(Names{"CT"}, Names{"MG"}, Names{"DX", "CR", "PX"}, Names{"CR"}, Names{"RF", "XA"},
                                   Names{"XA"}, Names{"NM", "PT"}, Names{"PT"}, Names{"SR"}, Names{"CT", "PT"},
                                   Names{"CT", "MG", "DX", "CR", "PX", "RF", "XA", "NM", "PT", "SR"});
  HarvestFixture fixture(studies_of(all_cases()));
  fixture.request.modalities = modalities;
  INFO(modalities.front() << " and " << modalities.size() - 1 << " more");
  check_both_nights(fixture);
}

TEST_CASE("groups: with the Toshiba option a CT study without report gives its screens and first images",
          "[harvest][net]") {
  HarvestFixture fixture(studies_of(all_cases()));
  fixture.request.selection.toshiba = true;
  check_both_nights(fixture);
  CHECK(verdict_on(fixture, ct_dose_screen) == "skip(all_held)");
}

TEST_CASE("groups: every case is skipped or fetched under its own reason", "[harvest][net]") {
  HarvestFixture fixture(studies_of(all_cases()));
  fixture.request.modalities = {"CT", "MG", "DX", "CR", "PX", "RF", "XA", "NM", "PT"};
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(verdict_on(fixture, ct_sr_under_ct) == "retrieve(dose_report)");
  CHECK(verdict_on(fixture, ct_sr_under_ot) == "retrieve(dose_report)");
  CHECK(verdict_on(fixture, ct_undescribed) == "retrieve(small_series)");
  CHECK(verdict_on(fixture, ct_patient_dose) == "retrieve(patient_dose_report)");
  CHECK(verdict_on(fixture, mg_findings) == "retrieve(images)");
  CHECK(verdict_on(fixture, rf_enhanced_sr) == "retrieve(enhanced_sr)");
  CHECK(verdict_on(fixture, xa_enhanced_rdsr) == "retrieve(dose_report)");
  CHECK(verdict_on(fixture, xa_no_dose) == "skip(no_usable_sr)");
  CHECK(verdict_on(fixture, ct_no_dose) == "skip(nothing_usable)");
  CHECK(verdict_on(fixture, nm_images) == "retrieve(images)");
  CHECK(verdict_on(fixture, sr_only) == "not found");
}

TEST_CASE("groups: a harvest of reports alone skips studies with more, at study level", "[harvest][net]") {
  HarvestFixture fixture(studies_of({sr_only, sr_only_findings, ct_rdsr}));
  fixture.request.modalities = {"SR"};
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(verdict_on(fixture, sr_only) == "retrieve(dose_report)");
  CHECK(verdict_on(fixture, sr_only_findings) == "skip(nothing_usable)");
  CHECK(verdict_on(fixture, ct_rdsr) == "skip(not_sr_only)");
  CHECK(fixture.finds("SERIES").size() == 2);
}

TEST_CASE("groups: a known study is left at once if the profile says so", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr, mg_images}));
  fixture.request.modalities = {"CT", "MG"};
  fixture.setup.rules.skip_known = select::SkipKnown::study;
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  fixture.pacs->log().clear();
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.finds("SERIES").empty());
  CHECK(verdict_on(fixture, ct_rdsr) == "skip(study_known)");
}

TEST_CASE("groups: SOP classes of the study spare the questions about one that holds no dose", "[harvest][net]") {
  HarvestFixture fixture(studies_of(all_cases()));
  fixture.request.modalities = {"CT", "RF", "XA"};
  fixture.setup.style.sop_classes_in_study = true;
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.sent_unwanted().empty());
  CHECK(verdict_on(fixture, xa_no_dose) == "skip(no_dose_classes)");
  CHECK(verdict_on(fixture, ct_no_dose) == "skip(no_dose_classes)");
  CHECK(verdict_on(fixture, ct_findings_only) == "skip(no_dose_classes)");
  CHECK(verdict_on(fixture, ct_philips_dose_info) == "retrieve(philips_dose_info)");
  CHECK(verdict_on(fixture, ct_sr_under_ct) == "retrieve(dose_report)");
}

TEST_CASE("groups: a node that takes no relational query is asked series by series, and told so once",
          "[harvest][net]") {
  Quirks quirks;
  quirks.relational = Relational::refused;
  HarvestFixture fixture(studies_of({ct_rdsr, ct_enhanced_sr, ct_mixed_sr_series, ct_no_dose}), quirks);
  fixture.setup.style.relational = true;
  fixture.setup.associations = 2;
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.sent_unwanted().empty());
  CHECK(fixture.finds("SERIES").size() == 4);
}

TEST_CASE("groups: a node that tells one of several modalities loses no group, though it answers relational queries",
          "[harvest][net]") {
  Quirks quirks;
  quirks.modalities_single = true;
  quirks.sop_class_matched = false;
  HarvestFixture fixture(studies_of({pet_ct, ct_rdsr}), quirks);
  fixture.setup.style.relational = true;
  fixture.request.modalities = {"CT", "NM", "PT"};
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("groups: station names are judged at study level if this run wants it so", "[harvest][net]") {
  auto plans = studies_of({ct_rdsr, ct_rdsr});
  plans[0].equipment.station = "WARD3";
  HarvestFixture fixture(plans);
  fixture.request.selection.exclude_station = {"ward"};
  fixture.request.selection.station_at_study_level = true;
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.verdicts().at(plans[0].uid) == "skip(station_filtered)");
  CHECK(fixture.finds("SERIES").size() == 1);
}

TEST_CASE("groups: institutions are filtered by what the study level answers", "[harvest][net]") {
  auto plans = studies_of({ct_rdsr, ct_rdsr});
  plans[0].equipment.institution = "Elsewhere";
  HarvestFixture fixture(plans);
  fixture.setup.rules.institution_name.exclude = {"elsewhere"};
  fixture.setup.style.institution_at_study = true;
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.verdicts().at(plans[0].uid) == "skip(institution_filtered)");
  CHECK(fixture.verdicts().at(plans[1].uid) == "retrieve(dose_report)");
}

TEST_CASE("groups: the first image is found whatever its number, and no other is fetched", "[harvest][net]") {
  Quirks quirks;
  REQUIRE(set_quirk(quirks, GENERATE("first_instance_number=1", "first_instance_number=0", "first_instance_number=7",
                                     "numbers=missing", "numbers=odd")));
  auto plans = studies_of({pet_images, nm_images, pet_ct});
  expect_number_one(plans, quirks);
  HarvestFixture fixture(std::move(plans), quirks);
  fixture.request.modalities = {"NM", "PT"};
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.sent_unwanted().empty());
}

TEST_CASE("groups: a series of more objects than the profile allows is skipped and says so", "[harvest][net]") {
  HarvestFixture fixture(studies_of({mg_images, pet_images}));
  fixture.request.modalities = {"MG", "PT"};
  fixture.setup.rules.images["PT"] = select::ImageRule::all;
  fixture.setup.rules.max_objects_per_series = 1;
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(verdict_on(fixture, mg_images) == "retrieve(images)");  // a view a series
  CHECK(verdict_on(fixture, pet_images) == "skip(too_many_objects)");
}

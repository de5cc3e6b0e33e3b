#include "builders.hpp"

using namespace harvester;
using namespace harvester::select;
using namespace harvester::tests;

TEST_CASE("a dose report is fetched whole and everything else of the study is left, each with its reason", "[select]") {
  const auto decision = decide(study({kImages, kReport, kEnhanced, kRadiologist}), {}, {});
  CHECK(decision.study.verdict == Verdict{Action::retrieve, Reason::dose_report});
  REQUIRE(decision.requests.size() == 1);
  CHECK(decision.requests[0].series.str() == "rdsr");
  CHECK(decision.requests[0].level == MoveLevel::series);
  CHECK(find(decision, "img").verdict == Verdict{Action::skip, Reason::images_not_needed});
  CHECK(find(decision, "esr").verdict == Verdict{Action::skip, Reason::better_source_in_study});
  CHECK(find(decision, "text").verdict == Verdict{Action::skip, Reason::not_a_dose_report});
}

TEST_CASE("without a dose report the Enhanced SR is fetched", "[select]") {
  const auto decision = decide(study({kImages, kEnhanced, kRadiologist}), {}, {});
  CHECK(decision.study.verdict == Verdict{Action::retrieve, Reason::enhanced_sr});
  REQUIRE(decision.requests.size() == 1);
  CHECK(decision.requests[0].series.str() == "esr");
}

TEST_CASE("without any report a series described as dose info is fetched, in any case of letters", "[select]") {
  auto dose_info = described(series("info", "CT"), "CT DOSE Info 1");
  auto found = study({kImages, dose_info, kRadiologist});
  CHECK(looks(found, {}) == Uids{"info:all"});
  const auto decision = decide(found, {}, {});
  CHECK(decision.study.verdict == Verdict{Action::retrieve, Reason::philips_dose_info});
  REQUIRE(decision.requests.size() == 1);
  CHECK_FALSE(decision.requests[0].contents_known);
}

TEST_CASE("a series with reports of several classes is moved at image level", "[select]") {
  const auto mixed =
      series("sr", "SR", {instance("r1", sop_class::kXRayRadiationDoseSr), instance("t1", sop_class::kBasicTextSr)});
  const auto decision = decide(study({kImages, mixed}), {}, {});
  REQUIRE(decision.requests.size() == 1);
  CHECK(decision.requests[0].level == MoveLevel::image);
  CHECK(decision.requests[0].instances == std::vector<SopInstanceUid>{SopInstanceUid("r1")});
}

TEST_CASE("a study that yields nothing is skipped and says so", "[select]") {
  CHECK(decide(study({kImages, kRadiologist}), {}, {}).study.verdict == Verdict{Action::skip, Reason::nothing_usable});
  CHECK(decide(study({}), {}, {}).study.verdict == Verdict{Action::skip, Reason::empty_study});
}

TEST_CASE("what is held is not fetched again, what is new of the same series is", "[select]") {
  const auto cumulative = series(
      "sr", "SR", {instance("r1", sop_class::kXRayRadiationDoseSr), instance("r2", sop_class::kXRayRadiationDoseSr)});
  const auto all = study({kImages, cumulative});
  const auto part = decide(all, {}, {{SopInstanceUid("r1")}, {}});
  REQUIRE(part.requests.size() == 1);
  CHECK(part.requests[0].level == MoveLevel::image);
  CHECK(part.requests[0].instances == std::vector<SopInstanceUid>{SopInstanceUid("r2")});
  const auto none = decide(all, {}, {{SopInstanceUid("r1"), SopInstanceUid("r2")}, {}});
  CHECK(none.requests.empty());
  CHECK(none.study.verdict == Verdict{Action::skip, Reason::all_held});
  Rules refetch;
  refetch.refetch = true;
  CHECK(decide(all, refetch, {{SopInstanceUid("r1"), SopInstanceUid("r2")}, {}}).requests.size() == 1);
}

TEST_CASE("what was set aside for its content is neither asked for again nor taken for held", "[select]") {
  const auto all = study({kImages, kReport});
  const HeldInstances known{{}, {SopInstanceUid("r1")}};
  CHECK(decide(all, {}, known).study.verdict == Verdict{Action::skip, Reason::set_aside});
  CHECK(decide(all, {}, known).requests.empty());
  Rules refetch;
  refetch.refetch = true;
  CHECK(decide(all, refetch, known).requests.size() == 1);
}

TEST_CASE("a held dose report still outranks an Enhanced SR that is not held", "[select]") {
  CHECK(decide(study({kReport, kEnhanced}), {}, {{SopInstanceUid("r1")}, {}}).study.verdict ==
        Verdict{Action::skip, Reason::all_held});
}

TEST_CASE("an SR series that shows nothing at image level is taken for a report unless the profile says no",
          "[select]") {
  auto empty = series("sr", "SR");
  CHECK(looks(study({kImages, empty}), {}) == Uids{"sr:all"});
  empty.asked = Asked::all;
  const auto taken = decide(study({kImages, empty}), {}, {});
  CHECK(taken.study.verdict == Verdict{Action::retrieve, Reason::unverified_sr});
  REQUIRE(taken.requests.size() == 1);
  CHECK_FALSE(taken.requests[0].contents_known);
  Rules strict;
  strict.empty_sr_is_report = false;
  const auto left = decide(study({kImages, empty}), strict, {});
  CHECK(left.requests.empty());
  CHECK(find(left, "sr").verdict == Verdict{Action::skip, Reason::empty_sr_series});
}

TEST_CASE("an SR whose class the node does not tell is decided on arrival", "[select]") {
  const auto decision = decide(study({kImages, series("sr", "SR", {instance("u1", "")})}), {}, {});
  REQUIRE(decision.requests.size() == 1);
  CHECK(decision.study.verdict.reason == Reason::unverified_sr);
  CHECK(decision.requests[0].contents_known);
}

TEST_CASE("a series without modality may hold a report", "[select]") {
  const auto unknown = series("x", "");
  CHECK(looks(study({kImages, unknown}), {}) == Uids{"x:all"});
  const auto decision =
      decide(study({kImages, series("x", "", {instance("r1", sop_class::kXRayRadiationDoseSr)})}), {}, {});
  CHECK(decision.study.verdict.reason == Reason::dose_report);
}

TEST_CASE("a series under a modality that says little may hold a report", "[select]") {
  CHECK(looks(study({kImages, series("x", "OT")}), {}) == Uids{"x:all"});
  CHECK(series_to_look_into(study({kImages, series("x", "MR"), series("y", "KO")}), {}).empty());
}

TEST_CASE("a small series of which the node tells neither modality nor class is decided on arrival", "[select]") {
  const auto small = series("x", "", {instance("r1", "")});
  CHECK(find(decide(study({kImages, small}), {}, {}), "x").verdict.reason == Reason::unverified_sr);
  auto large = small;
  for (int n = 0; n < 5; ++n) large.instances.push_back(instance("i" + std::to_string(n), ""));
  CHECK(decide(study({kImages, large}), {}, {}).requests.empty());

  auto silent = series("x", "");
  CHECK(decide(study({kImages, silent}), {}, {}).requests.empty());  // not asked yet
  silent.asked = Asked::all;
  CHECK(find(decide(study({kImages, silent}), {}, {}), "x").verdict.reason == Reason::unverified_sr);
  silent.instance_count = 300;
  CHECK(decide(study({kImages, silent}), {}, {}).requests.empty());
}

TEST_CASE("an SR series that shows nothing is held once as many came as the node counts", "[select]") {
  const auto silent = asked(counted(series("1.2.1", "SR"), 2));
  HeldInstances known;
  known.study = true;
  known.in_series[SeriesUid("1.2.1")] = 1;
  CHECK(decide(study({silent}), {}, known).requests.size() == 1);
  known.in_series[SeriesUid("1.2.1")] = 2;
  const auto held = decide(study({silent}), {}, known);
  CHECK(held.requests.empty());
  CHECK(held.study.series[0].verdict.reason == Reason::already_held);
  Rules again;
  again.refetch = true;
  CHECK(decide(study({silent}), again, known).requests.size() == 1);
  const auto uncounted = asked(series("1.2.1", "SR"));
  CHECK(decide(study({uncounted}), {}, known).requests.size() == 1);
}

TEST_CASE("what the node has elsewhere is asked for last", "[select]") {
  for (const auto* where : {"OFFLINE", "NEARLINE", "UNAVAILABLE"}) {
    auto report = asked(series("1.2.1", "SR", {instance("1.2.1.1", sop_class::kXRayRadiationDoseSr)}));
    report.availability = where;
    const auto decision = decide(study({report}), {}, {});
    REQUIRE(decision.requests.size() == 1);
    CHECK(decision.requests[0].parked);
  }
  const auto here =
      decide(study({series("1.2.1", "SR", {instance("1.2.1.1", sop_class::kXRayRadiationDoseSr)})}), {}, {});
  CHECK_FALSE(here.requests.at(0).parked);
}

TEST_CASE("a series of unknown modality that alone of its study shows nothing may hold a report", "[select]") {
  auto silent = series("x", "");
  silent.asked = Asked::all;
  silent.instance_count = 300;
  const auto images = series("i", "", {instance("i1", sop_class::kCtImage)});
  CHECK(find(decide(study({images, silent}), {}, {}), "x").verdict.reason == Reason::unverified_sr);
}

TEST_CASE("studies without a wanted modality are skipped, also when only their series tell", "[select]") {
  CHECK(judge_study(study({}, {"MR"}), {}) == Verdict{Action::skip, Reason::modality_not_wanted});
  CHECK(judge_study(study({}, {}), {}).action == Action::undecided);
  const auto decision = decide(study({series("m", "MR"), kReport}, {}), {}, {});
  CHECK(decision.study.verdict == Verdict{Action::skip, Reason::modality_not_wanted});
  CHECK(decision.requests.empty());
}

TEST_CASE("filters are substrings without regard to case, exclude wins and absent values pass", "[select]") {
  const TextFilter filter{{"thorax", "abdo*n"}, {"test"}};
  CHECK(passes(filter, "CT Thorax nativ"));
  CHECK(passes(filter, "ABDOMEN"));
  CHECK_FALSE(passes(filter, "Thorax TEST"));
  CHECK_FALSE(passes(filter, "Skull"));
  CHECK(passes(filter, ""));
}

TEST_CASE("station names are filtered at the level the profile names, never at both", "[select]") {
  Rules rules;
  rules.station_name.exclude = {"ward"};
  auto there = study({kReport});
  there.station_name = "WARD3";
  CHECK(judge_study(there, rules).action == Action::undecided);
  there.series[0].station_name = "WARD3";
  CHECK(decide(there, rules, {}).study.verdict == Verdict{Action::skip, Reason::station_filtered});
  rules.station_at_study_level = true;
  CHECK(judge_study(there, rules) == Verdict{Action::skip, Reason::station_filtered});
}

TEST_CASE("once a report is known no further series is looked into", "[select]") {
  CHECK(series_to_look_into(study({kImages, kReport, described(series("info", "CT"), "Dose Info")}), {}).empty());
}

#include "builders.hpp"

using namespace harvester;
using namespace harvester::select;
using namespace harvester::tests;

/// What is held, what the profile says, and what nodes with odd habits make of it.

// ── held ────────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("rule 17: images are compared by instance, the rest of a series is moved at image level", "[select]") {
  const auto rules = wanting({"MG"});
  CHECK(fetched(study({mammograms("a", 3)}, {"MG"}), rules, held({"a-2"})) == Uids{"a/a-1", "a/a-3"});
  CHECK(verdict(study({mammograms("a")}, {"MG"}), rules, held({"a-1", "a-2"})) == Reason::all_held);
  const auto pet = listed("p", "PT", sop_class::kPetImage, 3);
  CHECK(verdict(study({pet}, {"PT"}), wanting({"PT"}), held({"p-1"})) == Reason::all_held);
  CHECK(verdict(study({listed("s", "CT", sop_class::kSecondaryCapture, 2)}), toshiba(), held({"s-1", "s-2"})) ==
        Reason::all_held);
}

TEST_CASE("rule 17: series of a known study that cannot be compared are skipped, SRs are not", "[select]") {
  Rules rules;
  rules.image_level = false;
  const auto info = described(counted(series("info", "CT"), 1), "Dose Info");
  HeldInstances known;
  CHECK(fetched(study({info}), rules, known) == Uids{"info"});
  known.study = true;
  CHECK(verdict(study({info}), rules, known) == Reason::study_known);
  CHECK(fetched(study({info, series("sr", "SR")}), rules, known) == Uids{"sr"});
  rules.refetch = true;
  CHECK(fetched(study({info}), rules, known) == Uids{"info"});
}

TEST_CASE("rule 17: what the profile says of known studies", "[select]") {
  const auto all = study({kImages, kReport, kRadiologist});
  Rules rules;
  rules.skip_known = SkipKnown::study;
  CHECK(leaves_known_study(rules, held({})));
  CHECK_FALSE(leaves_known_study(rules, {}));
  CHECK(verdict(all, rules, held({})) == Reason::study_known);
  CHECK(verdict(all, rules) == Reason::dose_report);
  rules.refetch = true;
  CHECK_FALSE(leaves_known_study(rules, held({})));
  Rules never;
  never.skip_known = SkipKnown::never;
  CHECK(fetched(all, never, held({"r1"})) == Uids{"rdsr"});
  CHECK(verdict(all, {}, held({"r1"})) == Reason::all_held);
}

TEST_CASE("rule 18: a cumulative report that is new is fetched while older ones are held", "[select]") {
  const auto report = [](const char* uid) { return instance(uid, sop_class::kXRayRadiationDoseSr); };
  const auto apart = study({kImages, series("a", "SR", {report("1")}), series("b", "SR", {report("2")})});
  CHECK(fetched(apart, {}, held({"1"})) == Uids{"b"});
  CHECK(fetched(study({kImages, series("a", "SR", {report("1"), report("2")})}), {}, held({"1"})) == Uids{"a/2"});
}

// ── what the profile says ───────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("image rules: all, one a series, none", "[select]") {
  auto rules = wanting({"MG", "NM", "PT", "CT"});
  const auto all = study({mammograms("m", 3)}, {"MG"});
  rules.images["MG"] = ImageRule::one_per_series;
  CHECK(fetched(all, rules) == Uids{"m/m-1"});
  for (const auto rule : {ImageRule::none, ImageRule::dose_info_only}) {
    rules.images["MG"] = rule;
    CHECK(verdict(all, rules) == Reason::nothing_usable);
    CHECK(looks(study({counted(series("m", "MG"), 300)}, {"MG"}), rules).empty());
  }
  rules.images["NM"] = rules.images["PT"] = rules.images["CT"] = ImageRule::all;
  CHECK(fetched(study({listed("n", "NM", sop_class::kNmImage, 2)}, {"NM"}), rules) == Uids{"n"});
  CHECK(fetched(study({listed("p", "PT", sop_class::kPetImage, 2)}, {"PT"}), rules) == Uids{"p"});
  CHECK(fetched(study({described(listed("c", "CT", sop_class::kCtImage, 9), "x")}), rules) == Uids{"c"});
  rules.images["CT"] = ImageRule::none;
  CHECK(fetched(study({described(listed("i", "CT", sop_class::kSecondaryCapture, 1), "Dose Info")}), rules).empty());
}

TEST_CASE("sources are used in the order of preference, and not at all where they are not named", "[select]") {
  using enum Preference;
  Rules rules;
  const auto info = described(listed("info", "CT", sop_class::kSecondaryCapture, 1), "Dose Info");
  const auto all = study({kImages, info, kReport, kEnhanced});
  rules.prefer = {enhanced_sr, rdsr};
  CHECK(fetched(all, rules) == Uids{"esr"});
  rules.prefer = {philips_dose_info, rdsr};
  CHECK(fetched(all, rules) == Uids{"info"});
  rules.prefer = {images};
  CHECK(fetched(all, rules).empty());
  auto mg = wanting({"MG"});
  mg.prefer = {images, rdsr};
  CHECK(fetched(study({mammograms("m"), kReport}, {"MG"}), mg) == Uids{"m"});
  mg.prefer = {rdsr};
  CHECK(fetched(study({mammograms("m")}, {"MG"}), mg).empty());
}

TEST_CASE("a series of which too much would be fetched is skipped whole, with a reason of its own", "[select]") {
  auto rules = wanting({"MG"});
  rules.max_objects_per_series = 2;
  const auto decision = decide(study({mammograms("a", 3), mammograms("b", 2)}, {"MG"}), rules, {});
  CHECK(fetched(decision) == Uids{"b"});
  CHECK(find(decision, "a").verdict == Verdict{Action::skip, Reason::too_many_objects});
  CHECK(find(decision, "a").instances[0].verdict == Verdict{Action::skip, Reason::too_many_objects});
  CHECK(verdict(study({mammograms("a", 3)}, {"MG"}), rules) == Reason::too_many_objects);
  CHECK(fetched(study({mammograms("a", 3)}, {"MG"}), rules, held({"a-1"})) == Uids{"a/a-2", "a/a-3"});
  CHECK(verdict(study({counted(asked(series("a", "MG")), 3)}, {"MG"}), rules) == Reason::too_many_objects);
}

TEST_CASE("images of which the node lists none are moved as a series", "[select]") {
  const auto decision = decide(study({asked(series("m", "MG"))}, {"MG"}), wanting({"MG"}), {});
  CHECK(fetched(decision) == Uids{"m"});
  CHECK_FALSE(decision.requests.at(0).contents_known);
}

// ── odd nodes ───────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("where the node tells no modality, classes tell what is an image of a group", "[select]") {
  const auto images = listed("x", "", sop_class::kMgForPresentation, 8);
  CHECK(fetched(study({images}, {"MG"}), wanting({"MG"})) == Uids{"x"});
  CHECK(fetched(study({images}, {}), wanting({"MG"})) == Uids{"x"});
  CHECK(verdict(study({images}, {}), wanting({"CT"})) == Reason::modality_not_wanted);
}

TEST_CASE("a series described like a dose info may hold a report if its modality does not say images", "[select]") {
  const auto odd = described(series("x", "DOC"), "Radiation Dose Information");
  CHECK(looks(study({counted(series("run", "XA"), 99), odd}, {"XA"}), wanting({"XA"})) == Uids{"x:all"});
  auto silent = asked(odd);
  CHECK(fetched(study({silent}, {"XA"}), wanting({"XA"})) == Uids{"x"});
}

TEST_CASE("looks end: each asks for more of a series than the one before", "[select]") {
  auto rules = wanting({"CT", "MG", "DX", "XA", "PT", "NM", "SR"});
  rules.images["CT"] = GENERATE(ImageRule::one_per_series, ImageRule::all, ImageRule::dose_info_only);
  const auto* uid = GENERATE("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.88.67", "");
  const int answers = GENERATE(0, 1, 9);
  std::vector<CandidateSeries> all;
  for (const auto* modality : {"CT", "MG", "XA", "PT", "NM", "SR", "OT", ""}) all.push_back(series(modality, modality));
  auto found = study(all, {});
  int rounds = 0;
  for (auto next = series_to_look_into(found, rules); !next.empty(); next = series_to_look_into(found, rules)) {
    REQUIRE(++rounds < 10);
    for (const auto& look : next)
      for (auto& each : found.series) {
        if (each.uid != look.series) continue;
        const bool one = look.depth == Depth::first_image;
        const int shown = one ? std::min(answers, 1) : look.depth == Depth::few ? std::min(answers, 6) : answers;
        each.instances = listed(each.uid.str(), each.modality, uid, shown).instances;
        each.asked = one ? Asked::first_image : shown == 6 ? Asked::part : Asked::all;
      }
  }
}

// ── relational queries ──────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("a study is decided by its reports where no group would look at anything else", "[select]") {
  const auto only = [](CandidateSeries each) { return asked(std::move(each), Asked::reports); };
  CHECK(reports_suffice(study({only(kReport)}, {"CT", "SR"}), {}));
  CHECK(reports_suffice(study({only(kEnhanced)}, {"CT"}), {}));
  CHECK(reports_suffice(study({only(kReport)}, {"MG"}), wanting({"MG"})));
  CHECK_FALSE(reports_suffice(study({only(kEnhanced)}, {"MG"}), wanting({"MG"})));  // the images are its source
  CHECK_FALSE(reports_suffice(study({only(kPatientDose)}, {"CT"}), {}));            // there may be a dose info
  CHECK_FALSE(reports_suffice(study({only(kRadiopharmaceutical)}, {"PT"}), wanting({"PT"})));  // PET images, too
  CHECK_FALSE(reports_suffice(study({only(kReport)}, {}), {}));
  CHECK_FALSE(reports_suffice(study({}, {"CT"}), {}));
  CHECK_FALSE(reports_suffice(study({only(kReport)}, {"CT", "MG"}), wanting({"MR"})));
}

TEST_CASE("of a series of which only the reports are known, only they are moved", "[select]") {
  const auto known = asked(kReport, Asked::reports);
  CHECK(fetched(study({known}), {}) == Uids{"rdsr/r1"});
  CHECK(looks(study({known}), {}).empty());
}

#include "builders.hpp"

using namespace harvester;
using namespace harvester::select;
using namespace harvester::tests;

/// The rules of the selection, one test each; rules on windows and unions of answers are tested in query and harvest.

// ── study level ─────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("rule 2: modalities that are not told are rebuilt from the series, and kept with the study", "[select]") {
  const auto decision = decide(study({kImages, kReport}, {}), {}, {});
  CHECK(decision.study.modalities == Uids{"CT", "SR"});
  CHECK(decision.study.verdict.reason == Reason::dose_report);
}

TEST_CASE("rule 2: a modality that only a series tells counts, too", "[select]") {
  CHECK(verdict(study({kImages, kReport}, {"SR"}), wanting({"CT"})) == Reason::dose_report);
}

TEST_CASE("rule 3: a harvest of reports alone keeps studies of reports alone", "[select]") {
  const auto rules = wanting({"SR"});
  CHECK(judge_study(study({}, {"SR"}), rules).action == Action::undecided);
  CHECK(judge_study(study({}, {}), rules).action == Action::undecided);
  CHECK(judge_study(study({}, {"CT", "SR"}), rules) == Verdict{Action::skip, Reason::not_sr_only});
  CHECK(judge_study(study({}, {"MR"}), rules) == Verdict{Action::skip, Reason::modality_not_wanted});
  CHECK(verdict(study({kImages, kReport}, {}), rules) == Reason::not_sr_only);      // known by its series
  CHECK(verdict(study({kImages, kReport}, {"SR"}), rules) == Reason::not_sr_only);  // told one modality only
  CHECK(verdict(study({kReport}, {"SR"}), rules) == Reason::dose_report);
}

TEST_CASE("rule 4: descriptions are filtered at study level, exclude wins, an absent one passes", "[select]") {
  Rules rules;
  rules.study_description = {{"thorax"}, {"phantom"}};
  auto found = study({});
  CHECK(judge_study(found, rules).action == Action::undecided);
  found.description = "CT THORAX phantom";
  CHECK(judge_study(found, rules) == Verdict{Action::skip, Reason::description_filtered});
  found.description = "CT Thorax";
  CHECK(judge_study(found, rules).action == Action::undecided);
}

TEST_CASE("rule 5: a study without a wanted modality is skipped once its series are known", "[select]") {
  CHECK(verdict(study({mammograms("m")}, {}), {}) == Reason::modality_not_wanted);
}

TEST_CASE("SOP classes of a study that rule out every source spare all further questions", "[select]") {
  const auto told = [](std::vector<std::string_view> classes, Uids modalities) {
    auto made = study({}, std::move(modalities));
    for (const auto uid : classes) made.sop_classes.emplace_back(std::string(uid));
    return made;
  };
  using namespace sop_class;
  const auto skipped = Verdict{Action::skip, Reason::no_dose_classes};
  CHECK(judge_study(told({kCtImage, kBasicTextSr}, {"CT"}), {}) == skipped);
  CHECK(judge_study(told({kCtImage, kEnhancedSr}, {"CT"}), {}).action == Action::undecided);
  CHECK(judge_study(told({kCtImage, kSecondaryCapture}, {"CT"}), {}).action == Action::undecided);  // a dose info?
  CHECK(judge_study(told({kCtImage}, {"CT"}), toshiba()).action == Action::undecided);
  CHECK(judge_study(told({kXaImage, kSecondaryCapture}, {"XA"}), wanting({"XA"})) == skipped);
  CHECK(judge_study(told({kMgForPresentation}, {"MG"}), wanting({"MG"})).action == Action::undecided);
  CHECK(judge_study(told({kKeyObjectSelection}, {"MG"}), wanting({"MG"})) == skipped);
  CHECK(judge_study(told({}, {"XA"}), wanting({"XA"})).action == Action::undecided);
  CHECK(judge_study(told({kXaImage, kCtImage, kXRayRadiationDoseSr}, {"XA", "CT"}), wanting({"XA"})).action ==
        Action::undecided);
}

// ── series level ────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("rule 6: series of other stations are skipped, and what they hold counts for nothing", "[select]") {
  Rules rules;
  rules.station_name.exclude = {"ward"};
  auto elsewhere = kReport;
  elsewhere.station_name = "WARD2";
  CHECK(fetched(study({kImages, elsewhere, kEnhanced}), rules) == Uids{"esr"});
  auto images = kImages;
  images.station_name = "WARD2";
  CHECK(verdict(study({images, elsewhere}), rules) == Reason::station_filtered);
}

TEST_CASE("rule 7: CT and PET of one study are decided apart, each object is fetched once", "[select]") {
  const auto pet = listed("pet", "PT", sop_class::kPetImage, 3);
  const auto both = study({kImages, pet, kReport, kRadiopharmaceutical}, {"CT", "PT", "SR"});
  CHECK(fetched(both, wanting({"CT"})) == Uids{"rdsr"});
  CHECK(fetched(both, wanting({"PT"})) == Uids{"pet/pet-1", "rrdsr"});
  CHECK(fetched(both, wanting({"CT", "PT"})) == Uids{"pet/pet-1", "rdsr", "rrdsr"});
  const auto silent = asked(series("sr", "SR"));
  CHECK(fetched(study({kImages, pet, silent}, {"CT", "PT"}), wanting({"CT", "PT"})) == Uids{"pet/pet-1", "sr"});
  CHECK(find(decide(both, wanting({"CT"}), {}), "pet").verdict.reason == Reason::other_modality);
}

// ── which SR ────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("rule 8: SR series are asked for all of their instances, image series are not", "[select]") {
  CHECK(looks(study({kImages, series("a", "SR"), series("b", "SR")}), {}) == Uids{"a:all", "b:all"});
}

TEST_CASE("rule 8: an Enhanced X-Ray Radiation Dose SR is a dose report", "[select]") {
  const auto enhanced = series("x", "SR", {instance("x1", sop_class::kEnhancedXRayRadiationDoseSr)});
  CHECK(fetched(study({kImages, enhanced, kEnhanced}), {}) == Uids{"x"});
  CHECK(fetched(study({enhanced}, {"XA"}), wanting({"XA"})) == Uids{"x"});
}

TEST_CASE("rule 8: a radiopharmaceutical report is a dose report of nuclear medicine alone", "[select]") {
  CHECK(fetched(study({kRadiopharmaceutical}, {"NM"}), wanting({"NM"})) == Uids{"rrdsr"});
  CHECK(fetched(study({kImages, kRadiopharmaceutical}), {}).empty());
}

TEST_CASE("rule 8: a Patient Radiation Dose SR is fetched where it is the only one", "[select]") {
  CHECK(fetched(study({kImages, kPatientDose, kReport}), {}) == Uids{"rdsr"});
  CHECK(fetched(study({kImages, kPatientDose, kEnhanced}), {}) == Uids{"esr"});
  const auto decision = decide(study({kImages, kPatientDose, kRadiologist}), {}, {});
  CHECK(fetched(decision) == Uids{"pdsr"});
  CHECK(decision.study.verdict.reason == Reason::patient_dose_report);
  CHECK(fetched(study({kPatientDose}, {"RF"}), wanting({"RF"})) == Uids{"pdsr"});
}

TEST_CASE("rule 8: of a series with several Enhanced SRs and texts only the Enhanced SRs are moved", "[select]") {
  const auto mixed = series("sr", "SR",
                            {instance("t", sop_class::kBasicTextSr), instance("e1", sop_class::kEnhancedSr),
                             instance("e2", sop_class::kEnhancedSr)});
  CHECK(fetched(study({kImages, mixed}), {}) == Uids{"sr/e1", "sr/e2"});
}

TEST_CASE("rule 9: an empty SR series is taken for a report in every group, if the profile says so", "[select]") {
  const auto [modality, wanted] = GENERATE(table<std::string, std::string>(
      {{"CT", "CT"}, {"MG", "MG"}, {"DX", "DX"}, {"XA", "XA"}, {"NM", "NM"}, {"SR", "SR"}}));
  const auto silent = asked(series("sr", "SR"));
  auto rules = wanting({wanted});
  CHECK(fetched(study({silent}, {modality}), rules) == Uids{"sr"});
  rules.empty_sr_is_report = false;
  const auto left = decide(study({silent}, {modality}), rules, {});
  CHECK(fetched(left).empty());
  CHECK(find(left, "sr").verdict.reason == Reason::empty_sr_series);
}

TEST_CASE("rule 9: an SR that may be none is no reason to leave the images", "[select]") {
  const auto silent = asked(series("sr", "SR"));
  const auto decision = decide(study({mammograms("mg"), silent}, {"MG"}), wanting({"MG"}), {});
  CHECK(fetched(decision) == Uids{"mg", "sr"});
  CHECK(find(decision, "sr").verdict.reason == Reason::unverified_sr);
}

TEST_CASE("Q16: a report under the modality of the images is found where it is cheap to find", "[select]") {
  const auto small = counted(described(series("small", "CT"), "Report"), 1);
  CHECK(looks(study({kImages, small, kRadiologist}), {}) == Uids{"small:few"});
  CHECK(looks(study({kImages, small, kReport}), {}).empty());
  CHECK(looks(study({kImages, small, asked(series("sr", "SR"))}), {}).empty());  // that may be it
  const auto report = described(series("small", "CT", {instance("r", sop_class::kXRayRadiationDoseSr)}), "Report");
  CHECK(fetched(study({kImages, report}), {}) == Uids{"small"});

  auto uncounted = kImages;
  uncounted.instance_count.reset();
  CHECK(looks(study({uncounted}), {}) == Uids{"img:first"});
  auto seen = asked(uncounted, Asked::first_image);
  seen.instances = {instance("i1", sop_class::kCtImage)};
  CHECK(looks(study({seen}), {}).empty());
  seen.instances = {instance("r1", sop_class::kXRayRadiationDoseSr)};
  CHECK(looks(study({seen}), {}) == Uids{"img:all"});

  std::vector<CandidateSeries> many;
  for (int n = 0; n < 30; ++n) many.push_back(counted(series(std::to_string(n), "XA"), 1));
  CHECK(looks(study(many, {"XA"}), wanting({"XA"})).empty());
}

// ── per group ───────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("rule 10: of mammography the dose report alone, else all images and no SR", "[select]") {
  const auto rules = wanting({"MG"});
  const auto told = study({mammograms("a"), mammograms("b"), kReport, kRadiologist}, {"MG", "SR"});
  CHECK(fetched(told, rules) == Uids{"rdsr"});
  CHECK(find(decide(told, rules, {}), "a").verdict.reason == Reason::better_source_in_study);
  const auto images = decide(study({mammograms("a"), mammograms("b"), kEnhanced, kRadiologist}, {"MG"}), rules, {});
  CHECK(fetched(images) == Uids{"a", "b"});
  CHECK(images.study.verdict.reason == Reason::images);
  CHECK(find(images, "esr").verdict.reason == Reason::not_a_dose_report);
}

TEST_CASE("rules 10, 17: images are asked for at image level only once no report was found", "[select]") {
  const auto rules = wanting({"MG"});
  CHECK(looks(study({series("a", "MG"), series("sr", "SR")}, {"MG"}), rules) == Uids{"sr:all"});
  CHECK(looks(study({series("a", "MG"), kReport}, {"MG"}), rules).empty());
  CHECK(looks(study({series("a", "MG"), kRadiologist}, {"MG"}), rules) == Uids{"a:all"});
}

TEST_CASE("rule 11: radiography as mammography, whichever of its modalities", "[select]") {
  const auto [modality, uid] = GENERATE(table<std::string, std::string_view>(
      {{"DX", sop_class::kDxForPresentation}, {"CR", sop_class::kCrImage}, {"PX", sop_class::kPxForPresentation}}));
  const auto images = listed("img", modality, uid, 2);
  CHECK(fetched(study({images, kReport}, {modality}), wanting(kRadiography)) == Uids{"rdsr"});
  CHECK(fetched(study({images, kEnhanced}, {modality}), wanting(kRadiography)) == Uids{"img"});
  CHECK(fetched(study({images}, {modality}), wanting({modality})) == Uids{"img"});
}

TEST_CASE("rule 11: all images of a study of several modalities of the group", "[select]") {
  const auto dx = listed("dx", "DX", sop_class::kDxForPresentation, 1);
  const auto cr = listed("cr", "CR", sop_class::kCrImage, 1);
  CHECK(fetched(study({dx, cr}, {"DX", "CR"}), wanting({"DX"})) == Uids{"dx", "cr"});
}

TEST_CASE("rule 12: of fluoroscopy a report, or nothing and that is said", "[select]") {
  const auto run = counted(listed("run", "XA", sop_class::kXaImage, 3), 3);
  const auto rules = wanting(kFluoroscopy);
  CHECK(fetched(study({run, kReport, kEnhanced}, {"XA"}), rules) == Uids{"rdsr"});
  CHECK(fetched(study({run, kEnhanced}, {"XA"}), rules) == Uids{"esr"});
  const auto nothing = decide(study({run, kRadiologist}, {"XA"}), rules, {});
  CHECK(fetched(nothing).empty());
  CHECK(nothing.study.verdict == Verdict{Action::skip, Reason::no_usable_sr});
  CHECK(find(nothing, "run").verdict.reason == Reason::images_not_needed);
}

TEST_CASE("rule 13: dose report, Enhanced SR, dose info, in this order", "[select]") {
  const auto info = described(listed("info", "CT", sop_class::kSecondaryCapture, 2), "DOSE info");
  CHECK(fetched(study({kImages, info, kEnhanced, kReport}), {}) == Uids{"rdsr"});
  CHECK(fetched(study({kImages, info, kEnhanced}), {}) == Uids{"esr"});
  CHECK(fetched(study({kImages, info, kRadiologist}), {}) == Uids{"info"});
}

TEST_CASE("rule 13: with the Toshiba option secondary captures whole, of other series the first image", "[select]") {
  const auto screens = described(listed("screens", "CT", sop_class::kSecondaryCapture, 3), "Summary");
  const auto slices = described(listed("slices", "CT", sop_class::kCtImage, 4), "Thorax");
  const auto all = study({screens, slices, kRadiologist});
  const auto decision = decide(all, toshiba(), {});
  CHECK(fetched(decision) == Uids{"screens", "slices/slices-1"});
  CHECK(decision.study.verdict.reason == Reason::toshiba_dose_screen);
  CHECK(fetched(all, {}).empty());
  CHECK(fetched(study({screens, slices, kReport}), toshiba()) == Uids{"rdsr"});
  CHECK(fetched(study({screens, described(slices, "Dose Info")}), toshiba()) == Uids{"slices"});
}

TEST_CASE("rule 13: the Toshiba option asks one image of a series, and all of it if that is a screen", "[select]") {
  CHECK(looks(study({kImages}), toshiba()) == Uids{"img:first"});
  auto seen = asked(kImages, Asked::first_image);
  seen.instances = {instance("i", sop_class::kCtImage)};
  CHECK(looks(study({seen}), toshiba()).empty());
  CHECK(fetched(study({seen}), toshiba()) == Uids{"img/i"});
  seen.instances = {instance("s", sop_class::kSecondaryCapture)};
  CHECK(looks(study({seen}), toshiba()) == Uids{"img:all"});
}

TEST_CASE("rule 13: where nothing is described small series are fetched, one of them may be the dose info",
          "[select]") {
  const auto small = counted(series("small", "CT"), 5);
  const auto large = counted(series("large", "CT"), 6);
  CHECK(looks(study({small, large}), {}) == Uids{"small:few"});
  const auto decision = decide(study({listed("small", "CT", sop_class::kSecondaryCapture, 5), large}), {}, {});
  CHECK(fetched(decision) == Uids{"small"});
  CHECK(decision.study.verdict.reason == Reason::small_series);
  CHECK(fetched(study({listed("small", "CT", sop_class::kSecondaryCapture, 5), kImages}), {})
            .empty());                                                                           // one is described
  CHECK(fetched(study({listed("topogram", "CT", sop_class::kCtImage, 1), large}), {}).empty());  // no dose info
  CHECK(fetched(study({listed("untold", "CT", "", 1), large}), {}) == Uids{"untold"});
  Rules no_images;
  no_images.image_level = false;
  CHECK(fetched(study({small, large}), no_images) == Uids{"small"});
}

TEST_CASE("rule 13: a series whose size nobody tells is small once it was looked into and is", "[select]") {
  const auto unknown = series("x", "CT");
  CHECK(looks(study({unknown}), {}) == Uids{"x:first"});  // first for a report, with one question
  auto seen = asked(unknown, Asked::first_image);
  seen.instances = {instance("x-1", sop_class::kSecondaryCapture)};
  CHECK(looks(study({seen}), {}) == Uids{"x:few"});
  auto cut = listed("x", "CT", sop_class::kCtImage, 6);
  cut.asked = Asked::part;
  CHECK(looks(study({cut}), {}).empty());
  CHECK(fetched(study({cut}), {}).empty());
}

TEST_CASE("rule 13: a CT study with none of it is skipped as nothing usable", "[select]") {
  CHECK(verdict(study({kImages, kRadiologist}), {}) == Reason::nothing_usable);
}

TEST_CASE("rule 14: radiopharmaceutical report and one PET image a series, NM only if neither is there", "[select]") {
  const auto rules = wanting(kNuclear);
  const auto pet = [](const char* uid) { return listed(uid, "PT", sop_class::kPetImage, 4); };
  const auto nm = [](const char* uid) { return listed(uid, "NM", sop_class::kNmImage, 2); };
  CHECK(fetched(study({pet("a"), pet("b"), kRadiopharmaceutical}, {"PT"}), rules) == Uids{"a/a-1", "b/b-1", "rrdsr"});
  CHECK(fetched(study({pet("a"), nm("n")}, {"PT", "NM"}), rules) == Uids{"a/a-1"});
  CHECK(fetched(study({nm("n"), kRadiopharmaceutical}, {"NM"}), rules) == Uids{"rrdsr"});
  CHECK(fetched(study({nm("n"), nm("m"), kRadiologist}, {"NM"}), rules) == Uids{"n/n-1"});
  CHECK(fetched(study({nm("n"), kReport}, {"NM"}), rules) == Uids{"n/n-1"});  // an X-ray report is not its own
}

TEST_CASE("rule 14: what nuclear medicine asks for", "[select]") {
  const auto rules = wanting(kNuclear);
  CHECK(looks(study({series("p", "PT"), series("sr", "SR")}, {"PT"}), rules) == Uids{"sr:all", "p:first"});
  CHECK(looks(study({series("n", "NM"), series("m", "NM")}, {"NM"}), rules) == Uids{"n:first"});
  const auto empty = asked(series("n", "NM"), Asked::first_image);
  CHECK(looks(study({empty, series("m", "NM")}, {"NM"}), rules) == Uids{"m:first"});
}

TEST_CASE("rule 15: of reports alone a dose report or an Enhanced SR, others are skipped", "[select]") {
  const auto rules = wanting({"SR"});
  CHECK(fetched(study({kReport, kEnhanced, kRadiologist}, {"SR"}), rules) == Uids{"rdsr"});
  CHECK(fetched(study({kEnhanced, kRadiologist}, {"SR"}), rules) == Uids{"esr"});
  CHECK(fetched(study({kReport, kRadiopharmaceutical}, {"SR"}), rules) == Uids{"rdsr", "rrdsr"});
  CHECK(verdict(study({kRadiologist}, {"SR"}), rules) == Reason::nothing_usable);
}

TEST_CASE("rule 16: number 1 is the first image, else 0, else the lowest, else the first that came", "[select]") {
  const auto rules = wanting({"PT"});
  const auto first = [&](std::vector<std::optional<int>> numbers) {
    std::vector<CandidateInstance> all;
    for (const auto& number : numbers)
      all.push_back(instance("p" + std::to_string(all.size()), sop_class::kPetImage, number));
    return fetched(study({series("s", "PT", all)}, {"PT"}), rules).at(0);
  };
  CHECK(first({3, 1, 0}) == "s/p1");
  CHECK(first({3, 0, 2}) == "s/p1");
  CHECK(first({7, 9, 4}) == "s/p2");
  CHECK(first({std::nullopt, 9, 4}) == "s/p2");
  CHECK(first({std::nullopt, std::nullopt}) == "s/p0");
}

TEST_CASE("rule 16: one image would do, but the node lists none", "[select]") {
  const auto large = counted(asked(series("p", "PT"), Asked::first_image), 300);
  const auto decision = decide(study({large}, {"PT"}), wanting({"PT"}), {});
  CHECK(fetched(decision).empty());
  CHECK(find(decision, "p").verdict.reason == Reason::first_not_listed);
  CHECK(fetched(study({counted(large, 3)}, {"PT"}), wanting({"PT"})) == Uids{"p"});  // few enough to take all
}

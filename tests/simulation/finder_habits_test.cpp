#include "finder_fixture.hpp"

// What a query matches and how it is answered, switch by switch.

namespace harvester::simulation {
namespace {

Quirks with(const std::vector<std::string>& assignments) {
  Quirks quirks;
  for (const auto& assignment : assignments) REQUIRE(set_quirk(quirks, assignment));
  return quirks;
}

Attributes added(Attributes keys, dicom::Tag key, const std::string& value) {
  keys.set(key, value);
  return keys;
}

/// The text of an attribute as an answer would be sent.
std::string sent(const Answer& answer, const Quirks& quirks, const DcmTagKey& key) {
  OFString text;
  answer_data_set(answer, quirks, true)->findAndGetOFStringArray(key, text);
  return text.c_str();
}

/// Studies without a date, without a time, without both, and one with a fraction of a second.
const Archives& gaps() {
  static const Archives kGaps = [] {
    std::vector<StudyPlan> plans;
    for (int index = 0; index < 4; ++index) {
      StudyOptions options;
      options.index = index;
      options.date = kDay;
      options.study_date = index != 0 && index != 2;
      options.study_time = index != 1 && index != 2;
      options.fractional_time = index == 3;
      plans.push_back(make_study(Scenario::ct_rdsr, options));
    }
    return Archives{make_archive(plans)};
  }();
  return kGaps;
}

std::set<std::string> among_gaps(const Attributes& keys, const Quirks& quirks = {}) {
  std::set<std::string> uids;
  Finder(gaps(), quirks, keys, {}).run([&](const Answer& answer) {
    return uids.insert(answer.attributes.text(tag::kStudyInstanceUid)), true;
  });
  return uids;
}

}  // namespace

TEST_CASE("Q1: a study query by Modality is ignored, matched, empty or refused") {
  const auto keys = added(study_keys("20260305"), tag::kModality, "MG");
  CHECK(find(keys).answers.size() == 3);
  CHECK(find(keys, with({"modality_at_study=matched"})).all(tag::kStudyInstanceUid) == std::set{plans()[3].uid});
  CHECK(find(keys, with({"modality_at_study=nothing"})).answers.empty());
  CHECK(find(keys, with({"modality_at_study=refused"})).status == 0xA900);
  CHECK(find(study_keys("20260305"), with({"modality_at_study=refused"})).answers.size() == 3);
}

TEST_CASE("Q1: a query that names a modality finds nothing, one that does not finds all") {
  CHECK(find(study_keys("20260305", "CT"), with({"modalities=nothing"})).answers.empty());
  CHECK(find(study_keys("20260305"), with({"modalities=nothing"})).answers.size() == 3);
}

TEST_CASE("Q1: of the modalities of a study one is told, and all are matched") {
  const auto found = find(study_keys("20260305", "SR"), with({"modalities_single=true"}));
  CHECK(found.all(tag::kModalitiesInStudy) == std::set<std::string>{"CT", "MG"});
}

TEST_CASE("Q9: a range matches no date or time that is absent, no range does") {
  const auto uid = [](int index) { return gaps()[0]->study(index)->attributes.text(tag::kStudyInstanceUid); };
  const auto day = study_keys("20260305");
  CHECK(among_gaps(day) == std::set{uid(1), uid(3)});
  CHECK(among_gaps(added(day, tag::kStudyTime, "000000-235959.999999")) == std::set{uid(3)});
  CHECK(among_gaps(study_keys("")).size() == 4);
  CHECK(among_gaps(added(study_keys(""), tag::kStudyTime, "000000-235959.999999")) == std::set{uid(0), uid(3)});
  const auto combined = with({"date_and_time_combined=true"});
  auto both = added(study_keys("20260304-20260306"), tag::kStudyTime, "000000-235959");
  CHECK(among_gaps(both, combined) == std::set{uid(3)});
}

TEST_CASE("Q11: a time with a fraction lies between two windows that meet to the second") {
  const auto time = gaps()[0]->study(3)->attributes.text(tag::kStudyTime);
  REQUIRE(time.size() == 13);
  const auto whole = time.substr(0, 6);
  const auto day = study_keys("20260305");
  CHECK(among_gaps(added(day, tag::kStudyTime, "000000-" + whole)).empty());
  CHECK(among_gaps(added(day, tag::kStudyTime, whole + ".999999-235959")).empty());
  CHECK(among_gaps(added(day, tag::kStudyTime, whole + "-" + whole + ".999999")).size() == 1);
}

TEST_CASE("Q15: SOP Class UID matches one, a list, or is not looked at") {
  auto keys = image_keys(plans()[2], 2);
  const auto all = find(keys).answers;
  REQUIRE(all.size() == 3);
  const auto one = all[0].text(tag::kSopClassUid), two = all[1].text(tag::kSopClassUid);
  keys.set(tag::kSopClassUid, one);
  CHECK(find(keys).answers.size() == 1);
  CHECK(find(keys, with({"sop_class_matched=false"})).answers.size() == 3);
  keys.set(tag::kSopClassUid, one + "\\" + two);
  CHECK(find(keys).all(tag::kSopClassUid) == std::set{one, two});
}

TEST_CASE("SOP classes of a study are told and matched, or neither") {
  const std::string rdsr = "1.2.840.10008.5.1.4.1.1.88.67";
  const auto keys = added(study_keys("20260305"), tag::kSopClassesInStudy, rdsr);
  const auto matched = find(keys);
  CHECK(matched.all(tag::kStudyInstanceUid) == std::set{plans()[0].uid, plans()[3].uid});
  CHECK(matched.answers[0].values(tag::kSopClassesInStudy).size() == 2);
  const auto silent = find(keys, with({"sop_classes_in_study=false"}));
  CHECK(silent.answers.size() == 3);
  CHECK_FALSE(silent.answers[0].has(tag::kSopClassesInStudy));
}

TEST_CASE("Q18: the station of the study is not that of its series") {
  const auto quirks = with({"study_station=CONSOLE"});
  const auto study = find(added(study_keys("20260305"), tag::kStationName, ""), quirks);
  CHECK(study.all(tag::kStationName) == std::set<std::string>{"CONSOLE"});
  const auto series = find(added(series_keys(plans()[0]), tag::kStationName, ""), quirks);
  CHECK(series.all(tag::kStationName) == std::set{plans()[0].equipment.station});
}

TEST_CASE("Q23, Q25: other terms for the character set, other forms of dates") {
  const Answer answer{{{tag::kStudyDate, "20260305"}, {tag::kPatientName, "Müller"}}, "ISO_IR 100"};
  CHECK(sent(answer, with({"charset_term=X-UNKNOWN"}), DCM_SpecificCharacterSet) == "X-UNKNOWN");
  CHECK(sent(answer, with({"charset_term=ISO_IR 100\\ISO 2022 IR 87"}), DCM_SpecificCharacterSet) ==
        "ISO_IR 100\\ISO 2022 IR 87");
  CHECK(sent(answer, {}, DCM_StudyDate) == "20260305");
  CHECK(sent(answer, with({"dates=dotted"}), DCM_StudyDate) == "2026.03.05");
  CHECK(sent(answer, with({"dates=dashed"}), DCM_StudyDate) == "2026-03-05");
}

TEST_CASE("Q26: Patient Root wants the patient at each level, below the study, or nowhere") {
  const QueryModel patient_root{.patient_root = true};
  const auto series = series_keys(plans()[0]);
  CHECK(find(study_keys(), {}, patient_root).status == 0xA900);
  CHECK(find(series, {}, patient_root).status == 0xA900);
  CHECK(find(added(series, tag::kPatientId, plans()[0].patient.id), {}, patient_root).answers.size() == 3);
  CHECK(find(added(series, tag::kPatientId, "STRANGER"), {}, patient_root).answers.empty());
  const auto below = with({"patient_id=below_study"});
  CHECK(find(study_keys(), below, patient_root).answers.size() == 4);
  CHECK(find(series, below, patient_root).status == 0xA900);
  CHECK(find(series, with({"patient_id=free"}), patient_root).answers.size() == 3);
}

TEST_CASE("Patient Root has a level of patients, each of whom is told once, Study Root has none") {
  const Attributes keys{{tag::kQueryRetrieveLevel, "PATIENT"}, {tag::kPatientId, ""}, {tag::kStudyInstanceUid, ""}};
  const auto found = find(keys, {}, {.patient_root = true});
  CHECK(found.answers.size() == found.all(tag::kPatientId).size());
  CHECK(found.all(tag::kPatientId).count(plans()[0].patient.id) == 1);
  CHECK_FALSE(found.answers[0].has(tag::kStudyInstanceUid));
  CHECK(find(keys).status == 0xA900);
  const Attributes move{{tag::kQueryRetrieveLevel, "PATIENT"}, {tag::kPatientId, plans()[0].patient.id}};
  CHECK(resolve(archives(), move, {.patient_root = true}, {}).objects.size() == 7);
  CHECK(resolve(archives(), move, {}, {}).fault == 0xA900);
}

TEST_CASE("Q27: keys of the levels above are for relational queries only") {
  const QueryModel relational{.relational = true};
  const Attributes by_date{{tag::kQueryRetrieveLevel, "SERIES"},
                           {tag::kStudyDate, "20260305"},
                           {tag::kModality, "SR"},
                           {tag::kStudyInstanceUid, ""},
                           {tag::kSeriesInstanceUid, ""}};
  CHECK(find(by_date).status == 0xA900);
  CHECK(find(by_date, {}, relational).all(tag::kStudyInstanceUid) ==
        std::set{plans()[0].uid, plans()[1].uid, plans()[3].uid});
  CHECK(find(added(series_keys(plans()[0]), tag::kStudyDate, "20260305")).status == 0xA900);
  CHECK(find(added(series_keys(plans()[0]), tag::kStudyDate, "")).answers.size() == 3);
  CHECK(find(added(image_keys(plans()[0], 2), tag::kModality, "SR")).status == 0xA900);
  const Attributes reports{{tag::kQueryRetrieveLevel, "IMAGE"},
                           {tag::kStudyDate, "20260305"},
                           {tag::kModalitiesInStudy, "CT"},
                           {tag::kSopClassUid, "1.2.840.10008.5.1.4.1.1.88.67"},
                           {tag::kSopInstanceUid, ""}};
  CHECK(find(reports).status == 0xA900);
  CHECK(find(reports, {}, relational).answers.size() == 1);
}

TEST_CASE("Q27: a retrieval without the UIDs above it is relational, and other keys are refused where that never is") {
  const auto& series = plans()[0].series[2];
  Attributes keys{{tag::kQueryRetrieveLevel, "SERIES"}, {tag::kSeriesInstanceUid, series.uid}};
  CHECK(resolve(archives(), keys, {}, {}).fault == 0xA900);
  CHECK(resolve(archives(), keys, {.relational = true}, {}).objects.size() == 1);
  keys = {{tag::kQueryRetrieveLevel, "STUDY"}, {tag::kStudyInstanceUid, plans()[0].uid}, {tag::kStudyDate, "20260305"}};
  CHECK(resolve(archives(), keys, {}, {}).objects.size() == 7);
  CHECK(resolve(archives(), keys, {}, with({"relational=refused"})).fault == 0xA900);
}

TEST_CASE("Q28: of a list of UIDs all are moved, none, or the first") {
  const auto& study = plans()[0];
  const Attributes keys{{tag::kQueryRetrieveLevel, "SERIES"},
                        {tag::kStudyInstanceUid, study.uid},
                        {tag::kSeriesInstanceUid, study.series[2].uid + "\\" + study.series[0].uid}};
  CHECK(resolve(archives(), keys, {}, {}).objects.size() == 4);
  CHECK(resolve(archives(), keys, {}, with({"move_uid_list=refused"})).fault == 0xA900);
  const auto first = resolve(archives(), keys, {}, with({"move_uid_list=first"})).objects;
  REQUIRE(first.size() == 1);
  CHECK(first[0].series == 2);
}

TEST_CASE("Q40: availability is told as it is, or not at all") {
  const auto keys = added(study_keys("20260305"), tag::kInstanceAvailability, "");
  CHECK(find(keys).all(tag::kInstanceAvailability) == std::set<std::string>{"ONLINE"});
  const auto found = find(keys, with({"offline_every=2"}));
  for (const auto& answer : found.answers) {
    const bool offline = answer.text(tag::kStudyInstanceUid) != plans()[0].uid;
    CHECK(answer.text(tag::kInstanceAvailability) == (offline ? "OFFLINE" : "ONLINE"));
  }
  const auto series = added(series_keys(plans()[1]), tag::kInstanceAvailability, "");
  CHECK(find(series, with({"offline_every=2"})).all(tag::kInstanceAvailability) == std::set<std::string>{"OFFLINE"});
  CHECK_FALSE(find(keys, with({"availability=false"})).answers[0].has(tag::kInstanceAvailability));
}

TEST_CASE("Q54: keys that the PACS does not know, and group lengths, are told from those it knows") {
  CHECK_FALSE(has_unknown_keys(study_keys()));
  CHECK_FALSE(has_unknown_keys(series_keys(plans()[0])));
  CHECK_FALSE(has_unknown_keys(image_keys(plans()[0], 0)));
  CHECK(has_unknown_keys(added(study_keys(), {0x0008, 0x0090}, "")));
  CHECK(has_unknown_keys(added(study_keys(), {0x0008, 0x0000}, "")));
}

TEST_CASE("Q55: a hyphen in an identifier makes a range of it") {
  auto keys = added(study_keys("20260305"), tag::kAccessionNumber, "SIMA0000001-SIMA0000002");
  CHECK(find(keys).answers.empty());
  CHECK(find(keys, with({"id_ranges=true"})).all(tag::kStudyInstanceUid) == std::set{plans()[0].uid, plans()[1].uid});
  keys.set(tag::kAccessionNumber, "SIMA000000*");
  CHECK(find(keys, with({"id_ranges=true"})).answers.size() == 3);
  keys.set(tag::kAccessionNumber, "SIMA0000002");
  CHECK(find(keys, with({"id_ranges=true"})).answers.size() == 1);
}

}  // namespace harvester::simulation

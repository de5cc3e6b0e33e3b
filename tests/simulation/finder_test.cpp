#include "finder_fixture.hpp"

namespace harvester::simulation {

TEST_CASE("a study query by date and modality finds those and tells what was asked") {
  const auto found = find(study_keys("20260305", "CT"));
  CHECK(found.status == 0);
  CHECK(found.all(tag::kStudyInstanceUid) == std::set<std::string>{plans()[0].uid, plans()[1].uid});
  CHECK(found.answers[0].text(tag::kModalitiesInStudy) == "CT\\SR");
  CHECK(found.answers[0].text(tag::kNumberOfStudyRelatedInstances) == "7");
  CHECK_FALSE(found.answers[0].has(tag::kPatientName));
}

TEST_CASE("series and image queries stay within the study and series they name") {
  CHECK(find(series_keys(plans()[0])).answers.size() == 3);
  auto reports = series_keys(plans()[0]);
  reports.set(tag::kModality, "SR");
  CHECK(find(reports).answers.size() == 1);
  const auto images = find(image_keys(plans()[2], 2));
  CHECK(images.answers.size() == 3);
  CHECK(images.all(tag::kSopClassUid).size() == 3);
}

TEST_CASE("a hierarchical query without the unique keys above it is refused") {
  auto keys = series_keys(plans()[0]);
  keys.set(tag::kStudyInstanceUid, "");
  CHECK(find(keys).status == 0xA900);
  CHECK(find({{tag::kQueryRetrieveLevel, "PATIENT"}}).status == 0xA900);
  CHECK(find(study_keys(), {}, {.patient_root = true}).status == 0xA900);  // patient root without Patient ID
}

TEST_CASE("Q2, Q3: modalities not matched, not returned, or both") {
  Quirks quirks;
  quirks.modalities = ModalitiesKey::unmatched;
  CHECK(find(study_keys("20260305", "CT"), quirks).answers.size() == 3);
  quirks.modalities = ModalitiesKey::absent;
  const auto absent = find(study_keys("20260305", "CT"), quirks);
  CHECK(absent.answers.size() == 3);
  CHECK_FALSE(absent.answers[0].has(tag::kModalitiesInStudy));
  quirks.modalities = ModalitiesKey::absent_but_matched;
  const auto matched = find(study_keys("20260305", "MG"), quirks);
  CHECK(matched.answers.size() == 1);
  CHECK_FALSE(matched.answers[0].has(tag::kModalitiesInStudy));
}

TEST_CASE("Q4: a list of modalities is accepted, finds nothing, or is refused") {
  Quirks quirks;
  CHECK(find(study_keys("20260305", "CT\\MG"), quirks).answers.size() == 3);
  quirks.modality_list = ModalityList::nothing;
  CHECK(find(study_keys("20260305", "CT\\MG"), quirks).answers.empty());
  quirks.modality_list = ModalityList::refused;
  CHECK(find(study_keys("20260305", "CT\\MG"), quirks).status == 0xA900);
}

TEST_CASE("Q5: every study comes twice") {
  Quirks quirks;
  quirks.answer_twice = true;
  CHECK(find(study_keys(), quirks).answers.size() == 8);
}

TEST_CASE("Q6: a cap cuts in silence or with A700") {
  Quirks quirks;
  quirks.cap = 2;
  CHECK(find(study_keys(), quirks).answers.size() == 2);
  CHECK(find(study_keys(), quirks).status == 0);
  quirks.cap_is_silent = false;
  CHECK(find(study_keys(), quirks).status == 0xA700);
  quirks.cap = 4;
  CHECK(find(study_keys(), quirks).status == 0);
}

TEST_CASE("Q7: a range that is too broad is refused, or finds nothing") {
  Quirks quirks;
  quirks.too_broad_days = 1;
  CHECK(find(study_keys("20260304-20260305"), quirks).status == 0xA700);
  CHECK(find(study_keys(""), quirks).status == 0xA700);
  CHECK(find(study_keys("20260305"), quirks).answers.size() == 3);
  quirks.too_broad_status = 0;
  CHECK(find(study_keys(), quirks).status == 0);
  CHECK(find(study_keys(), quirks).answers.empty());
}

TEST_CASE("Q8: a time range holds for each day, or the two ranges are one") {
  auto keys = study_keys();
  keys.set(tag::kStudyTime, "235900-000100");
  CHECK(find(keys).answers.empty());
  Quirks quirks;
  quirks.date_and_time_combined = true;
  CHECK(find(keys, quirks).answers.size() == 0);
  keys.set(tag::kStudyTime, "000000-000100");  // from the first day's midnight to just after the second day's
  CHECK(find(keys, quirks).all(tag::kStudyInstanceUid) == std::set<std::string>{plans()[2].uid});
}

TEST_CASE("Q12: SR series show nothing at image level, others do") {
  Quirks quirks;
  quirks.empty_image_level_for_sr = true;
  CHECK(find(image_keys(plans()[0], 2), quirks).answers.empty());
  CHECK(find(image_keys(plans()[0], 0), quirks).answers.size() == 3);
}

TEST_CASE("Q13: instance numbers start elsewhere or have gaps") {
  Quirks quirks;
  quirks.first_instance_number = 0;
  quirks.instance_number_step = 10;
  CHECK(find(image_keys(plans()[0], 0, "1"), quirks).answers.empty());
  CHECK(find(image_keys(plans()[0], 0, "0"), quirks).answers.size() == 1);
  CHECK(find(image_keys(plans()[0], 0), quirks).all(tag::kInstanceNumber) == std::set<std::string>{"0", "10", "20"});
}

TEST_CASE("Q14: numbers are missing, or odd and compared as texts") {
  Quirks quirks;
  quirks.numbers = Numbers::missing;
  CHECK(find(image_keys(plans()[0], 0), quirks).all(tag::kInstanceNumber) == std::set<std::string>{""});
  quirks.numbers = Numbers::odd;
  CHECK(find(image_keys(plans()[0], 0, "1"), quirks).answers.empty());
  CHECK(find(image_keys(plans()[0], 0, "+1"), quirks).answers.size() == 1);
}

TEST_CASE("Q15 to Q17: SOP class, modality and counts are absent or wrong") {
  Quirks quirks;
  quirks.no_sop_class = true;
  quirks.no_series_modality = true;
  quirks.related_counts = Counts::absent;
  CHECK_FALSE(find(image_keys(plans()[0], 0), quirks).answers[0].has(tag::kSopClassUid));
  CHECK_FALSE(find(series_keys(plans()[0]), quirks).answers[0].has(tag::kModality));
  CHECK_FALSE(find(series_keys(plans()[0]), quirks).answers[0].has(tag::kNumberOfSeriesRelatedInstances));
  quirks = {};
  quirks.related_counts = Counts::wrong;
  CHECK(find(series_keys(plans()[0]), quirks).answers[0].text(tag::kNumberOfSeriesRelatedInstances) == "10");
  quirks.sr_modality = "OT";
  CHECK(find(series_keys(plans()[0]), quirks).all(tag::kModality) == std::set<std::string>{"CT", "OT"});
  CHECK(find(study_keys("20260305", "SR"), quirks).answers.empty());
}

TEST_CASE("Q19: text keys are not matched") {
  auto keys = study_keys("20260305");
  keys.set(tag::kStudyDescription, "no such thing*");
  CHECK(find(keys).answers.empty());
  Quirks quirks;
  quirks.ignore_text_keys = true;
  CHECK(find(keys, quirks).answers.size() == 3);
}

TEST_CASE("Q22, Q24: how an answer is written: character set and padding") {
  const Answer answer{{{tag::kStudyInstanceUid, "2.999.1"}, {tag::kPatientName, "Müller"}}, "ISO_IR 100"};
  Quirks quirks;
  const auto declared = [&](bool asked) {
    OFString value;
    answer_data_set(answer, quirks, asked)->findAndGetOFString(DCM_SpecificCharacterSet, value);
    return std::string(value.c_str());
  };
  CHECK(declared(false) == "ISO_IR 100");
  quirks.charset = Charset::only_if_asked;
  CHECK(declared(false).empty());
  CHECK(declared(true) == "ISO_IR 100");
  quirks.charset = Charset::absent;
  CHECK(declared(true).empty());

  const auto length_of_uid = [&] {
    DcmElement* uid = nullptr;
    const auto data_set = answer_data_set(answer, quirks, true);
    REQUIRE(data_set->findAndGetElement(DCM_StudyInstanceUID, uid).good());
    return uid->getLength();
  };
  CHECK(length_of_uid() == 8);
  quirks.uids_padded = true;
  DcmElement* uid = nullptr;
  const auto data_set = answer_data_set(answer, quirks, true);
  REQUIRE(data_set->findAndGetElement(DCM_StudyInstanceUID, uid).good());
  OFString text;
  uid->getOFString(text, 0, OFFalse);
  CHECK(text == "2.999.1 ");
}

TEST_CASE("a retrieval names studies, series or instances by UID") {
  const auto& study = plans()[2];
  Attributes keys{{tag::kQueryRetrieveLevel, "STUDY"}, {tag::kStudyInstanceUid, study.uid}};
  CHECK(resolve(archives(), keys, {}, {}).objects.size() == 9);
  keys = {{tag::kQueryRetrieveLevel, "SERIES"},
          {tag::kStudyInstanceUid, study.uid},
          {tag::kSeriesInstanceUid, study.series[2].uid + "\\" + study.series[0].uid}};
  CHECK(resolve(archives(), keys, {}, {}).objects.size() == 6);
  keys = {{tag::kQueryRetrieveLevel, "IMAGE"},
          {tag::kStudyInstanceUid, study.uid},
          {tag::kSeriesInstanceUid, study.series[2].uid},
          {tag::kSopInstanceUid, study.series[2].instances[1].uid + " "}};
  REQUIRE(resolve(archives(), keys, {}, {}).objects.size() == 1);
  CHECK(resolve(archives(), keys, {}, {}).objects[0].sop_class == "1.2.840.10008.5.1.4.1.1.88.67");
  CHECK(
      resolve(archives(), {{tag::kQueryRetrieveLevel, "SERIES"}, {tag::kStudyInstanceUid, study.uid}}, {}, {}).fault ==
      0xA900);
}

TEST_CASE("Q31 to Q35: what a PACS says of its sub-operations") {
  const Tally some{5, 2, 1, 0, {"1.2"}};
  Quirks quirks;
  CHECK(told_status(some, quirks, false) == 0xB000);
  CHECK(told_status({5, 0, 5, 0, {}}, quirks, true) == 0xA702);
  CHECK(told_status({5, 5, 0, 0, {}}, quirks, false) == 0);
  CHECK(told_counts(some, quirks, false).remaining == 2);
  CHECK_FALSE(told_counts(some, quirks, true).remaining);
  quirks.success_whatever = true;
  CHECK(told_status({5, 0, 5, 0, {}}, quirks, true) == 0);
  quirks.move_counts = Counts::wrong;
  CHECK(told_counts(some, quirks, true).failed == 0);
  CHECK(told_counts(some, quirks, true).completed == 3);
  quirks.move_counts = Counts::absent;
  CHECK_FALSE(told_counts(some, quirks, true).completed);
}

}  // namespace harvester::simulation

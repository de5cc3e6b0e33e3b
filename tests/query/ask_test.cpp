#include <catch2/catch.hpp>

#include "harvester/core/sop_classes.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/query/query.hpp"
#include "support/find_answers.hpp"

using namespace harvester;
using namespace harvester::query;
using namespace harvester::tests;
namespace tag = harvester::dicom::tag;

namespace {

using Reply = FindAnswers::Reply;

dicom::Attributes row(const std::string& uid, std::string_view sop_class = sop_class::kCtImage,
                      const std::string& series = "1.2.3") {
  return {{tag::kQueryRetrieveLevel, "IMAGE"},
          {tag::kStudyInstanceUid, "1.2"},
          {tag::kSeriesInstanceUid, series},
          {tag::kSopInstanceUid, uid},
          {tag::kInstanceNumber, "5"},
          {tag::kModality, "SR"},
          {tag::kSopClassUid, std::string(sop_class)}};
}

Reply rows(int count, std::string_view sop_class = sop_class::kCtImage) {
  Reply reply;
  for (int n = 0; n < count; ++n) reply.answers.push_back(row("1.2.3." + std::to_string(n + 1), sop_class));
  return reply;
}

/// Questions to a node that answers so.
struct Line {
  explicit Line(FindAnswers::Answer answer) : node(std::move(answer)), session(open()) {}

  dicom::Session open() {
    (void)dicom::start_toolkit();
    dicom::ScuOptions options;
    options.dimse_timeout = options.cancel_wait = std::chrono::seconds(30);
    return {{"127.0.0.1", node.port(), AeTitle::of("NODE"), AeTitle::of("ASKER")},
            options,
            {dicom::find_service(dicom::Model::study_root)},
            {0, 0, 0, std::chrono::seconds(30)},
            std::make_shared<dicom::Pacer>(0)};
  }

  CandidateStudy study = [] {
    CandidateStudy asked;
    asked.uid = StudyUid("1.2");
    return asked;
  }();
  auto first() { return ask_first_image(session, {}, study, SeriesUid("1.2.3"), {}); }
  auto few() { return ask_few_instances(session, {}, study, SeriesUid("1.2.3"), 5, {}); }
  auto reports() {
    const std::vector<SopClassUid> classes{SopClassUid(std::string(sop_class::kXRayRadiationDoseSr)),
                                           SopClassUid(std::string(sop_class::kEnhancedSr))};
    return ask_reports(session, {}, study, classes, {});
  }
  std::vector<std::string> numbers() const {
    std::vector<std::string> all;
    for (const auto& each : node.asked()) all.push_back(each.keys.text(tag::kInstanceNumber));
    return all;
  }

  FindAnswers node;
  dicom::Session session;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the first image of a series is number 1, and that costs one question and no cancel", "[query][net]") {
  Line line([](const auto&) { return rows(1); });
  const auto found = line.first();
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(line.numbers() == Texts{"1"});
  CHECK_FALSE(line.node.asked()[0].cancelled);
}

TEST_CASE("where there is no number 1 it is 0, then the first answer to a question without number", "[query][net]") {
  const std::string there = GENERATE("0", "");
  Line line([&](const auto& keys) { return keys.text(tag::kInstanceNumber) == there ? rows(3000) : Reply{}; });
  const auto found = line.first();
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().uid.str() == "1.2.3.1");
  CHECK(line.numbers() == (there.empty() ? Texts{"1", "0", ""} : Texts{"1", "0"}));
  CHECK(line.node.asked().back().cancelled);
  CHECK(line.node.asked().back().sent < 3000);
}

TEST_CASE("a node that takes no notice of the number is not listened to any longer than needed", "[query][net]") {
  Line line([](const auto&) { return rows(3000); });
  REQUIRE(line.first());
  CHECK(line.numbers() == Texts{"1"});
  CHECK(line.node.asked()[0].sent < 3000);
}

TEST_CASE("a series that lists nothing has no first image, and a refusal is an error", "[query][net]") {
  Line silent([](const auto&) { return Reply{}; });
  CHECK(silent.first()->empty());
  CHECK(silent.numbers() == Texts{"1", "0", ""});
  Line refusing([](const auto&) { return Reply{{}, 0xA900}; });
  CHECK(refusing.first().error().kind == ErrorKind::refused);
  CHECK(refusing.few().error().kind == ErrorKind::refused);
}

TEST_CASE("a few instances are all of a small series, and an end to a large one", "[query][net]") {
  Line small([](const auto&) { return rows(5); });
  CHECK(small.few()->all.size() == 5);
  CHECK_FALSE(small.few()->cut);
  Line large([](const auto&) { return rows(3000); });
  const auto found = large.few();
  REQUIRE(found);
  CHECK(found->cut);
  CHECK(large.node.asked()[0].sent < 3000);
  CHECK(large.few());  // the line is as good as before
  Line twice([](const auto&) { return Reply{{row("1"), row("1"), row("2"), row("2"), row("3"), row("3")}, 0}; });
  CHECK(twice.few()->all.size() == 3);
  CHECK_FALSE(twice.few()->cut);
}

TEST_CASE("reports of a study are asked for at once, by class, and come with their series", "[query][net]") {
  Line line([](const auto&) {
    return Reply{{row("1", sop_class::kXRayRadiationDoseSr, "a"), row("2", sop_class::kEnhancedSr, "b"),
                  row("3", sop_class::kXRayRadiationDoseSr, "a"), row("4", sop_class::kCtImage, "c")},
                 0};
  });
  const auto found = line.reports();
  REQUIRE(found);
  REQUIRE(*found);
  REQUIRE((*found)->size() == 2);
  CHECK((*found)->at(0).instances.size() == 2);
  CHECK((*found)->at(0).asked == Asked::reports);
  CHECK((*found)->at(1).modality == "SR");
  const auto keys = line.node.asked()[0].keys;
  CHECK(keys.text(tag::kQueryRetrieveLevel) == "IMAGE");
  CHECK(keys.values(tag::kSopClassUid).size() == 2);
  CHECK(keys.text(tag::kSeriesInstanceUid).empty());
}

TEST_CASE("a node that refuses to tell all reports, or tells everything, is asked otherwise", "[query][net]") {
  const auto status = static_cast<std::uint16_t>(GENERATE(0xA900, 0xC000, 0x0122));
  Line refusing([&](const auto&) { return Reply{{}, status}; });
  REQUIRE(refusing.reports());
  CHECK_FALSE(*refusing.reports());
  Line flooding([](const auto&) { return rows(5000); });
  REQUIRE(flooding.reports());
  CHECK_FALSE(*flooding.reports());
  CHECK(flooding.node.asked()[0].sent < 5000);
}

TEST_CASE("what is asked at study level beside the usual is asked only of nodes for which it was said", "[query]") {
  const QueryWindow window{"CT", *parse_date("20260101"), *parse_date("20260101"), std::nullopt, std::nullopt};
  Style style;
  for (const auto key : {tag::kSopClassesInStudy, tag::kStationName, tag::kInstitutionName})
    CHECK_FALSE(study_keys(style, window).has(key));
  style.sop_classes_in_study = style.station_at_study = style.institution_at_study = true;
  for (const auto key : {tag::kSopClassesInStudy, tag::kStationName, tag::kInstitutionName})
    CHECK(study_keys(style, window).has(key));
  const auto study = read_study({{tag::kStudyInstanceUid, "1.2"}, {tag::kSopClassesInStudy, "1.3\\1.4"}});
  REQUIRE(study);
  CHECK(study->sop_classes == std::vector{SopClassUid("1.3"), SopClassUid("1.4")});
}

#include "harvester/simulation/archive.hpp"
#include "harvester/simulation/matching.hpp"
#include "support/find_answers.hpp"
#include "support/harvest_fixture.hpp"

using namespace harvester;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;
namespace tag = harvester::dicom::tag;

/// Harvests of a node that answers relational queries: for the questions another node stands before the simulated one.

namespace {

void answer_images(const dicom::Attributes& keys, const StudyEntry& study, const SeriesEntry& series,
                   FindAnswers::Reply& reply) {
  for (const auto& instance : series.instances) {
    dicom::Attributes answer;
    for (const auto& [key, value] : keys)
      for (const auto* level : {&study.attributes, &series.attributes, &instance.attributes})
        if (level->has(key)) answer.set(key, level->raw(key));
    if (matches_all(keys, answer)) reply.answers.push_back(std::move(answer));
  }
}

void answer_series(const dicom::Attributes& keys, const StudyEntry& study, FindAnswers::Reply& reply) {
  for (const auto& series : study.series) {
    if (keys.text(tag::kQueryRetrieveLevel) == "IMAGE") {
      answer_images(keys, study, series, reply);
    } else if (matches_all(keys, series.attributes)) {
      auto answer = series.attributes;
      answer.set(tag::kStudyInstanceUid, study.attributes.raw(tag::kStudyInstanceUid));
      reply.answers.push_back(std::move(answer));
    }
  }
}

/// Every level, related or not.
FindAnswers::Answer relational(std::vector<StudyPlan> plans) {
  return [plans = std::move(plans)](const dicom::Attributes& keys) {
    FindAnswers::Reply reply;
    for (const auto& plan : plans) {
      const auto study = entry_of(plan);
      if (keys.text(tag::kQueryRetrieveLevel) != "STUDY") {
        if (keys.text(tag::kStudyInstanceUid) == plan.uid) answer_series(keys, study, reply);
        continue;
      }
      const auto wanted = keys.text(tag::kModalitiesInStudy);
      const auto all = study.attributes.values(tag::kModalitiesInStudy);
      if (std::find(all.begin(), all.end(), wanted) != all.end()) reply.answers.push_back(study.attributes);
    }
    return reply;
  };
}

std::size_t asked(const FindAnswers& node, const std::string& level, bool with_series) {
  std::size_t count = 0;
  for (const auto& each : node.asked())
    count += each.keys.text(tag::kQueryRetrieveLevel) == level &&
                     each.keys.text(tag::kSeriesInstanceUid).empty() != with_series
                 ? 1
                 : 0;
  return count;
}

}  // namespace

TEST_CASE("relational: a study with a report costs one question", "[harvest][net]") {
  const auto plans = studies_of({ct_rdsr, ct_mixed_sr_series, ct_enhanced_sr, ct_cumulative, mg_rdsr, rf_rdsr});
  FindAnswers node(relational(plans));
  HarvestFixture fixture(plans);
  fixture.setup.find_peer.port = node.port();
  fixture.setup.style.relational = true;
  fixture.request.modalities = {"CT", "MG", "RF"};
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == std::vector<std::string>{});
  CHECK(fixture.sent_unwanted().empty());
  CHECK(asked(node, "SERIES", false) == 0);
  CHECK(asked(node, "IMAGE", false) == plans.size());
  CHECK(asked(node, "IMAGE", true) == 0);
  CHECK(fixture.verdicts().at(plans[0].uid) == "retrieve(dose_report)");
  CHECK(fixture.verdicts().at(plans[2].uid) == "retrieve(enhanced_sr)");
}

TEST_CASE("relational: only studies without a report are asked series by series", "[harvest][net]") {
  const auto plans = studies_of({ct_rdsr, ct_no_dose, ct_philips_dose_info, mg_images, pet_ct, nm_rdsr});
  FindAnswers node(relational(plans));
  HarvestFixture fixture(plans);
  fixture.setup.find_peer.port = node.port();
  fixture.setup.style.relational = true;
  fixture.request.modalities = {"CT", "MG", "NM", "PT"};
  REQUIRE(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == std::vector<std::string>{});
  CHECK(fixture.sent_unwanted().empty());
  CHECK(asked(node, "SERIES", false) == plans.size() - 1);
  CHECK(fixture.verdicts().at(plans[1].uid) == "skip(nothing_usable)");
}

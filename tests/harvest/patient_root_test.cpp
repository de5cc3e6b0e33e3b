#include "support/harvest_fixture.hpp"

namespace harvester::harvest {
namespace {

using simulation::PacsEvent;
using simulation::Scenario;
using tests::HarvestFixture;

const std::vector<Scenario> kStudies{Scenario::ct_rdsr, Scenario::ct_mixed_sr_series, Scenario::ct_no_dose};

std::set<std::string> patients_told(const std::vector<PacsEvent>& events) {
  std::set<std::string> told;
  for (const auto& event : events) told.insert(event.keys.text(dicom::tag::kPatientId));
  return told;
}

std::set<std::string> patients_of(const std::vector<simulation::StudyPlan>& plans) {
  std::set<std::string> all;
  for (const auto& plan : plans) all.insert(plan.patient.id);
  return all;
}

}  // namespace

TEST_CASE("a node in the Patient Root model is told the patient id with each question and request, and it is forgotten",
          "[net]") {
  HarvestFixture f(tests::studies_of(kStudies));
  f.setup.style.model = dicom::Model::patient_root;
  const auto ran = f.run();
  CHECK(ran.exit_code == 0);
  CHECK(f.faults() == std::vector<std::string>{});
  CHECK(f.absent().empty());
  CHECK(patients_told(f.finds("STUDY")) == std::set<std::string>{""});
  CHECK(patients_told(f.finds("SERIES")) == patients_of(f.plans));
  CHECK_FALSE(patients_told(f.finds("IMAGE")).contains(""));
  CHECK_FALSE(f.moves().empty());
  CHECK_FALSE(patients_told(f.moves()).contains(""));
  CHECK(f.value("SELECT count(*) FROM candidate_study WHERE patient_key IS NOT NULL") == "0");
}

TEST_CASE("a harvest in the Patient Root model that was interrupted goes on with the patient ids it knows", "[net]") {
  simulation::Quirks quirks;
  quirks.move_callers = {"NOBODY"};
  HarvestFixture f(tests::studies_of(kStudies), quirks);
  f.setup.style.model = dicom::Model::patient_root;
  const auto first = f.run();
  CHECK(first.exit_code != 0);
  CHECK(f.value("SELECT count(*) FROM candidate_study WHERE patient_key IS NOT NULL") == "2");
  f.pacs->set_quirks({});
  f.pacs->log().clear();
  const auto resumed = f.resume(first.begun.id);
  CHECK(resumed.state == HarvestState::complete);
  CHECK(f.faults() == std::vector<std::string>{});
  CHECK(f.finds("STUDY").empty());
  CHECK(f.value("SELECT count(*) FROM candidate_study WHERE patient_key IS NOT NULL") == "0");
}

TEST_CASE("a node that demands a patient id at study level is told of as one that refuses the query", "[net]") {
  simulation::Quirks quirks;
  quirks.relational = simulation::Relational::refused;
  HarvestFixture f(tests::studies_of(kStudies), quirks);
  f.setup.style.model = dicom::Model::patient_root;
  const auto ran = f.run();
  CHECK(ran.outcome.state == HarvestState::failed);
  REQUIRE(ran.outcome.error);
  CHECK(ran.outcome.error->message.find("A900H") != std::string::npos);
}

}  // namespace harvester::harvest

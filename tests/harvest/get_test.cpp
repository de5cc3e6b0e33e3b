#include "support/harvest_fixture.hpp"

namespace harvester::harvest {
namespace {

using simulation::PacsEvent;
using enum simulation::Scenario;
using tests::HarvestFixture;

const std::vector<simulation::Scenario> kStudies{ct_rdsr, ct_enhanced_sr, ct_philips_dose_info, ct_mixed_sr_series,
                                                 ct_no_dose};

struct Getter : HarvestFixture {
  explicit Getter(const simulation::Quirks& quirks = {}) : HarvestFixture(tests::studies_of(kStudies), quirks) {
    setup.method = retrieve::Method::c_get;
  }
};

/// C-MOVE, and C-GET where the node refuses that.
struct Fallback : HarvestFixture {
  explicit Fallback(const std::vector<std::string>& habits)
      : HarvestFixture(tests::studies_of(kStudies), tests::with(habits)) {
    setup.get_as_fallback = true;
  }
};

}  // namespace

TEST_CASE("a node that refuses C-MOVE as such is served by C-GET for the rest of the harvest", "[net]") {
  const auto refusal =
      GENERATE(as<std::string>(), "move_callers=NOBODY", "move_service=not_accepted", "move_service=unsupported");
  Fallback f({refusal});
  f.setup.outstanding_moves = GENERATE(1, 3);
  f.setup.associations = 4;
  f.setup.style.model = GENERATE(dicom::Model::study_root, dicom::Model::patient_root);
  const auto ran = f.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(f.faults() == std::vector<std::string>{});
  CHECK(f.sent_unwanted().empty());
  CHECK_FALSE(f.log_of(PacsEvent::Kind::get).empty());
  CHECK(f.moves().size() <= static_cast<std::size_t>(f.setup.outstanding_moves));  // each thread asks once at most
}

TEST_CASE("C-GET is no fallback unless the profile says so", "[net]") {
  Fallback f({"move_callers=NOBODY"});
  f.setup.get_as_fallback = false;
  CHECK(f.run().outcome.state == HarvestState::failed);
  CHECK(f.log_of(PacsEvent::Kind::get).empty());
}

TEST_CASE("moves that fail for other reasons are not fetched by C-GET instead", "[net]") {
  Fallback f({GENERATE(as<std::string>(), "move_fails_every=1", "unreachable_moves=99", "fail_every=1",
                       "never_sends=true", "reject_duplicate_ids=true")});
  f.setup.attempts = 2;
  f.run();
  CHECK(f.log_of(PacsEvent::Kind::get).empty());
  CHECK_FALSE(f.moves().empty());
}

TEST_CASE("a node that refuses both C-MOVE and C-GET is told of with both refusals", "[net]") {
  Fallback f({"move_callers=NOBODY", "get_service=false"});
  const auto ran = f.run();
  CHECK(ran.outcome.state == HarvestState::failed);
  REQUIRE(ran.outcome.error);
  CHECK(ran.outcome.error->message.find("A801H") != std::string::npos);
  CHECK(ran.outcome.error->message.find("does not offer") != std::string::npos);
  CHECK(f.moves().size() == 1);
}

TEST_CASE("a harvest by C-GET brings what one by C-MOVE would, over its own associations, into the same inbox",
          "[net]") {
  Getter f;
  CHECK(f.run().exit_code == 0);
  CHECK(f.faults() == std::vector<std::string>{});
  CHECK(f.moves().empty());
  CHECK_FALSE(f.log_of(PacsEvent::Kind::get).empty());
  CHECK(f.sent_unwanted().empty());
  CHECK(f.value("SELECT count(*) FROM association") == "0");
  CHECK(f.rows("SELECT DISTINCT way_in, calling_ae, called_ae FROM received_object") ==
        std::vector<std::vector<std::string>>{{"harvest", "SIMPACS", "MOVER"}});
  for (const auto& row : f.rows("SELECT spool_path, size_bytes FROM received_object"))
    CHECK(std::filesystem::file_size(f.spool->file_of(row[0])) > std::stoull(row[1]));
}

TEST_CASE("what a C-GET did not bring is asked for again by instance", "[net]") {
  simulation::Quirks quirks;
  quirks.fail_every = 3;
  quirks.failed_list = GENERATE(true, false);
  Getter f(quirks);
  f.run();
  CHECK(f.absent().empty());
}

TEST_CASE("a node that aborts in the middle of a C-GET is asked again, and nothing is lost or doubled", "[net]") {
  simulation::Quirks quirks;
  quirks.abort_after_stores = 1;
  quirks.aborts = 2;
  Getter f(quirks);
  CHECK(f.run().exit_code == 0);
  CHECK(f.faults() == std::vector<std::string>{});
}

TEST_CASE("a C-GET in the Patient Root model tells the patient id", "[net]") {
  Getter f;
  f.setup.style.model = dicom::Model::patient_root;
  CHECK(f.run().exit_code == 0);
  CHECK(f.faults() == std::vector<std::string>{});
}

TEST_CASE("an object of a C-GET that finds no room is refused with A700H and missing in the ledger", "[net]") {
  Getter f;
  f.setup.attempts = 1;
  f.disk.full = true;
  CHECK(f.run().exit_code != 0);
  for (const auto& event : f.log_of(PacsEvent::Kind::sent)) CHECK(event.status == 0xA700);
  CHECK(f.value("SELECT count(*) FROM received_object") == "0");
  f.disk.full = false;
  CHECK(f.resume(f.latest).state == HarvestState::complete);
  CHECK(f.absent().empty());
}

}  // namespace harvester::harvest

#include <random>

#include "support/harvest_fixture.hpp"
#include "support/numbers.hpp"

using namespace harvester;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;

// A few habits of a node together, as nodes have them: none of them hides what another one does.
// HARVESTER_MIX_RUNS: how many mixes; HARVESTER_MIX_SEED: which ones.

namespace {

using namespace std::chrono_literals;

/// Habits that a harvest of CT has to cope with, each alone, to the end.
const std::vector<std::string>& habits() {
  static const std::vector<std::string> kHabits = {"modality_at_study=refused",
                                                   "modality_at_study=nothing",
                                                   "modalities=unmatched",
                                                   "modalities_single=true",
                                                   "sop_class_matched=false",
                                                   "sop_classes_in_study=false",
                                                   "relational=refused",
                                                   "unknown_keys=abort",
                                                   "dates=dotted",
                                                   "dates=dashed",
                                                   "charset_term=X-UNKNOWN",
                                                   "study_station=CONSOLE",
                                                   "availability=false",
                                                   "find_fails_every=7",
                                                   "move_uid_list=first",
                                                   "unreachable_moves=1",
                                                   "move_fails_every=3",
                                                   "drop_every=3",
                                                   "originator=wrong",
                                                   "other_study_every=2",
                                                   "other_series_every=3",
                                                   "object_syntax=implicit",
                                                   "object_syntax=deflated",
                                                   "bandwidth=2000",
                                                   "send_twice=true",
                                                   "extra_object=true",
                                                   "verification=not_accepted",
                                                   "idle_limit=250",
                                                   "reject_duplicate_ids=true",
                                                   "max_pdu=4096",
                                                   "latency=2",
                                                   "answer_twice=true",
                                                   "uids_padded=true",
                                                   "fail_every=2",
                                                   "success_whatever=true",
                                                   "late_objects=1"};
  return kHabits;
}

Quirks mixed(std::mt19937& engine, std::string& description) {
  Quirks quirks;
  quirks.late_by = 20ms;
  for (int n = 0; n < 6; ++n) {
    const auto& habit = habits()[engine() % habits().size()];
    REQUIRE(set_quirk(quirks, habit));
    description += habit + " ";
  }
  return quirks;
}

}  // namespace

TEMPLATE_TEST_CASE_SIG("harvest: whatever habits of a node come together, what it has ends in the ledger",
                       "[harvest][net][quirk][property]", ((unsigned Part), Part), 0, 1, 2, 3) {
  const auto runs = number_from("HARVESTER_MIX_RUNS", 24);
  const auto first = number_from("HARVESTER_MIX_SEED", 500);
  for (unsigned run = Part; run < runs; run += 4) {
    std::mt19937 engine(first + run);
    std::string description;
    const auto quirks = mixed(engine, description);
    INFO("seed " << first + run << ": " << description);
    HarvestFixture fixture(studies_of({ct_rdsr, ct_enhanced_sr, ct_rdsr_and_findings, ct_no_dose, ct_repeated, mg_rdsr,
                                       ct_cumulative, ct_rdsr}),
                           quirks);
    fixture.setup.attempts = 8;
    const auto ran = fixture.run();
    CHECK(ran.outcome.state == HarvestState::complete);
    CHECK(fixture.faults() == std::vector<std::string>{});
  }
}

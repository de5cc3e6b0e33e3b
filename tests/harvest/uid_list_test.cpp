#include "support/harvest_fixture.hpp"

namespace harvester::harvest {
namespace {

using simulation::UidList;
using tests::HarvestFixture;

/// Two studies with a series of four dose reports among other reports.
std::vector<simulation::StudyPlan> reports_among_others() {
  auto plans = tests::studies_of({simulation::Scenario::ct_mixed_sr_series, simulation::Scenario::ct_mixed_sr_series});
  for (auto& plan : plans) {
    auto& instances = plan.series.back().instances;
    const auto report = instances[1];
    for (int n = 1; n <= 3; ++n) {
      instances.push_back(report);
      instances.back().uid += "." + std::to_string(n);
    }
  }
  return plans;
}

struct Moves {
  int lists = 0;
  int singles = 0;
};

Moves moves_of(const HarvestFixture& f) {
  Moves moves;
  for (const auto& event : f.moves("IMAGE"))
    ++(event.keys.values(dicom::tag::kSopInstanceUid).size() > 1 ? moves.lists : moves.singles);
  return moves;
}

bool all_sent_once(const HarvestFixture& f) {
  const auto sent = f.sent();
  return std::all_of(sent.begin(), sent.end(), [](const auto& each) { return each.second == 1; });
}

}  // namespace

TEST_CASE("instances are asked for in lists where the profile says so", "[net]") {
  HarvestFixture f(reports_among_others());
  f.setup.uids_per_request = 3;
  CHECK(f.run().exit_code == 0);
  CHECK(f.faults() == std::vector<std::string>{});
  CHECK(moves_of(f).lists == 2);
  CHECK(moves_of(f).singles == 2);
  CHECK(all_sent_once(f));
}

TEST_CASE("a node that refuses lists is asked one by one from then on, and nothing is missing", "[net]") {
  simulation::Quirks quirks;
  quirks.move_uid_list = UidList::refused;
  HarvestFixture f(reports_among_others(), quirks);
  f.setup.uids_per_request = 4;
  CHECK(f.run().exit_code == 0);
  CHECK(f.faults() == std::vector<std::string>{});
  CHECK(moves_of(f).lists == 1);
  CHECK(moves_of(f).singles == 8);
  CHECK(all_sent_once(f));
}

TEST_CASE("a node that sends only the first of a list is asked one by one for what is missing", "[net]") {
  simulation::Quirks quirks;
  quirks.move_uid_list = UidList::first;
  quirks.move_counts = GENERATE(simulation::Counts::right, simulation::Counts::absent);
  HarvestFixture f(reports_among_others(), quirks);
  f.setup.uids_per_request = 4;
  CHECK(f.run().exit_code == 0);
  CHECK(f.faults() == std::vector<std::string>{});
  CHECK(moves_of(f).lists == (quirks.move_counts == simulation::Counts::right ? 1 : 2));
  CHECK(all_sent_once(f));
}

}  // namespace harvester::harvest

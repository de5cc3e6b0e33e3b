// What a harvest is asked for: by name, by time of day, for so long.

#include "support/harvest_fixture.hpp"

using namespace harvester;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;
using Faults = std::vector<std::string>;

namespace {

/// Studies of one day, an hour apart from midnight on, each with an accession number of its own.
std::vector<StudyPlan> numbered(int count) {
  auto plans = studies_of(std::vector<Scenario>(static_cast<std::size_t>(count), ct_rdsr));
  for (std::size_t n = 0; n < plans.size(); ++n) {
    plans[n].time = std::chrono::hours(n);
    plans[n].accession_number = "00-" + std::to_string(100 + n);
  }
  return plans;
}

harvest::Request by_accession(const std::vector<std::string>& numbers) {
  harvest::Request request{"sim", {"CT"}, kHarvestDay, kHarvestDay};
  request.accession_numbers = numbers;
  request.listed = static_cast<int>(numbers.size());
  return request;
}

}  // namespace

TEST_CASE("harvest: what is asked for by accession number is fetched, whatever its date, and nothing else",
          "[harvest][net]") {
  auto plans = numbered(4);
  plans[1].date = plus_days(kHarvestDay, -400);
  HarvestFixture fixture(plans);
  fixture.request = by_accession({"00-101", "00-103"});
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(ran.outcome.summary.fetched == 2);
  CHECK(fixture.verdicts().size() == 2);
  CHECK(fixture.verdicts().contains(plans[1].uid));
  CHECK(fixture.verdicts().contains(plans[3].uid));
}

TEST_CASE("harvest: an accession number that the node does not have is told, and leaves the harvest incomplete",
          "[harvest][net]") {
  HarvestFixture fixture(numbered(2));
  fixture.request = by_accession({"00-101", "0-101", "00-10"});
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.exit_code == 3);
  CHECK(ran.outcome.summary.not_found == 2);
  CHECK(ran.outcome.summary.fetched == 1);
}

TEST_CASE("harvest: what is asked for by Study Instance UID is fetched", "[harvest][net]") {
  const auto plans = numbered(3);
  HarvestFixture fixture(plans);
  fixture.request.studies = {StudyUid(plans[2].uid)};
  fixture.request.listed = 1;
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.verdicts().size() == 1);
  CHECK(ran.outcome.summary.fetched == 1);
}

TEST_CASE("harvest: what was asked for by name is kept no longer than the policy allows", "[harvest][net]") {
  HarvestFixture fixture(numbered(2));
  fixture.keep_accession = [](const std::string&) { return std::string(); };
  fixture.request = by_accession({"00-100", "00-999"});
  fixture.run();
  CHECK(fixture.rows("SELECT 1 FROM query_window WHERE accession_number <> ''").empty());
  CHECK(fixture.rows("SELECT 1 FROM harvest WHERE request LIKE '%00-100%' OR request_key LIKE '%00-100%'").empty());
}

TEST_CASE("harvest: two harvests by name are two harvests", "[harvest][net]") {
  HarvestFixture fixture(numbered(2));
  fixture.request = by_accession({"00-999"});
  fixture.run();
  fixture.request = by_accession({"00-998"});
  CHECK_FALSE(fixture.run().begun.continued);
}

TEST_CASE("harvest: only studies of the hours that are asked for are found", "[harvest][net]") {
  const auto plans = numbered(8);
  HarvestFixture fixture(plans);
  fixture.request.time_from = std::chrono::hours(2);
  fixture.request.time_until = std::chrono::hours(5) - std::chrono::microseconds(1);
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.verdicts().size() == 3);
}

TEST_CASE("harvest: nothing new is begun once it may not go on, and the rest is done by the next run",
          "[harvest][net]") {
  HarvestFixture fixture(numbered(6));
  std::atomic<int> moves_left = 2;
  fixture.may_go_on = [&]() -> Status {
    if (static_cast<int>(fixture.moves().size()) < moves_left) return ok();
    return Error{ErrorKind::cancelled, "the time given for this run is over", harvest::stop_code::kDuration};
  };
  const auto first = fixture.run();
  CHECK(first.outcome.state == HarvestState::interrupted);
  CHECK(first.exit_code == 10);
  CHECK(fixture.value("SELECT stopped_by FROM harvest") == "duration");
  CHECK(first.outcome.summary.fetched >= 1);
  fixture.may_go_on = {};
  const auto second = fixture.run();
  CHECK(second.begun.continued);
  CHECK(second.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  for (const auto& [uid, times] : fixture.sent()) CHECK(times == 1);
}

TEST_CASE("harvest: one that is cancelled by hand is over", "[harvest][net]") {
  HarvestFixture fixture(numbered(3));
  fixture.may_go_on = [] { return Status(Error{ErrorKind::cancelled, "cancelled", harvest::stop_code::kCancelled}); };
  CHECK(fixture.run().outcome.state == HarvestState::cancelled);
  fixture.may_go_on = {};
  CHECK_FALSE(fixture.run().begun.continued);
}

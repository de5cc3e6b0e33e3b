#include <catch2/catch.hpp>

#include "harvester/harvest/harvest.hpp"

using namespace harvester;
using namespace harvester::harvest;

namespace {

Request request() { return {"main-pacs", {"CT", "MG"}, *parse_date("20261122"), *parse_date("20261122"), false, 0}; }

Outcome ended(HarvestState state, std::optional<ErrorKind> error = std::nullopt) {
  Outcome outcome;
  outcome.id = {91};
  outcome.state = state;
  if (error) outcome.error = Error{*error, "why"};
  return outcome;
}

}  // namespace

TEST_CASE("a request comes back from its text, and another order of modalities is the same request", "[harvest]") {
  auto asked = request();
  asked.max_studies = 7;
  CHECK(*request_from_json(to_json(asked)) == asked);
  auto other = request();
  other.modalities = {"MG", "CT"};
  CHECK(request_key(other) == request_key(asked));
  other.until = *parse_date("20261123");
  CHECK(request_key(other) != request_key(asked));
  for (const auto* text : {"", "{}", "[]", R"({"node":1})"}) CHECK_FALSE(request_from_json(text));
}

TEST_CASE("a harvest ends with one line that adds up", "[harvest]") {
  auto outcome = ended(HarvestState::incomplete);
  outcome.summary.held = 160;
  outcome.summary.fetched = 52;
  outcome.summary.missing = 2;
  CHECK(
      summary_line(outcome, request()) ==
      "main-pacs 2026-11-22 CT,MG: found 214, held 160, fetched 52, missing 2, failed 0 (harvester harvests show 91)");
  outcome.summary.studies = 9;
  outcome.summary.studies_by_verdict = {{"retrieve(dose_report)", 6}, {"skip(nothing_usable)", 3}};
  CHECK_THAT(summary_line(outcome, request()), Catch::Contains("[studies 9, skipped: nothing_usable 3]"));
}

TEST_CASE("the exit code tells complete, incomplete, unreachable, refused, stopped and broken apart", "[harvest]") {
  CHECK(exit_code(ended(HarvestState::complete)) == 0);
  CHECK(exit_code(ended(HarvestState::incomplete)) == 3);
  CHECK(exit_code(ended(HarvestState::interrupted, ErrorKind::transient)) == 4);
  CHECK(exit_code(ended(HarvestState::failed, ErrorKind::refused)) == 4);
  CHECK(exit_code(ended(HarvestState::interrupted, ErrorKind::cancelled)) == 130);
  CHECK(exit_code(ended(HarvestState::interrupted, ErrorKind::storage)) == 1);
}

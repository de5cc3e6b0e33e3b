#include "harvester/report/coverage.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::report;

namespace {

const CivilDate kDay = *parse_date("20260105");

database::ledger::StoredWindow window(const std::string& modality, CivilDate from, CivilDate until,
                                      WindowState state = WindowState::verified) {
  return {{}, {modality, from, until}, 1, state, 0, 0};
}

Covered state(const std::map<CoverKey, DayCover>& cover, CivilDate date, const std::string& modality) {
  const auto found = cover.find({date, modality});
  return found == cover.end() ? Covered::never : found->second.covered;
}

}  // namespace

TEST_CASE("a day is complete, empty, incomplete or was never asked for", "[report]") {
  HarvestCover harvest{{"CT", "MG"}, {window("CT", kDay, plus_days(kDay, 2)), window("MG", kDay, kDay)}, {}};
  harvest.days = {{"20260105", "CT\\SR", 4, 0, 0, 4}, {"20260106", "CT", 2, 0, 1, 1}, {"20260105", "MR", 3, 0, 0, 0}};
  const auto cover = cover_of(harvest);
  CHECK(state(cover, kDay, "CT") == Covered::complete);
  CHECK(cover.at({kDay, "CT"}) == DayCover{Covered::complete, 4, 4, 0});
  CHECK(state(cover, next_day(kDay), "CT") == Covered::incomplete);
  CHECK(state(cover, plus_days(kDay, 2), "CT") == Covered::empty);
  CHECK(state(cover, kDay, "MG") == Covered::empty);
  CHECK(state(cover, next_day(kDay), "MG") == Covered::never);
  CHECK(state(cover, kDay, "MR") == Covered::never);
}

TEST_CASE("a window that is not verified leaves its days incomplete, whatever its pieces brought", "[report]") {
  HarvestCover harvest{{"CT"}, {window("", kDay, kDay, WindowState::capped), window("", kDay, kDay)}, {}};
  harvest.days = {{"20260105", "CT", 9, 0, 0, 9}};
  CHECK(state(cover_of(harvest), kDay, "CT") == Covered::incomplete);
  harvest.windows = {window("", kDay, kDay, WindowState::split), window("CT", kDay, kDay, WindowState::not_needed)};
  CHECK(state(cover_of(harvest), kDay, "CT") == Covered::complete);
  harvest.days[0].open = 1;
  CHECK(state(cover_of(harvest), kDay, "CT") == Covered::incomplete);
}

TEST_CASE("a day stays complete when a later harvest of it fails, and becomes it when a later one succeeds",
          "[report]") {
  using Cover = std::map<CoverKey, DayCover>;
  const Cover good{{{kDay, "CT"}, {Covered::complete, 4, 4, 0}}}, bad{{{kDay, "CT"}, {Covered::incomplete, 4, 3, 1}}};
  CHECK(state(merged({bad, good}), kDay, "CT") == Covered::complete);
  CHECK(state(merged({good, bad}), kDay, "CT") == Covered::complete);
  CHECK(merged({bad, bad}).at({kDay, "CT"}).missing == 1);
}

TEST_CASE("the calendar shows each day of the range", "[report]") {
  const NodeCover cover{"main",
                        {{{kDay, "CT"}, {Covered::complete, 4, 4, 0}},
                         {{next_day(kDay), "CT"}, {Covered::incomplete, 2, 1, 1}},
                         {{kDay, "MG"}, {Covered::empty, 0, 0, 0}}}};
  const auto table = coverage_table(cover, kDay, plus_days(kDay, 2));
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[0] == std::vector<std::string>{"2026-01-05", "4", "-"});
  CHECK(table.rows[1] == std::vector<std::string>{"2026-01-06", "!2", ""});
  CHECK(table.rows[2] == std::vector<std::string>{"2026-01-07", "", ""});
}

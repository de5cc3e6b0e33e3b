#include "arguments.hpp"

#include <catch2/catch.hpp>

#include "date_range.hpp"

namespace harvester::cli {
namespace {

Parsed parse(std::vector<const char*> words) {
  words.insert(words.begin(), "harvester");
  return parse_arguments(static_cast<int>(words.size()), words.data());
}

CivilDate day(int year, unsigned month, unsigned number) {
  return {std::chrono::year(year), std::chrono::month(month), std::chrono::day(number)};
}

Result<std::optional<DateRange>> range(const DateOptions& options) {
  return date_range(options, {day(2026, 11, 24), std::chrono::hours(9)});
}

}  // namespace

TEST_CASE("a misspelt command or option is a usage error that names the nearest", "[cli]") {
  const auto command = parse({"harvst"});
  CHECK(command.exit_code == 2);
  CHECK(command.error.find("did you mean harvest?") != std::string::npos);
  const auto option = parse({"harvest", "node", "--yestarday"});
  CHECK(option.exit_code == 2);
  CHECK(option.error.find("--yesterday") != std::string::npos);
}

TEST_CASE("global options may stand before or after the command", "[cli]") {
  for (const auto& parsed : {parse({"--json", "harvests", "list"}), parse({"harvests", "list", "--json"})}) {
    REQUIRE(parsed.command);
    CHECK(parsed.global.json);
  }
}

TEST_CASE("query is a harvest that only decides", "[cli]") {
  const auto parsed = parse({"query", "pacs", "--yesterday", "--modality", "CT"});
  REQUIRE(parsed.command);
  const auto& options = std::get<HarvestOptions>(*parsed.command);
  CHECK(options.dry_run);
  CHECK(options.nodes == std::vector<std::string>{"pacs"});
  CHECK(options.modalities == std::vector<std::string>{"CT"});
  CHECK_FALSE(std::get<HarvestOptions>(*parse({"harvest", "pacs", "--yesterday"}).command).dry_run);
}

TEST_CASE("what a run selects otherwise than the profile is the same for harvest and query", "[cli]") {
  const auto* command = GENERATE("harvest", "query");
  const auto parsed = parse({command, "pacs", "--yesterday", "--include-description", "thorax,abdo*",
                             "--exclude-description", "phantom", "--include-station", "CT1", "--exclude-station",
                             "WARD", "--station-level", "study", "--sr-only", "--empty-sr-is-rdsr", "--toshiba"});
  REQUIRE(parsed.command);
  const auto& selection = std::get<HarvestOptions>(*parsed.command).selection;
  using Texts = std::vector<std::string>;
  CHECK(selection.include_description == Texts{"thorax", "abdo*"});
  CHECK(selection.exclude_description == Texts{"phantom"});
  CHECK(selection.include_station == Texts{"CT1"});
  CHECK(selection.exclude_station == Texts{"WARD"});
  CHECK(selection.station_level == "study");
  CHECK(selection.sr_only);
  CHECK(selection.empty_sr_is_rdsr);
  CHECK(selection.toshiba);
  CHECK(parse({command, "pacs", "--station-level", "image"}).exit_code == 2);
  CHECK(parse({command, "pacs", "--sr-only", "--modality", "CT"}).exit_code == 2);
}

TEST_CASE("days are read as people type them, in either order", "[cli]") {
  CHECK(**range({.from = "", .until = "", .date = "", .last = "", .yesterday = true}) ==
        DateRange{day(2026, 11, 23), day(2026, 11, 23)});
  CHECK(**range({.from = "2026-11-20", .until = "20261101", .date = "", .last = ""}) ==
        DateRange{day(2026, 11, 1), day(2026, 11, 20)});
  CHECK(**range({.from = "", .until = "", .date = "", .last = "36h"}) ==
        DateRange{day(2026, 11, 22), day(2026, 11, 24)});
  CHECK(**range({.from = "2026-11-20", .until = "", .date = "", .last = ""}) ==
        DateRange{day(2026, 11, 20), day(2026, 11, 24)});
  CHECK_FALSE(*range({}));
}

TEST_CASE("no dates and contradicting dates are told", "[cli]") {
  CHECK(range({.from = "2026-13-01", .until = "", .date = "", .last = ""}).error().kind == ErrorKind::config);
  CHECK(range({.from = "", .until = "", .date = "today", .last = "2d"}).error().kind == ErrorKind::config);
  CHECK(range({.from = "", .until = "", .date = "", .last = "soon"}).error().kind == ErrorKind::config);
}

}  // namespace harvester::cli

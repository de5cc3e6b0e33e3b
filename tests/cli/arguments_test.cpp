#include "arguments.hpp"

#include <catch2/catch.hpp>

#include "date_range.hpp"
#include "name_list.hpp"

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

TEST_CASE("times go with one day, and an end is meant with its whole minute", "[cli]") {
  const DateRange one{day(2026, 11, 23), day(2026, 11, 23)}, two{day(2026, 11, 22), day(2026, 11, 23)};
  DateOptions options;
  options.time_from = "0830";
  options.time_until = "09:00";
  const auto times = day_times(options, one);
  REQUIRE(times);
  CHECK(times->from == std::chrono::minutes(510));
  CHECK(times->until == std::chrono::minutes(541) - std::chrono::microseconds(1));
  CHECK(day_times(options, two).error().kind == ErrorKind::config);
  options.time_until = "0800";
  CHECK(day_times(options, one).error().kind == ErrorKind::config);
  options.time_until = "25";
  CHECK(day_times(options, one).error().kind == ErrorKind::config);
  options.time_until = "24";
  CHECK(day_times(options, one).error().kind == ErrorKind::config);
  CHECK_FALSE(day_times({}, two)->from);
}

TEST_CASE("durations are read as people type them", "[cli]") {
  CHECK(*duration("--max-duration", "6h") == std::chrono::hours(6));
  CHECK(*duration("--max-duration", "90m") == std::chrono::minutes(90));
  for (const auto* wrong : {"", "6", "h", "-1h", "0h", "6 h", "6hours"})
    CHECK(duration("--max-duration", wrong).error().kind == ErrorKind::config);
}

TEST_CASE("a list of names keeps leading zeros and leaves out what is no name", "[cli]") {
  std::istringstream lines(
      "\xEF\xBB\xBF"
      "Accession number;Name\r\n\"00123\";x\r\n\n# old ones\n 0456 \n00123,y\nA-7\tz");
  CHECK(read_names(lines) == std::vector<std::string>{"00123", "0456", "A-7"});
  std::istringstream without_heading("1.2.3\n1.2.x\n");
  const auto names = read_names(without_heading);
  CHECK(names.size() == 2);
  CHECK(not_uids(names) == std::vector<std::size_t>{1});
}

TEST_CASE("a list that is not there or empty is a fault of the command line", "[cli]") {
  CHECK(names_of("--accessions", "/nowhere/list.csv").error().kind == ErrorKind::config);
  CHECK(names_of("--accessions", "/dev/null").error().kind == ErrorKind::config);
}

TEST_CASE("backfill goes day by day, reconcile compares", "[cli]") {
  const auto way = [](const char* command) {
    return std::get<HarvestOptions>(*parse({command, "pacs", "--from", "2026-01-01"}).command).way;
  };
  CHECK(way("backfill") == HarvestOptions::Way::day_by_day);
  CHECK(way("reconcile") == HarvestOptions::Way::reconcile);
  CHECK(way("harvest") == HarvestOptions::Way::range);
}

}  // namespace harvester::cli

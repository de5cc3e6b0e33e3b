#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "harvester/core/text.hpp"
#include "harvester/report/harvests.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
namespace ledger = database::ledger;

namespace {

struct Queries {
  tests::TempDir folder;
  database::Connection connection = *database::open_database(folder / "harvester.db");
  NodeId node = ledger::node(connection, "pacs");
  HarvestId large = begin("large"), none = begin("none"), small = begin("small");

  HarvestId begin(const std::string& key) { return ledger::begin_harvest(connection, {node, "{}", key, 1, Instant{}}); }

  void add(HarvestId harvest, int number, const std::string& description = "") {
    CandidateStudy study;
    study.uid = StudyUid(fmt::format("1.2.{}", number));
    study.date = "20260105";
    study.description = description;
    ledger::add_study(connection, harvest, study);
  }

  std::string table(HarvestId harvest) {
    std::string text;
    REQUIRE(report::write_candidates(connection, harvest, [&](const std::string& piece) { text += piece; }));
    return text;
  }
};

}  // namespace

TEST_CASE("queries: a table of more studies than are read at once has a line for each, in columns", "[report]") {
  Queries queries;
  database::Transaction transaction(queries.connection);
  for (int n = 0; n < 1201; ++n) {
    queries.add(queries.large, n, n == 1200 ? "Thorax" : "");
    if (n % 3 == 0) queries.add(queries.small, n);
  }
  transaction.commit();
  const auto lines = split(queries.table(queries.large), '\n');
  REQUIRE(lines.size() == 1204);  // header, rule, studies, and nothing after the last line break
  CHECK(lines[2].find("2026-01-05") == lines[1202].find("2026-01-05"));
  CHECK(lines[1202].find("Thorax") == lines[0].find("Description"));
  CHECK(split(queries.table(queries.none), '\n').size() == 3);
}

TEST_CASE("queries: as JSON each has its studies, also those with none", "[report]") {
  Queries queries;
  database::Transaction transaction(queries.connection);
  for (int n = 0; n < 1000; ++n) queries.add(queries.large, n, "a \"b\"\n\xff");
  transaction.commit();
  std::string text;
  const std::vector<report::QueryView> views{{"one", queries.large, 0}, {"two", queries.none, 3}};
  REQUIRE(report::write_queries_json(queries.connection, views, [&](const std::string& piece) { text += piece; }));
  const auto json = nlohmann::ordered_json::parse(text);
  CHECK(json["schema"] == 1);
  REQUIRE(json["queries"].size() == 2);
  CHECK(json["queries"][0]["studies"].size() == 1000);
  CHECK(json["queries"][0]["studies"][999]["study_instance_uid"] == "1.2.999");
  CHECK(json["queries"][1]["studies"].empty());
  CHECK(json["queries"][1]["exit_code"] == 3);
  CHECK(text == json.dump(2) + "\n");
  text.clear();
  REQUIRE(report::write_queries_json(queries.connection, {}, [&](const std::string& piece) { text += piece; }));
  CHECK(nlohmann::json::parse(text)["queries"].empty());
}

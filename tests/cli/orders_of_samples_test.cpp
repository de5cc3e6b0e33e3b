// Real objects of one study, in every order and more than once. Built only where HARVESTER_SAMPLES names their folder.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <sstream>

#include "harvester/intake/importer.hpp"
#include "harvester/report/export_json.hpp"
#include "support/orders.hpp"
#include "support/temp_dir.hpp"

namespace harvester {
namespace {

/// The objects with dose of each study that has several.
std::map<std::string, std::vector<intake::ParsedObject>> studies() {
  std::map<std::string, std::vector<intake::ParsedObject>> all;
  const std::filesystem::path folder = std::filesystem::path(std::getenv("HARVESTER_SAMPLES")) / "samples";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    auto parsed = intake::parse_object(entry.path(), {});
    if (parsed.record) all[parsed.record->report.study_instance_uid].push_back(std::move(parsed));
  }
  std::erase_if(all, [](const auto& study) { return study.second.size() < 2; });
  return all;
}

std::string exported(const std::vector<intake::ParsedObject>& objects, const std::vector<std::size_t>& order) {
  const tests::TempDir dir;
  auto connection = *database::open_database(dir / "harvester.db");
  for (const auto n : order) {
    database::Transaction transaction(connection);
    (void)intake::store_object(connection, objects[n], {std::nullopt, Instant{}});
    transaction.commit();
  }
  std::ostringstream out;
  REQUIRE(report::export_json(connection, {}, out));
  return out.str();
}

}  // namespace

TEST_CASE("real objects of one study give the same export in every order, however often they come", "[samples]") {
  const auto all = studies();
  REQUIRE(all.size() >= 3);
  for (const auto& [study, objects] : all) {
    std::string expected;
    tests::for_each_order(objects.size(), 24, [&](const std::vector<std::size_t>& order) {
      const auto told = exported(objects, order);
      if (expected.empty()) expected = told;
      REQUIRE(told == expected);
    });
  }
}

}  // namespace harvester

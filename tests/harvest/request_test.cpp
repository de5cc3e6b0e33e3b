#include "harvester/harvest/request.hpp"

#include <catch2/catch.hpp>

#include "harvester/harvest/harvest.hpp"

using namespace harvester;
using namespace harvester::harvest;

namespace {

Request plain() { return {"main", {"CT", "MG"}, *parse_date("20261101"), *parse_date("20261102"), false, 0, false}; }

SelectionOverrides all_overrides() {
  SelectionOverrides overrides;
  overrides.include_description = {"thorax"};
  overrides.exclude_description = {"phantom"};
  overrides.include_station = {"ct1", "ct2"};
  overrides.exclude_station = {"ward"};
  overrides.station_at_study_level = true;
  overrides.empty_sr_is_rdsr = true;
  overrides.toshiba = true;
  return overrides;
}

}  // namespace

TEST_CASE("a request survives its way into the ledger, what it overrides included", "[harvest]") {
  auto request = plain();
  CHECK(*request_from_json(to_json(request)) == request);
  request.selection = all_overrides();
  CHECK(*request_from_json(to_json(request)) == request);
  request.selection = {};
  request.selection.station_at_study_level = false;
  CHECK(*request_from_json(to_json(request)) == request);
}

TEST_CASE("a request of an earlier version overrides nothing and keeps its key", "[harvest]") {
  const auto old = request_from_json(
      R"({"node":"main","modalities":["CT"],"from":"2026-11-01","until":"2026-11-02","refetch":true})");
  REQUIRE(old);
  CHECK(old->selection == SelectionOverrides{});
  CHECK(request_key(*old).find("selection") == std::string::npos);
}

TEST_CASE("a run that selects otherwise does not continue one that did not", "[harvest]") {
  const auto with = [](auto change) {
    auto request = plain();
    change(request.selection);
    return request_key(request);
  };
  const std::set<std::string> keys{with([](auto&) {}),
                                   with([](auto& s) { s.include_description = {"a"}; }),
                                   with([](auto& s) { s.exclude_description = {"a"}; }),
                                   with([](auto& s) { s.include_station = {"a"}; }),
                                   with([](auto& s) { s.exclude_station = {"a"}; }),
                                   with([](auto& s) { s.station_at_study_level = true; }),
                                   with([](auto& s) { s.empty_sr_is_rdsr = true; }),
                                   with([](auto& s) { s.toshiba = true; })};
  CHECK(keys.size() == 8);
}

TEST_CASE("overrides take the place of what the profile says, and leave the rest", "[harvest]") {
  NodeSetup setup{.find_peer = {"x", 1, AeTitle::of("A"), AeTitle::of("B")},
                  .move_peer = {"x", 1, AeTitle::of("A"), AeTitle::of("B")},
                  .destination = AeTitle::of("B")};
  setup.rules.study_description = {{"of profile"}, {"excluded"}};
  setup.rules.station_name.exclude = {"ward"};
  setup.rules.empty_sr_is_report = false;
  setup.rules.prefer = {select::Preference::rdsr, select::Preference::images};

  SECTION("nothing") {
    const auto same = overridden(setup, {}).rules;
    CHECK(same.study_description.include == std::vector<std::string>{"of profile"});
    CHECK_FALSE(same.empty_sr_is_report);
    CHECK(same.images.at("CT") == select::ImageRule::dose_info_only);
    CHECK_FALSE(overridden(setup, {}).style.station_at_study);
  }
  SECTION("everything") {
    const auto other = overridden(setup, all_overrides());
    CHECK(other.rules.study_description.include == std::vector<std::string>{"thorax"});
    CHECK(other.rules.study_description.exclude == std::vector<std::string>{"phantom"});
    CHECK(other.rules.station_name.exclude == std::vector<std::string>{"ward"});
    CHECK(other.rules.station_at_study_level);
    CHECK(other.rules.empty_sr_is_report);
    CHECK(other.rules.images.at("CT") == select::ImageRule::one_per_series);
    CHECK(other.rules.prefer ==
          std::vector{select::Preference::rdsr, select::Preference::toshiba_dose_screen, select::Preference::images});
    CHECK(other.style.station_at_study);
  }
  SECTION("the Toshiba option is no reason to fetch less than the profile") {
    setup.rules.images["CT"] = select::ImageRule::all;
    CHECK(overridden(setup, all_overrides()).rules.images.at("CT") == select::ImageRule::all);
  }
}

#include "lamps.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::web;

namespace {

database::ledger::HarvestRow row(HarvestState state, StoppedBy by = StoppedBy::nobody) {
  database::ledger::HarvestRow made;
  made.state = state;
  made.stopped_by = by;
  return made;
}

}  // namespace

TEST_CASE("lamps: a node's tells how its last harvest ended", "[web]") {
  CHECK(node_lamp(false, row(HarvestState::failed)).light == Light::off);
  CHECK(node_lamp(true, std::nullopt).light == Light::off);
  CHECK(node_lamp(true, row(HarvestState::complete)).light == Light::ok);
  CHECK(node_lamp(true, row(HarvestState::incomplete)).light == Light::warn);
  CHECK(node_lamp(true, row(HarvestState::failed)).light == Light::bad);
  CHECK(node_lamp(true, row(HarvestState::interrupted, StoppedBy::hours)).light == Light::ok);
  CHECK(node_lamp(true, row(HarvestState::interrupted, StoppedBy::node)).light == Light::warn);
}

TEST_CASE("lamps: several are as bad as the worst", "[web]") {
  CHECK(together({}).light == Light::off);
  CHECK(together({{Light::off, ""}, {Light::ok, ""}}).light == Light::ok);
  const auto lamp = together({{Light::ok, ""}, {Light::warn, "a"}, {Light::bad, "b"}, {Light::bad, "c"}});
  CHECK(lamp.light == Light::bad);
  CHECK(lamp.text == "2 of 4: b");
}

TEST_CASE("lamps: a folder that is not watched is bad, files that cannot be read a warning", "[web]") {
  CHECK(folder_lamp("", 7, 0).light == Light::ok);
  CHECK(folder_lamp("", 7, 0).text == "7 files taken");
  CHECK(folder_lamp("the folder is not there", 7, 1).light == Light::bad);
  CHECK(folder_lamp("the folder is not there", 7, 1).text == "the folder is not there");
  CHECK(folder_lamp("", 7, 1).light == Light::warn);
}

TEST_CASE("lamps: a disk below its minimum is bad, near it a warning", "[web]") {
  CHECK(disk_lamp(99, 100).light == Light::bad);
  CHECK(disk_lamp(150, 100).light == Light::warn);
  CHECK(disk_lamp(200, 100).light == Light::ok);
}

TEST_CASE("lamps: objects that wait for long are told of", "[web]") {
  using namespace std::chrono_literals;
  const Instant now{100h};
  CHECK(inbox_lamp(0, std::nullopt, now).light == Light::ok);
  CHECK(inbox_lamp(5, now - 1min, now).light == Light::ok);
  CHECK(inbox_lamp(5, now - 11min, now).light == Light::warn);
  CHECK(inbox_lamp(5, now - 2h, now).light == Light::bad);
}

TEST_CASE("lamps: a store that is to be open and is not is bad", "[web]") {
  receive::StoreStatus store;
  CHECK(store_lamp(store, true).light == Light::ok);
  store.open = false;
  CHECK(store_lamp(store, true).light == Light::bad);
  CHECK(store_lamp(store, false).light == Light::off);
}

TEST_CASE("lamps: a system is silent when it is so for much longer than it used to be, weekends aside", "[web]") {
  CHECK_FALSE(is_silent(1000, 100, 3));
  CHECK(is_silent(1000, 100, 4));
  CHECK_FALSE(is_silent(10, 100, 20));  // ten days between its studies
  CHECK(is_silent(10, 100, 31));
  CHECK_FALSE(is_silent(3, 1, 400));  // too few to tell
  CHECK(days_since("2026-03-01", "2026-03-05") == 4);
  CHECK_FALSE(days_since("", "2026-03-05"));
}

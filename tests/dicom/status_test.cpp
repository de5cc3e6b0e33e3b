#include "harvester/dicom/status.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::dicom;

TEST_CASE("every final C-FIND status has one next step", "[dicom]") {
  const std::vector<std::pair<int, FindNext>> table{{0x0000, FindNext::done},
                                                    {0xA700, FindNext::split},
                                                    {0xC000, FindNext::retry_then_split},
                                                    {0xC311, FindNext::retry_then_split},
                                                    {0xA900, FindNext::stop_and_tell},
                                                    {0x0122, FindNext::stop_and_tell},
                                                    {0xFE00, FindNext::cancelled},
                                                    {0xA123, FindNext::retry},
                                                    {0x0110, FindNext::failed}};
  for (const auto& [code, next] : table) CHECK(find_next({static_cast<std::uint16_t>(code)}) == next);
}

TEST_CASE("every final C-MOVE status has one next step", "[dicom]") {
  const MoveCounts none{0, 0, 0, 0};
  const MoveCounts one{0, 1, 0, 0};
  CHECK(move_next({0x0000}, one, true) == MoveNext::settle);
  CHECK(move_next({0x0000}, none, true) == MoveNext::retry);
  CHECK(move_next({0x0000}, none, false) == MoveNext::settle);
  CHECK(move_next({0x0000}, MoveCounts{}, true) == MoveNext::settle);  // absent is not 0
  CHECK(move_next({0x0000}, MoveCounts{0, 1, 1, 0}, true) == MoveNext::partial);
  CHECK(move_next({0x0000}, MoveCounts{0, 0, 2, 0}, true) == MoveNext::partial);
  CHECK(move_next({0xB000}, one, true) == MoveNext::partial);
  CHECK(move_next({0xA701}, none, true) == MoveNext::smaller_level);
  CHECK(move_next({0xA702}, none, true) == MoveNext::retry);
  CHECK(move_next({0xC000}, none, true) == MoveNext::retry);
  for (const int code : {0xA801, 0xA900, 0x0120, 0x0122, 0x0124})
    CHECK(move_next({static_cast<std::uint16_t>(code)}, none, true) == MoveNext::stop_and_tell);
  CHECK(move_next({0xFE00}, none, true) == MoveNext::cancelled);
  CHECK(move_next({0x0110}, none, true) == MoveNext::failed);
}

TEST_CASE("an unknown move destination is told with the remedy", "[dicom]") {
  const auto words = explain_move({0xA801}, "HARVESTER");
  CHECK_THAT(words, Catch::Contains("A801H") && Catch::Contains("\"HARVESTER\"") && Catch::Contains("administrator"));
}

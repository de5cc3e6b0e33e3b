#include "harvester/core/ids.hpp"

#include <catch2/catch.hpp>

using namespace harvester;

TEST_CASE("an AE title is checked once, when it is made", "[core]") {
  CHECK(AeTitle::make("  MAIN PACS ")->str() == "MAIN PACS");
  CHECK(AeTitle::make("0123456789abcdef")->str() == "0123456789abcdef");
  for (const auto* text : {"", "    ", "0123456789abcdefg", "A\\B", "A\nB", "\xC3\xA9"})
    CHECK_FALSE(AeTitle::make(text));
}

TEST_CASE("plain AE titles are letters and digits only", "[core]") {
  CHECK(is_plain_ae_title("HARVESTER1"));
  for (const auto* text : {"", "MAIN PACS", "A-B", "0123456789abcdefg"}) CHECK_FALSE(is_plain_ae_title(text));
}

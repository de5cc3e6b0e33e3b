#include "harvester/core/text.hpp"

#include <catch2/catch.hpp>

using namespace harvester;

TEST_CASE("shell patterns match whole texts without regard to case", "[core]") {
  CHECK(matches_pattern("Physics Test", "physics*"));
  CHECK(matches_pattern("PHY123", "phy*"));
  CHECK(matches_pattern("abc", "a?c"));
  CHECK_FALSE(matches_pattern("Metaphysics", "physics*"));
  CHECK(matches_pattern("aaaaaaaaab", "*a*a*a*b"));
  CHECK_FALSE(matches_pattern("", "?"));
  CHECK(matches_pattern("", "*"));
}

TEST_CASE("substrings may hold wildcards", "[core]") {
  CHECK(contains_pattern("CT Dose Info 2", "dose info"));
  CHECK(contains_pattern("CT Dose Info 2", "dose*2"));
  CHECK_FALSE(contains_pattern("CT Dose", "dose info"));
}

TEST_CASE("bytes that are not UTF-8 become replacement characters", "[core]") {
  CHECK(is_utf8("Müller"));
  CHECK_FALSE(is_utf8("M\xFCller"));
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));
  CHECK_FALSE(is_utf8("\xC0\xAF"));
  CHECK(repaired_utf8("M\xFCller") == "M\xEF\xBF\xBDller");
}

TEST_CASE("wide characters take two columns, combining marks none", "[core]") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("山田") == 4);
  CHECK(display_width("e\xCC\x81") == 1);
}

TEST_CASE("a typing mistake finds what was meant", "[core]") {
  CHECK(nearest("ae_titel", {"port", "ae_title", "host"}) == "ae_title");
  CHECK(nearest("zzz", {"port", "ae_title"}).empty());
}

TEST_CASE("padding and control characters are handled as archives send them", "[core]") {
  CHECK(trimmed(std::string_view(" 1.2.3\0", 7)) == "1.2.3");
  CHECK(escaped_controls("a\nb\x1b") == "a\\x0ab\\x1b");
  CHECK(split("CT\\MR", '\\') == std::vector<std::string>{"CT", "MR"});
}

#include "harvester/report/table.hpp"

#include <catch2/catch.hpp>

using namespace harvester::report;

TEST_CASE("table: columns are aligned by what the terminal shows, wide characters count two", "[table]") {
  const Table table{{{"Name"}, {"DLP [mGy.cm]", Align::right}}, {{"山田", "1.00"}, {"Müller", "100.00"}, {"x"}}};
  CHECK(render(table) ==
        "Name    DLP [mGy.cm]\n"
        "------  ------------\n"
        "山田            1.00\n"
        "Müller        100.00\n"
        "x\n");
}

TEST_CASE("table: long texts are cut at a character, control characters are made visible", "[table]") {
  const Table table{{{"T", Align::left, 7}}, {{"ääääääää"}, {"a\x1b[2J"}, {"山山山山"}}};
  const auto text = render(table);
  CHECK(text.find("ääää...\n") != std::string::npos);
  CHECK(text.find("山山...\n") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("table: a table without rows is its header", "[table]") {
  CHECK(render({{{"A"}, {"B"}}, {}}) == "A  B\n-  -\n");
}

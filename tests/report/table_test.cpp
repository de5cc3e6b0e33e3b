#include "harvester/report/table.hpp"

#include <catch2/catch.hpp>

#include "harvester/report/ct_table.hpp"

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

TEST_CASE("ct table: a line each study with units in the headers, absent values empty", "[table]") {
  harvester::database::dose::CtStudyRow row;
  row.study_date = "2024-02-29";
  row.study_time = "10:00:00.123000";
  row.events = 2;
  row.total_dlp_mgycm = 10.456;
  const auto table = ct_table({row});
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0] == std::vector<std::string>{"2024-02-29", "10:00:00", "", "", "", "2", "", "10.46"});
  CHECK(table.columns.back().header == "DLP [mGy.cm]");
}

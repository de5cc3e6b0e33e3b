#include "harvester/report/flat_export.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harvester/report/dose_tables.hpp"
#include "harvester/report/export_json.hpp"
#include "support/dose_database.hpp"

using namespace harvester;
using namespace harvester::report;
using database::flat::Family;
using database::flat::View;
using harvester::tests::DoseDatabase;

namespace {

std::string csv(DoseDatabase& store, const FlatExport& what, bool mark = false) {
  std::ostringstream out;
  REQUIRE(export_csv(store.connection(), what, mark, out));
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("export: a text that would be a formula is made one no more, numbers stay numbers", "[export]") {
  const auto text = [](const char* it) { return csv_cell(std::string(it)); };
  CHECK(text("=1+1") == "'=1+1");
  CHECK(text("+1") == "'+1");
  CHECK(text("-1") == "'-1");
  CHECK(text("@SUM(A1)") == "'@SUM(A1)");
  CHECK(text("\t=1") == "'\t=1");
  CHECK(text("\r=1") == "\"'\r=1\"");
  CHECK(text("a=1") == "a=1");
  CHECK(csv_cell(-1.5) == "-1.5");
  CHECK(csv_cell(std::int64_t{-3}) == "-3");
  CHECK(csv_cell(std::monostate{}).empty());
}

TEST_CASE("export: cells with separators, quotes and line ends are quoted, what is no UTF-8 is replaced", "[export]") {
  CHECK(csv_cell(std::string("a,b")) == "\"a,b\"");
  CHECK(csv_cell(std::string("say \"ah\"")) == "\"say \"\"ah\"\"\"");
  CHECK(csv_cell(std::string("a\nb")) == "\"a\nb\"");
  CHECK(csv_cell(std::string("M\xfcller")) == "M\xEF\xBF\xBDller");
}

TEST_CASE("export: a number is written so that it is read back the same", "[export]") {
  for (const double number : {0.1, 1e-7, 123456.789, 7.46, 1.0 / 3}) CHECK(std::stod(csv_cell(number)) == number);
}

TEST_CASE("export: CSV has units in its header, an event a row, and the patient only where asked for", "[export]") {
  DoseDatabase store;
  auto record = tests::ct_record(1, {"a", "b"});
  record.patient_study.patient_name = "Doe^Jane";
  store.add(record);
  const auto plain = csv(store, {View::ct_events, {}, false});
  const auto lines = lines_of(plain);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find(",DLP [mGy.cm],") != std::string::npos);
  CHECK(lines[0].back() == '\r');
  CHECK(plain.find("Doe^Jane") == std::string::npos);
  CHECK(plain.find("Patient name") == std::string::npos);
  CHECK(csv(store, {View::ct_events, {}, true}).find("Doe^Jane") != std::string::npos);
  CHECK(csv(store, {View::ct_events, {}, false}, true).starts_with("\xEF\xBB\xBF"));
}

TEST_CASE("export: JSON lines are an object a row with the names of the columns", "[export]") {
  DoseDatabase store;
  store.add(tests::ct_record(1, {"a", "b"}));
  std::ostringstream out;
  REQUIRE(export_ndjson(store.connection(), {View::ct_events, {}, false}, out));
  const auto lines = lines_of(out.str());
  REQUIRE(lines.size() == 2);
  const auto row = nlohmann::json::parse(lines[1]);
  CHECK(row["dlp_mgycm"] == 10.0);
  CHECK(row["irradiation_event_uid"] == "b");
  CHECK_FALSE(row.contains("pitch_factor"));
  std::ostringstream whole;
  REQUIRE(export_rows_json(store.connection(), {View::ct_events, {}, false}, whole));
  CHECK(nlohmann::json::parse(whole.str())["rows"].size() == 2);
}

TEST_CASE("export: studies as JSON lines are the documents of the one JSON document, and both obey the filter",
          "[export]") {
  DoseDatabase store;
  store.add(tests::ct_record(1, {"a"}, "1.1"));
  auto other = tests::ct_record(1, {"b"}, "1.2");
  other.patient_study.study_description = "Head";
  store.add(other);
  database::flat::Filter filter;
  std::ostringstream lines, document;
  REQUIRE(export_study_lines(store.connection(), filter, lines));
  REQUIRE(export_json(store.connection(), filter, document));
  const auto studies = nlohmann::json::parse(document.str())["studies"];
  REQUIRE(lines_of(lines.str()).size() == 2);
  CHECK(nlohmann::json::parse(lines_of(lines.str())[1]) == studies[1]);
  filter.description = "head";
  std::ostringstream narrowed;
  REQUIRE(export_study_lines(store.connection(), filter, narrowed));
  CHECK(lines_of(narrowed.str()).size() == 1);
}

TEST_CASE("export: the description of the columns is of those that are exported", "[export]") {
  const auto json = nlohmann::json::parse(columns_json({View::ct_events, {}, false}));
  CHECK(json["columns"].size() == exported_columns(View::ct_events, false).size());
  CHECK(json["view"] == "v_ct_events");
}

TEST_CASE("dose table: an examination a line with units in the headers, or an event a line, none is no table",
          "[table]") {
  DoseDatabase store;
  std::string text;
  const auto write = [&](const std::string& part) { text += part; };
  CHECK(*write_dose_table(store.connection(), {Family::ct, false, {}}, write) == 0);
  CHECK(text.empty());
  store.add(tests::ct_record(1, {"a", "b"}));
  CHECK(*write_dose_table(store.connection(), {Family::ct, false, {}}, write) == 1);
  CHECK(text.find("DLP total [mGy.cm]") != std::string::npos);
  CHECK(text.find("20.00") != std::string::npos);
  text.clear();
  CHECK(*write_dose_table(store.connection(), {Family::ct, true, {}}, write) == 2);
  CHECK(text.find("Protocol b") != std::string::npos);
  CHECK(*write_dose_table(store.connection(), {Family::mg, false, {}}, write) == 0);
}

TEST_CASE("dose table: it is the same, whether its rows are kept or read again", "[table]") {
  DoseDatabase store;
  for (int n = 1; n <= 40; ++n)
    store.add(tests::ct_record(n, {"a" + std::to_string(n), std::string(static_cast<std::size_t>(n), 'b')}));
  const auto written = [&](std::size_t keep) {
    std::string text;
    const DoseTable table{Family::ct, true, {}};
    CHECK(*write_dose_table(
              store.connection(), table, [&](const std::string& part) { text += part; }, keep) == 80);
    return text;
  };
  CHECK(written(1000) == written(1 << 20));
  CHECK(written(0) == written(1 << 20));
}

TEST_CASE("dose table: each family has a table of studies and one of events", "[table]") {
  DoseDatabase store;
  for (const auto family : {Family::ct, Family::xray, Family::mg, Family::nm, Family::all})
    for (const bool events : {false, true})
      CHECK(write_dose_table(store.connection(), {family, events, {}}, [](const std::string&) {}));
}

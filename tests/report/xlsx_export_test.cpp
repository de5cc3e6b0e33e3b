#include "harvester/report/xlsx_export.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/dose_database.hpp"
#include "support/process.hpp"

using namespace harvester;
using namespace harvester::report;
using database::flat::Family;
using harvester::tests::DoseDatabase;
using harvester::tests::TempDir;

namespace {

// The sheets of a workbook as {name: [[cell, ...], ...]}; an absent cell is null, formulas are told as such.
constexpr const char* kReader = R"PY(
import json, re, sys, zipfile
import xml.etree.ElementTree as tree
ns = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
book = zipfile.ZipFile(sys.argv[1])
names = [s.get("name") for s in tree.fromstring(book.read("xl/workbook.xml")).find("m:sheets", ns)]
def column(reference):
    n = 0
    for c in re.match("[A-Z]+", reference).group(): n = n * 26 + ord(c) - 64
    return n - 1
def cell(c):
    if c.find("m:f", ns) is not None: return "FORMULA"
    if c.get("t") == "inlineStr": return "".join(c.find("m:is", ns).itertext())
    return float(c.find("m:v", ns).text)
def rows(n):
    for row in tree.fromstring(book.read(f"xl/worksheets/sheet{n}.xml")).find("m:sheetData", ns):
        cells = {column(c.get("r")): cell(c) for c in row if len(c)}
        yield [cells.get(i) for i in range(max(cells, default=-1) + 1)]
print(json.dumps({name: list(rows(n + 1)) for n, name in enumerate(names)}))
)PY";

nlohmann::ordered_json exported(DoseDatabase& store, const XlsxExport& what) {
  const TempDir dir;
  REQUIRE(export_xlsx(store.connection(), what, dir / "out.xlsx"));
  tests::Process reader({"/usr/bin/python3", "-c", kReader, (dir / "out.xlsx").string()});
  const int code = reader.wait();
  INFO(reader.output());
  REQUIRE(code == 0);
  return nlohmann::ordered_json::parse(reader.output());
}

std::vector<std::string> sheets_of(const nlohmann::ordered_json& book) {
  std::vector<std::string> names;
  for (const auto& [name, sheet] : book.items()) names.push_back(name);
  return names;
}

/// The value in that row (from 1) under that header.
nlohmann::ordered_json value(const nlohmann::ordered_json& sheet, std::size_t row, const std::string& header) {
  for (std::size_t i = 0; i < sheet[0].size(); ++i)
    if (sheet[0][i] == header) return i < sheet[row].size() ? sheet[row][i] : nlohmann::ordered_json();
  return "no such column";
}

}  // namespace

TEST_CASE("xlsx: a family has a summary, a study a row with its events to the right, and a sheet each protocol",
          "[xlsx]") {
  DoseDatabase store;
  auto record = tests::ct_record(1, {"a", "b", "c"});
  record.ct_events[0].acquisition_protocol = "Thorax";
  record.ct_events[1].acquisition_protocol = "thorax ";
  record.ct_events[2].acquisition_protocol = "Head";
  record.ct_events[2].dlp = 77.5;
  store.add(record);
  store.add(tests::ct_record(1, {"d"}, "1.9"));
  const auto book = exported(store, {Family::ct, {}, false, "all"});
  CHECK(sheets_of(book) == std::vector<std::string>{"Summary", "All data", "Thorax", "Head", "Protocol d", "Columns"});
  const auto& data = book["All data"];
  REQUIRE(data.size() == 3);
  CHECK(value(data, 1, "E3 DLP [mGy.cm]") == 77.5);
  CHECK(value(data, 1, "DLP total [mGy.cm]") == 30);
  CHECK(value(data, 2, "E1 Protocol") == "Protocol d");
  CHECK(value(data, 2, "E2 Protocol").is_null());
  CHECK(book["Thorax"].size() == 3);
  CHECK(value(book["Head"], 1, "DLP [mGy.cm]") == 77.5);
  CHECK(book["Summary"][2] == nlohmann::ordered_json({"CT studies", 2}));
}

TEST_CASE("xlsx: of everything there are the studies and a sheet of events for each family that has some", "[xlsx]") {
  DoseDatabase store;
  store.add(tests::ct_record(1, {"a", "b"}));
  const auto book = exported(store, {Family::all, {}, false, "all"});
  CHECK(sheets_of(book) == std::vector<std::string>{"Summary", "Studies", "CT events", "Columns"});
  CHECK(book["CT events"].size() == 3);
}

TEST_CASE("xlsx: no text becomes a formula, and a protocol of any name has a sheet", "[xlsx]") {
  DoseDatabase store;
  auto record = tests::ct_record(1, {"a", "b", "c", "d", "e"});
  record.ct_events[0].acquisition_protocol = "=1+1";
  record.ct_events[1].acquisition_protocol = "[a]:b*c?d/e\\f";
  record.ct_events[2].acquisition_protocol = std::string(40, 'x') + "1";
  record.ct_events[3].acquisition_protocol = std::string(40, 'x') + "2";
  record.ct_events[4].acquisition_protocol = "Summary";
  store.add(record);
  const auto book = exported(store, {Family::ct, {}, false, "all"});
  CHECK(sheets_of(book) == std::vector<std::string>{"Summary", "All data", "=1+1", "Summary (2)", "_a__b_c_d_e_f",
                                                    std::string(31, 'x'), std::string(27, 'x') + " (2)", "Columns"});
  CHECK(value(book["=1+1"], 1, "Protocol") == "=1+1");
}

TEST_CASE("xlsx: a protocol that ends in a tab is on the sheet of its name", "[xlsx]") {
  DoseDatabase store;
  auto record = tests::ct_record(1, {"a", "b", "c"});
  record.ct_events[0].acquisition_protocol = "Thorax";
  record.ct_events[1].acquisition_protocol = "thorax\t";
  record.ct_events[2].acquisition_protocol = "\t";
  store.add(record);
  const auto book = exported(store, {Family::ct, {}, false, "all"});
  CHECK(sheets_of(book) == std::vector<std::string>{"Summary", "All data", "(no protocol)", "Thorax", "Columns"});
  CHECK(book["Thorax"].size() == 3);
  CHECK(book["(no protocol)"].size() == 2);
}

TEST_CASE("xlsx: more protocols than there may be sheets share one, and none is lost", "[xlsx]") {
  DoseDatabase store;
  std::vector<std::string> events;
  for (int i = 0; i < 260; ++i) events.push_back(fmt::format("{:03}", i));
  store.add(tests::ct_record(1, events));
  const auto book = exported(store, {Family::ct, {}, false, "all"});
  REQUIRE(book.contains("Other protocols"));
  CHECK(book["Other protocols"].size() == 11);
  std::size_t rows = 0;
  for (const auto& [name, sheet] : book.items())
    if (name.starts_with("Protocol") || name == "Other protocols") rows += sheet.size() - 1;
  CHECK(rows == 260);
}

TEST_CASE("xlsx: a file that cannot be written is told", "[xlsx]") {
  DoseDatabase store;
  const auto written = export_xlsx(store.connection(), {Family::ct, {}, false, "all"}, "/nonexistent/out.xlsx");
  REQUIRE_FALSE(written);
  CHECK(written.error().kind == ErrorKind::storage);
}

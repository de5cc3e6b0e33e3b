#include "harvester/database/flat_views.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "harvester/core/text.hpp"
#include "support/dose_database.hpp"

using namespace harvester;
using namespace harvester::database;
using harvester::tests::ct_record;
using harvester::tests::DoseDatabase;
using harvester::tests::full_record;

namespace {

// The rows of a question, values as text, "-" for NULL.
std::vector<std::vector<std::string>> rows(DoseDatabase& store, const flat::Question& question) {
  std::vector<std::vector<std::string>> all;
  flat::for_each_row(store.connection(), question, [&](std::span<const flat::Value> row) {
    auto& texts = all.emplace_back();
    for (const auto& value : row) {
      std::ostringstream text;
      std::visit(
          [&](const auto& it) {
            if constexpr (std::is_same_v<std::decay_t<decltype(it)>, std::monostate>)
              text << "-";
            else
              text << it;
          },
          value);
      texts.push_back(text.str());
    }
    return true;
  });
  return all;
}

DoseRecord mammogram(const std::string& uid, const std::string& side) {
  auto record = ct_record(1, {}, uid);
  record.ct_accumulated.clear();
  record.report.object_kind = ObjectKind::mammography_rdsr;
  record.report.modality_type = "MG";
  auto& event = record.xray_events.emplace_back();
  event.irradiation_event_uid = uid + ".7";
  event.laterality = Code{"", "", side};
  event.average_glandular_dose = 1.5;
  event.exposure_uas = 80000;
  event.filters.push_back({std::nullopt, Code{"C-167F9", "SRT", "Rhodium"}, 0.05, 0.05});
  event.filters.push_back({std::nullopt, Code{"C-120F9", "SRT", "Aluminum"}, 0.1, 0.5});
  return record;
}

std::string readme() {
  std::ifstream file(HARVESTER_SOURCE_DIR "/src/database/README.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("flat: every column of a view is described, in the order of the view", "[flat]") {
  DoseDatabase store;
  for (const auto view : flat::kViews) {
    std::vector<std::string> described, there;
    for (const auto& column : flat::columns_of(view)) described.emplace_back(column.name);
    SQLite::Statement columns(store.connection().raw(),
                              "SELECT name FROM pragma_table_info('" + std::string(flat::name_of(view)) + "')");
    while (columns.executeStep()) there.push_back(columns.getColumn(0).getString());
    INFO(flat::name_of(view));
    CHECK(described == there);
  }
}

TEST_CASE("flat: the README has every column with its unit and source", "[flat]") {
  const auto text = readme();
  for (const auto view : flat::kViews)
    for (const auto& column : flat::columns_of(view)) {
      std::string unit(column.unit), source(column.source);
      const auto line =
          "| `" + std::string(column.name) + "` | " + std::string(column.title) + " | " + unit + " | " + source + " |";
      INFO(flat::name_of(view) << ": " << line);
      CHECK(text.find(line) != std::string::npos);
    }
}

TEST_CASE("flat: every column of a full record has a value in the view of its kind", "[flat]") {
  DoseDatabase store;
  auto record = full_record();
  record.patient_study.patient_birth_date = "1970-01-02";
  store.connection().run(
      "INSERT INTO standard_name (position, modality, acquisition_protocol, like_pattern, name) "
      "VALUES (1, 'CT', '*', '%', 'Standard'), (2, 'XA', '*', '%', 'Standard')");
  store.add(record);
  auto breast = record;
  breast.report.sop_instance_uid = "1.2.3.2";
  breast.report.study_instance_uid = "1.2.4";
  breast.report.object_kind = ObjectKind::projection_rdsr;
  breast.report.modality_type = "RF";
  store.add(breast);
  for (const auto view : {flat::View::ct_events, flat::View::xray_events, flat::View::nm_events}) {
    flat::Question question{view, {}, {}};
    for (const auto& column : flat::columns_of(view)) question.columns.push_back(column.name);
    const auto found = rows(store, question);
    REQUIRE(!found.empty());
    for (std::size_t i = 0; i < question.columns.size(); ++i) {
      INFO(flat::name_of(view) << "." << question.columns[i]);
      CHECK(found.front()[i] != "-");
    }
  }
}

TEST_CASE("flat: a study shows the protocol and region of the event with most dose", "[flat]") {
  DoseDatabase store;
  auto record = ct_record(1, {"a", "b"});
  record.ct_events[1].dlp = 200;
  record.ct_events[0].mean_ctdivol = 7;
  record.ct_events[1].target_region = Code{"T-D3000", "SRT", "Chest"};
  store.add(record);
  CHECK(rows(store, {flat::View::studies, {"protocol", "target_region", "max_ctdivol_mgy", "number_of_events"}, {}}) ==
        std::vector<std::vector<std::string>>{{"Protocol b", "Chest", "7", "2"}});
}

TEST_CASE("flat: an event that does not count is in no view", "[flat]") {
  DoseDatabase store;
  store.add(ct_record(1, {"a", "b"}));
  store.add(ct_record(2, {"a", "b", "c"}));
  const auto events = rows(store, {flat::View::ct_events, {"irradiation_event_uid", "sop_instance_uid"}, {}});
  REQUIRE(events.size() == 3);
  for (const auto& event : events) CHECK(event[1] == "1.2.3.1.2");
}

TEST_CASE("flat: mammography has a view of its own, filters of an event stand in one cell, exposure is in mAs",
          "[flat]") {
  DoseDatabase store;
  store.add(mammogram("1.1", "Left"));
  CHECK(rows(store, {flat::View::xray_events, {"laterality"}, {}}).empty());
  CHECK(rows(store,
             {flat::View::mg_events,
              {"laterality", "average_glandular_dose_mgy", "exposure_mas", "filter_materials", "filter_thicknesses_mm"},
              {}}) ==
        std::vector<std::vector<std::string>>{{"Left", "1.5", "80", "Rhodium | Aluminum", "0.05 | 0.1 - 0.5"}});
}

TEST_CASE("flat: studies are narrowed to a family, a text with wild cards in any case, and without tests", "[flat]") {
  DoseDatabase store;
  store.add(ct_record(1, {"a"}, "1.1"));
  store.add(mammogram("1.2", "Left"));
  auto phantom = ct_record(1, {"b"}, "1.3");
  phantom.patient_study.not_patient_indicator = "IDs: phy*";
  phantom.patient_study.study_description = "QA [monthly]";
  store.add(phantom);
  const auto found = [&](const flat::Filter& filter) {
    std::vector<std::string> uids;
    for (auto& row : rows(store, {flat::View::studies, {"study_instance_uid"}, filter})) uids.push_back(row[0]);
    return uids;
  };
  flat::Filter filter;
  filter.family = flat::Family::ct;
  CHECK(found(filter) == std::vector<std::string>{"1.1", "1.3"});
  filter.family = flat::Family::mg;
  CHECK(found(filter) == std::vector<std::string>{"1.2"});
  filter.family = flat::Family::xray;
  CHECK(found(filter).empty());
  filter = {};
  filter.description = "qa [month*";
  CHECK(found(filter) == std::vector<std::string>{"1.3"});
  filter = {};
  filter.station = "c?1";
  CHECK(found(filter).size() == 3);
  filter.station = "c";
  CHECK(found(filter).empty());
  filter = {};
  filter.without_tests = true;
  CHECK(found(filter) == std::vector<std::string>{"1.1", "1.2"});
}

TEST_CASE("flat: protocols that differ in case and blanks at the ends are one, and come together", "[flat]") {
  DoseDatabase store;
  auto record = ct_record(1, {"a", "b", "c", "d"});
  record.ct_events[0].acquisition_protocol = "Thorax";
  record.ct_events[1].acquisition_protocol = "Abdomen";
  record.ct_events[2].acquisition_protocol = " thorax ";
  record.ct_events[3].acquisition_protocol.reset();
  store.add(record);
  flat::Question question{flat::View::ct_events, {"acquisition_protocol"}, {}};
  const auto counts = flat::protocols(store.connection(), question);
  REQUIRE(counts.size() == 3);
  CHECK(counts[0].protocol == "Thorax");
  CHECK(counts[0].events == 2);
  CHECK(counts[1].protocol.empty());
  CHECK(flat::most_events(store.connection(), question) == 4);
  question.by_protocol = true;
  CHECK(rows(store, question) == std::vector<std::vector<std::string>>{{"-"}, {"Abdomen"}, {"Thorax"}, {" thorax "}});
}

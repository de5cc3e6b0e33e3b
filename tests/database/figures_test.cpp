#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "harvester/database/figure_rows.hpp"
#include "support/dose_database.hpp"

using namespace harvester;
using namespace harvester::database;
namespace figures = harvester::database::figures;

namespace {

class Figures {
 public:
  void add(const DoseRecord& record) {
    Transaction transaction(connection);
    (void)dose::store(connection, record, {std::nullopt, Instant{}});
    transaction.commit();
  }
  std::int64_t number(const std::string& sql) { return connection.raw().execAndGet(sql).getInt64(); }

  std::vector<double> values(figures::Measure measure, bool of_events) {
    std::vector<double> all;
    figures::for_each_value(connection, {measure, of_events, figures::By::protocol, {}},
                            [&](const figures::ValueRow& row) { all.push_back(row.value); });
    return all;
  }

 private:
  tests::TempDir dir_;

 public:
  Connection connection = *open_database(dir_ / "harvester.db");
};

/// A report of a study with CT events of these dose length products.
DoseRecord report(const std::string& study, const std::string& uid, const std::vector<double>& dlps) {
  DoseRecord record;
  record.report.sop_instance_uid = uid;
  record.report.study_instance_uid = study;
  record.report.object_kind = ObjectKind::ct_rdsr;
  record.report.modality_type = "CT";
  record.patient_study.study_date = "2026-03-05";
  record.patient_study.study_description = " Chest ";
  for (std::size_t n = 0; n < dlps.size(); ++n) {
    auto& event = record.ct_events.emplace_back();
    event.irradiation_event_uid = study + "." + std::to_string(n);
    event.acquisition_protocol = "Thorax";
    event.dlp = dlps[n];
  }
  return record;
}

}  // namespace

TEST_CASE("figures: they hold what counts, and nothing twice when a report comes that holds all of another",
          "[figures]") {
  Figures store;
  store.add(report("1.2", "1.2.3", {10, 20}));
  CHECK(store.values(figures::Measure::dlp, true) == std::vector<double>{10, 20});
  store.add(report("1.2", "1.2.4", {10, 20, 30}));
  auto values = store.values(figures::Measure::dlp, true);
  std::sort(values.begin(), values.end());
  CHECK(values == std::vector<double>{10, 20, 30});
  CHECK(store.values(figures::Measure::dlp, false) == std::vector<double>{60});
  CHECK(store.number("SELECT count(*) FROM study_figure") == 1);
  CHECK(store.number("SELECT events FROM study_figure") == 3);
}

TEST_CASE("figures: they say the same as the views, whatever a record holds", "[figures]") {
  Figures store;
  auto record = tests::full_record();
  store.add(record);
  for (const auto* columns : {"total_dlp_mgycm|dlp", "max_ctdivol_mgy|ctdivol", "total_dap_gym2|dap",
                              "total_administered_activity_mbq|activity", "number_of_events|events"}) {
    const std::string both = columns;
    const auto view = both.substr(0, both.find('|')), figure = both.substr(both.find('|') + 1);
    INFO(both);
    CHECK(store.number("SELECT count(*) FROM study_figure AS f JOIN v_studies AS v ON v.study_id = f.study_id"
                       " WHERE f." +
                       figure + " IS v." + view) == 1);
  }
  CHECK(store.number("SELECT count(*) FROM event_figure WHERE family = 1") ==
        store.number("SELECT count(*) FROM v_ct_events"));
  CHECK(store.number("SELECT count(*) FROM event_figure WHERE family IN (2, 4)") ==
        store.number("SELECT count(*) FROM v_projection_events"));
  CHECK(store.number("SELECT count(*) FROM event_figure WHERE family = 8") ==
        store.number("SELECT count(*) FROM v_nm_events"));
}

TEST_CASE("figures: texts that differ in case and blanks alone are one label", "[figures]") {
  Figures store;
  store.add(report("1.2", "1.2.3", {10}));
  auto other = report("1.3", "1.3.3", {10});
  other.patient_study.study_description = "CHEST";
  store.add(other);
  const auto counts = figures::text_counts(store.connection, figures::TextOf::descriptions, flat::Family::ct, 10);
  REQUIRE(counts.size() == 1);
  CHECK(counts[0].text == "Chest");
  CHECK(counts[0].count == 2);
}

TEST_CASE("figures: what was stored before they were is filled in by the migration as an import does it", "[figures]") {
  Figures store;
  store.add(tests::full_record());
  store.add(report("1.2", "9.2.3", {10, 20}));
  const auto rows = [&](const char* table) {
    SQLite::Statement select(store.connection.raw(), std::string("SELECT * FROM ") + table);
    std::string text;
    while (select.executeStep())
      for (int n = 0; n < select.getColumnCount(); ++n) text += select.getColumn(n).getString() + "|";
    return text;
  };
  const auto studies = rows("study_figure"), events = rows("event_figure");
  REQUIRE_FALSE(events.empty());
  store.connection.run("DELETE FROM study_figure; DELETE FROM event_figure");
  std::ifstream file(HARVESTER_SOURCE_DIR "/src/database/migrations/0009_figures.sql");
  std::string sql{std::istreambuf_iterator<char>(file), {}};
  store.connection.run(sql.substr(sql.find("INSERT INTO label")));
  CHECK(rows("study_figure") == studies);
  CHECK(rows("event_figure") == events);
}

#include "harvester/database/dose_repository.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/dose_database.hpp"

using namespace harvester;
using namespace harvester::database;
using harvester::tests::ct_record;
using harvester::tests::full_record;
using Store = harvester::tests::DoseDatabase;

namespace {

std::vector<std::string> uids_of(const std::vector<CtEvent>& events) {
  std::vector<std::string> uids;
  for (const auto& event : events) uids.push_back(event.irradiation_event_uid.value_or(""));
  return uids;
}

}  // namespace

TEST_CASE("dose: every field that is stored is read back as it was", "[dose]") {
  Store store;
  const auto record = full_record();
  CHECK(store.add(record) == dose::Stored::stored);
  const auto studies = store.studies();
  REQUIRE(studies.size() == 1);
  const auto& study = studies[0];
  CHECK(study.latest == record.report);
  CHECK(study.patient_study == record.patient_study);
  CHECK(study.equipment == record.equipment);
  CHECK(study.observer_context == record.observer_context);
  CHECK(study.device_participants == record.device_participants);
  CHECK(study.person_participants == record.person_participants);
  CHECK(study.ct_accumulated == record.ct_accumulated);
  CHECK(study.ct_events == record.ct_events);
  CHECK(study.xray_accumulated == record.xray_accumulated);
  CHECK(study.xray_events == record.xray_events);
  CHECK(study.nm_events == record.nm_events);
  CHECK(study.pet_series == record.pet_series);
  CHECK(study.patient_characteristics == record.patient_characteristics);
  REQUIRE(study.reports.size() == 1);
  CHECK(study.reports[0].warnings == record.warnings);
  CHECK(store.number("SELECT sum(occurrences) FROM unmapped_item") == 3);
}

TEST_CASE("dose: absent values stay absent", "[dose]") {
  Store store;
  const auto record = ct_record(1, {"a"});
  store.add(record);
  const auto study = store.studies().at(0);
  CHECK(study.patient_study == record.patient_study);
  CHECK(study.ct_events == record.ct_events);
  CHECK(study.latest == record.report);
}

TEST_CASE("dose: storing the same object again changes nothing", "[dose]") {
  Store store;
  CHECK(store.add(full_record()) == dose::Stored::stored);
  auto other = full_record();
  other.ct_events[0].dlp = 99;
  CHECK(store.add(other) == dose::Stored::already_there);
  CHECK(store.studies()[0].ct_events == full_record().ct_events);
  for (const auto* table : {"dose_report", "ct_event", "equipment", "patient_study", "report_warning"})
    CHECK(store.number(std::string("SELECT count(*) FROM ") + table) == 1);
}

TEST_CASE("dose: the identity before the policy is nowhere in the database", "[dose]") {
  Store store;
  auto record = ct_record(1, {"a"});
  record.identity = {{"MARKER"}, {"MARKER"}, {"MARKER"}, "MARKER"};
  store.add(record);
  SQLite::Statement tables(store.connection().raw(), "SELECT name FROM sqlite_master WHERE type = 'table'");
  while (tables.executeStep()) {
    SQLite::Statement rows(store.connection().raw(), "SELECT * FROM " + tables.getColumn(0).getString());
    while (rows.executeStep())
      for (int i = 0; i < rows.getColumnCount(); ++i)
        CHECK(rows.getColumn(i).getString().find("MARKER") == std::string::npos);
  }
}

TEST_CASE("dose: cumulative reports leave one set of events, in every order of arrival", "[dose]") {
  std::vector<DoseRecord> reports{ct_record(1, {"a"}), ct_record(2, {"a", "b"}), ct_record(3, {"a", "b", "c"})};
  std::vector<int> order{0, 1, 2};
  do {
    Store store;
    for (const auto i : order) store.add(reports[static_cast<std::size_t>(i)]);
    const auto study = store.studies().at(0);
    CHECK(uids_of(study.ct_events) == std::vector<std::string>{"a", "b", "c"});
    CHECK(study.summary.total_dlp == 30);
    CHECK(study.summary.number_of_spiral == 3);
    CHECK(study.summary.totals_from == "reports");
    CHECK(study.ct_accumulated.size() == 1);
    CHECK(study.patient_study.study_description == "from report 3");
    REQUIRE(study.reports.size() == 3);
    CHECK(study.reports[0].superseded_by == "1.2.3.1.3");
    CHECK(study.reports[0].summary.total_dlp == 10);
    CHECK_FALSE(study.reports[2].superseded_by.has_value());
    CHECK(store.number("SELECT count(*) FROM v_ct_events") == 3);
    CHECK(store.number("SELECT total_dlp_mgycm FROM v_studies") == 30);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("dose: continued and overlapping reports count each event once", "[dose]") {
  Store store;
  store.add(ct_record(1, {"a"}));
  store.add(ct_record(2, {"b"}));
  CHECK(store.studies().at(0).summary.total_dlp == 20);
  store.add(ct_record(3, {"b", "c"}));
  auto study = store.studies().at(0);
  CHECK(study.ct_events.size() == 3);
  CHECK(study.summary.total_dlp == 30);
  store.add(ct_record(4, {"c", "d"}));
  study = store.studies().at(0);
  CHECK(study.ct_events.size() == 4);
  CHECK(study.summary.total_dlp == 40);
  CHECK(study.summary.totals_from == "events");
}

TEST_CASE("dose: one device is one row, a changed one another", "[dose]") {
  Store store;
  store.add(ct_record(1, {"a"}, "1.1"));
  store.add(ct_record(2, {"b"}, "1.2"));
  CHECK(store.number("SELECT count(*) FROM equipment") == 1);
  auto changed = ct_record(3, {"c"}, "1.3");
  changed.equipment.software_versions = "2.0";
  store.add(changed);
  CHECK(store.number("SELECT count(*) FROM equipment") == 2);
}

TEST_CASE("dose: studies come by date, time and UID and can be narrowed", "[dose]") {
  Store store;
  auto later = ct_record(1, {"a"}, "1.1");
  later.patient_study.study_date = "2024-03-01";
  later.patient_study.accession_number = "A7";
  store.add(later);
  store.add(ct_record(1, {"b"}, "1.9"));
  store.add(ct_record(1, {"c"}, "1.5"));
  std::vector<std::string> order;
  for (const auto& study : store.studies()) order.push_back(study.study_instance_uid);
  CHECK(order == std::vector<std::string>{"1.5", "1.9", "1.1"});
  dose::StudyFilter filter;
  filter.date_from = "2024-03-01";
  CHECK(store.studies(filter).size() == 1);
  filter = {};
  filter.date_until = "2024-02-29";
  CHECK(store.studies(filter).size() == 2);
  filter = {};
  filter.accession_number = "A7";
  CHECK(store.studies(filter).size() == 1);
  filter = {};
  filter.study_instance_uid = "1.9";
  CHECK(store.studies(filter).size() == 1);
}

TEST_CASE("dose: a birth date that is none is no date in the view", "[dose]") {
  Store store;
  auto record = ct_record(1, {"a"});
  record.patient_study.patient_birth_date = "0";
  store.add(record);
  CHECK(store.number("SELECT count(*) FROM v_studies WHERE patient_birth_date IS NULL") == 1);
}

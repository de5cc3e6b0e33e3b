#include "harvester/database/standard_names.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "harvester/database/dose_repository.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

class Store {
 public:
  void add(const std::string& modality, const std::string& protocol, Equipment equipment = {}) {
    DoseRecord record;
    record.report.sop_instance_uid = "1.2.3." + std::to_string(++count_);
    record.report.study_instance_uid = "1.2." + std::to_string(count_);
    record.report.modality_type = modality;
    record.equipment = std::move(equipment);
    if (modality == "CT")
      record.ct_events.emplace_back().acquisition_protocol = protocol;
    else
      record.xray_events.emplace_back().acquisition_protocol = protocol;
    Transaction transaction(connection_);
    (void)dose::store(connection_, record, {std::nullopt, Instant{}});
    transaction.commit();
  }
  void name(const std::vector<standard_names::Entry>& entries) { standard_names::replace(connection_, entries); }

  std::string name_of(const std::string& modality, const std::string& protocol) {
    SQLite::Statement select(
        connection_.raw(),
        "SELECT standard_name FROM v_standard_names WHERE modality = ? AND acquisition_protocol = ?");
    select.bind(1, modality);
    select.bind(2, protocol);
    if (!select.executeStep()) return "(no row)";
    return select.getColumn(0).isNull() ? "(none)" : select.getColumn(0).getString();
  }
  std::int64_t number(const std::string& sql) { return connection_.raw().execAndGet(sql).getInt64(); }

 private:
  tests::TempDir dir_;
  Connection connection_ = *open_database(dir_ / "harvester.db");
  int count_ = 0;
};

Equipment scanner(const std::string& software) {
  Equipment equipment;
  equipment.manufacturer = "SIEMENS";
  equipment.manufacturer_model_name = "Force";
  equipment.device_serial_number = "1";
  equipment.station_name = "CT1";
  equipment.software_versions = software;
  return equipment;
}

}  // namespace

TEST_CASE("standard names: every protocol that matches gets the name, of several entries the first",
          "[standard_names]") {
  Store store;
  store.add("CT", "Thorax_routine");
  store.add("CT", "THORAX low dose");
  store.add("CT", "Abdomen");
  store.name({{"CT", "thorax*low*", "CT chest, low dose"}, {"CT", "thorax*", "CT chest"}});
  CHECK(store.name_of("CT", "Thorax_routine") == "CT chest");
  CHECK(store.name_of("CT", "THORAX low dose") == "CT chest, low dose");
  CHECK(store.name_of("CT", "Abdomen") == "(none)");
  store.name({});
  CHECK(store.name_of("CT", "Thorax_routine") == "(none)");
}

TEST_CASE("standard names: a pattern is of shell kind, nothing else in it is special", "[standard_names]") {
  Store store;
  store.add("CT", "100% a_b\\");
  for (const auto& near : {"100x a_b\\", "100% axb\\", "100% a_b"}) store.add("CT", near);
  store.add("CT", "50");
  store.name({{"CT", "100% a_b\\", "exact"}, {"CT", "5?", "two signs"}});
  CHECK(store.name_of("CT", "100% a_b\\") == "exact");
  for (const auto& near : {"100x a_b\\", "100% axb\\", "100% a_b"}) CHECK(store.name_of("CT", near) == "(none)");
  CHECK(store.name_of("CT", "50") == "two signs");
}

TEST_CASE("standard names: those of a modality serve that modality, DX also CR and PX, XA also RF",
          "[standard_names]") {
  Store store;
  for (const auto& modality : {"CT", "DX", "CR", "PX", "RF"}) store.add(modality, "Chest PA");
  store.name({{"XA", "chest*", "Chest fluoroscopy"}});
  CHECK(store.name_of("RF", "Chest PA") == "Chest fluoroscopy");
  store.name({{"DX", "chest*", "Chest"}});
  CHECK(store.name_of("DX", "Chest PA") == "Chest");
  CHECK(store.name_of("CR", "Chest PA") == "Chest");
  CHECK(store.name_of("PX", "Chest PA") == "Chest");
  CHECK(store.name_of("CT", "Chest PA") == "(none)");
  CHECK(store.name_of("RF", "Chest PA") == "(none)");
}

TEST_CASE("standard names: a protocol of many events is one row", "[standard_names]") {
  Store store;
  for (int n = 0; n < 3; ++n) store.add("CT", "Thorax");
  CHECK(store.number("SELECT count(*) FROM v_standard_names") == 1);
}

TEST_CASE("equipment: rows of one machine share its identity, that of another does not", "[equipment]") {
  Store store;
  store.add("CT", "a", scanner("VA50"));
  store.add("CT", "b", scanner("VB20"));
  auto other = scanner("VA50");
  other.device_serial_number = "2";
  other.station_name = "CT2";
  store.add("CT", "c", other);
  CHECK(store.number("SELECT count(*) FROM equipment") == 3);
  CHECK(store.number("SELECT count(DISTINCT equipment_identity) FROM equipment") == 2);
  CHECK(store.number("SELECT count(*) FROM equipment WHERE equipment_identity IS NULL") == 0);
  CHECK(store.number("SELECT count(*) FROM v_machines") == 2);
  CHECK(store.number("SELECT descriptions FROM v_machines WHERE station_name = 'CT1'") == 2);
  CHECK(store.number("SELECT reports FROM v_machines WHERE station_name = 'CT1'") == 2);
}

TEST_CASE("equipment: a description that comes later can show that two are one machine", "[equipment]") {
  Store store;
  auto image = scanner("VA50");
  image.device_serial_number.reset();
  image.station_name.reset();
  image.device_observer_uid = "1.2.3";
  store.add("CT", "a", scanner("VA50"));
  store.add("CT", "b", image);
  CHECK(store.number("SELECT count(DISTINCT equipment_identity) FROM equipment") == 2);
  auto report = scanner("VA50");
  report.device_observer_uid = "1.2.3";
  store.add("CT", "c", report);
  CHECK(store.number("SELECT count(DISTINCT equipment_identity) FROM equipment") == 1);
}

#include "harvester/database/maintenance.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "harvester/database/dose_repository.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

namespace fs = std::filesystem;

DoseRecord report(int number, const std::vector<UnmappedItem>& unmapped) {
  DoseRecord record;
  record.report.sop_instance_uid = "1.2.3." + std::to_string(number);
  record.report.study_instance_uid = "1.2." + std::to_string(number);
  record.report.modality_type = "CT";
  record.unmapped = unmapped;
  return record;
}

struct Store {
  tests::TempDir dir;
  fs::path file = dir / "harvester.db";
  Connection connection = *open_database(file);

  void add(const DoseRecord& record) {
    Transaction transaction(connection);
    (void)dose::store(connection, record, {std::nullopt, Instant{}});
    transaction.commit();
  }
  std::int64_t reports_in(const fs::path& path) {
    return SQLite::Database(path.string()).execAndGet("SELECT count(*) FROM dose_report").getInt64();
  }
};

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("statistics: unmapped concepts are counted over reports, the most frequent first, however spelled",
          "[maintenance]") {
  Store store;
  store.add(report(1, {{"113701", "DCM", "Dose", "NUM", 2}, {"99", "X", "Rare", "TEXT", 1}}));
  store.add(report(2, {{"113701", "DCM", "DOSE", "NUM", 5}, {std::nullopt, std::nullopt, "Nameless", "TEXT", 1}}));
  const auto found = maintenance::statistics(store.connection, 10);
  REQUIRE(found.unmapped.size() == 3);
  CHECK(found.unmapped_concepts == 3);
  CHECK(found.unmapped[0].value == "113701");
  CHECK(found.unmapped[0].reports == 2);
  CHECK(found.unmapped[0].count == 7);
  const auto fewer = maintenance::statistics(store.connection, 1);
  CHECK(fewer.unmapped.size() == 1);
  CHECK(fewer.unmapped_concepts == 3);
}

TEST_CASE("statistics: each table is counted, and none is left out", "[maintenance]") {
  Store store;
  store.add(report(1, {}));
  const auto found = maintenance::statistics(store.connection, 1);
  std::map<std::string, std::int64_t> rows;
  for (const auto& table : found.tables) rows[table.name] = table.rows;
  CHECK(rows.at("dose_report") == 1);
  CHECK(rows.at("received_object") == 0);
  const auto bytes = [&](maintenance::TableSizes sizes) {
    return maintenance::statistics(store.connection, 1, sizes).tables.front().bytes;
  };
  CHECK(bytes(maintenance::TableSizes::read) > 0);
  CHECK(bytes(maintenance::TableSizes::none) == 0);
  CHECK(rows.size() > 30);
  CHECK(found.schema_version == newest_schema_version());
}

TEST_CASE("check: a whole database has no faults, a dangling reference is one", "[maintenance]") {
  Store store;
  store.add(report(1, {}));
  CHECK(maintenance::faults(store.connection).empty());
  store.connection.run("PRAGMA foreign_keys = OFF; DELETE FROM equipment");
  const auto found = maintenance::faults(store.connection);
  const auto tells = [&](const std::string& table) {
    return std::count_if(found.begin(), found.end(), [&](const auto& fault) {
      return fault.find(table + " refers to a row of equipment") != std::string::npos;
    });
  };
  CHECK(tells("dose_report") == 1);
  CHECK(tells("study_figure") == 1);
  CHECK(found.size() == 2);
}

TEST_CASE("backup: the copy holds what was committed, and is one file", "[maintenance]") {
  Store store;
  store.add(report(1, {}));
  auto writer = *Connection::open(store.file, Access::read_write);
  Transaction open(writer);  // somebody writes meanwhile
  writer.run("DELETE FROM unmapped_item; INSERT INTO setting (name, value) VALUES ('a', 'b')");
  fs::create_directories(store.dir / "copies");
  const auto copy = store.dir / "copies" / "copy.db";
  const auto size = maintenance::back_up(store.connection, store.file, copy);
  REQUIRE(size);
  CHECK(*size == static_cast<std::int64_t>(fs::file_size(copy)));
  CHECK(std::distance(fs::directory_iterator(copy.parent_path()), fs::directory_iterator()) == 1);
  CHECK((fs::status(copy).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(store.reports_in(copy) == 1);
  CHECK(SQLite::Database(copy.string()).execAndGet("SELECT count(*) FROM setting").getInt() == 0);
}

TEST_CASE("backup: one that fails leaves the earlier copy as it was", "[maintenance]") {
  Store store;
  store.add(report(1, {}));
  const auto copy = store.dir / "copy.db";
  REQUIRE(maintenance::back_up(store.connection, store.file, copy));
  const auto before = content_of(copy);
  store.add(report(2, {}));
  fs::create_directories(store.dir / "copy.db.part" / "in the way");
  CHECK_FALSE(maintenance::back_up(store.connection, store.file, copy));
  CHECK(content_of(copy) == before);
  fs::remove_all(store.dir / "copy.db.part");
  REQUIRE(maintenance::back_up(store.connection, store.file, copy));
  CHECK(store.reports_in(copy) == 2);
}

TEST_CASE("backup: neither a folder nor the database itself is written over", "[maintenance]") {
  Store store;
  store.add(report(1, {}));
  CHECK(maintenance::back_up(store.connection, store.file, store.dir.path()).error().kind == ErrorKind::config);
  CHECK(maintenance::back_up(store.connection, store.file, store.file).error().kind == ErrorKind::config);
  CHECK(store.reports_in(store.file) == 1);
}

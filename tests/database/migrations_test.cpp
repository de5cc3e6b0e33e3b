// Databases of earlier schema versions, with rows in them, brought to the newest.

#include "migrations.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "harvester/database/connection.hpp"
#include "harvester/database/maintenance.hpp"
#include "harvester/database/quarantine.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

/// A database as the program of that schema version left it.
void make_old(const std::filesystem::path& file, int version, const std::string& rows) {
  auto connection = *Connection::open(file, Access::read_write);
  for (int n = 0; n < version; ++n) connection.run(std::string(migrations()[static_cast<std::size_t>(n)].sql));
  connection.run(rows + "; PRAGMA user_version = " + std::to_string(version));
}

const std::string kHash(64, 'a');

constexpr const char* kLedgerRows =
    "INSERT INTO node (name) VALUES ('n');"
    "INSERT INTO received_object (way_in, sop_class_uid, sop_instance_uid, study_uid, series_uid, transfer_syntax_uid,"
    " size_bytes, sha256, spool_path, state, reason, received_at) VALUES"
    " ('import', '1', '1.2.3', '1.2', '1.2', '1', 7, 'abc', 'objects/d/f', 'failed', 'truncated', '')";

}  // namespace

TEST_CASE("migrations: rows of version 3 are kept, and stored identity is told from hashes", "[database]") {
  const tests::TempDir folder;
  make_old(folder / "harvester.db", 3,
           "INSERT INTO study (id, study_instance_uid) VALUES (1, '1.2');"
           "INSERT INTO equipment (id, fingerprint, station_name) VALUES (1, 'f', 'CT1');"
           "INSERT INTO dose_report (id, study_id, equipment_id, sop_instance_uid, sop_class_uid, object_kind,"
           " modality_type, imported_at) VALUES (1, 1, 1, '1.2.3', '1', 'ct_rdsr', 'CT', '');"
           "INSERT INTO patient_study (dose_report_id, patient_name, patient_id) VALUES (1, '" +
               kHash + "', '4711')");
  auto connection = open_database(folder / "harvester.db");
  REQUIRE(connection);
  auto& database = connection->raw();
  CHECK(database.execAndGet("SELECT patient_name_as FROM patient_study").getString() == "hashed");
  CHECK(database.execAndGet("SELECT patient_id_as FROM patient_study").getString() == "kept");
  CHECK(database.execAndGet("SELECT accession_number_as IS NULL FROM patient_study").getInt() == 1);
  CHECK(database.execAndGet("SELECT station_name FROM equipment").getString() == "CT1");
}

TEST_CASE("migrations: from every version the inbox and the ledger are kept, and what failed is in quarantine",
          "[database]") {
  const int version = GENERATE(range(1, newest_schema_version()));
  const tests::TempDir folder;
  make_old(folder / "harvester.db", version, kLedgerRows);
  auto connection = open_database(folder / "harvester.db");
  REQUIRE(connection);
  CHECK(connection->raw().execAndGet("PRAGMA user_version").getInt() == newest_schema_version());
  CHECK(connection->raw().execAndGet("SELECT name FROM node").getString() == "n");
  const auto found = quarantine::find(*connection, {1});
  REQUIRE(found);
  CHECK(found->item.reason == "truncated");
  CHECK(found->sha256 == "abc");
  CHECK(maintenance::faults(*connection).empty());
}

#include "harvester/database/scrub.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "harvester/database/dose_repository.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

/// A hash that shows what went into it.
std::optional<std::string> marked(const std::vector<std::string>& values) {
  std::string text = "#";
  for (const auto& value : values) text += value;
  return text;
}

class Store {
 public:
  explicit Store(IdentityMarks marks = {"kept", "kept", "kept"}) {
    DoseRecord record;
    record.report.sop_instance_uid = "1.2.3.1";
    record.report.study_instance_uid = "1.2.3";
    record.report.modality_type = "CT";
    record.patient_study.patient_name = "Doe^Jane | Roe^Jane";
    record.patient_study.patient_id = "47\\11";
    record.patient_study.patient_birth_date = "1960-02-29";
    record.patient_study.accession_number = "A1";
    record.identity_marks = std::move(marks);
    Transaction transaction(connection_);
    REQUIRE(dose::store(connection_, record, {std::nullopt, Instant{}}) == dose::Stored::stored);
    transaction.commit();
  }

  std::vector<scrub::Scrubbed> scrub(const IdentityPolicy& policy, const scrub::Hash& hash = marked) {
    auto done = scrub::run(connection_, policy, hash);
    REQUIRE(done);
    return *done;
  }
  std::string value(const std::string& sql) { return connection_.raw().execAndGet(sql).getString(); }
  std::string patient() {
    return value(
        "SELECT coalesce(patient_name, '-') || ', ' || coalesce(patient_id, '-') || ', ' ||"
        " coalesce(patient_birth_date, '-') || ', ' || coalesce(accession_number, '-') FROM patient_study");
  }
  void run(const std::string& sql) { connection_.run(sql); }

 private:
  tests::TempDir dir_;
  Connection connection_ = *open_database(dir_ / "harvester.db");
};

IdentityPolicy all(IdentityRule rule) { return {rule, rule, rule, rule, HashMethod::sha256, ""}; }

}  // namespace

TEST_CASE("scrub: kept values are hashed as the importer would hash them, their values joined with nothing between",
          "[scrub]") {
  Store store;
  const auto done = store.scrub(all(IdentityRule::hash));
  CHECK(store.patient() == "#Doe^JaneRoe^Jane, #4711, -, #A1");
  for (const auto& each : done) {
    INFO(each.name);
    CHECK(each.hashed == (each.name == "patient_birth_date" ? 0 : 1));
    CHECK(each.dropped == (each.name == "patient_birth_date" ? 1 : 0));
  }
}

TEST_CASE("scrub: what is hashed is not hashed again", "[scrub]") {
  Store store;
  store.scrub(all(IdentityRule::hash));
  const auto before = store.patient();
  const auto again = store.scrub(all(IdentityRule::hash));
  CHECK(store.patient() == before);
  CHECK(again[1].hashed == 0);
  CHECK(again[1].left == 1);
}

TEST_CASE("scrub: what the importer stored as a hash is known as one", "[scrub]") {
  Store store({"hashed", "kept", std::nullopt});
  store.scrub(all(IdentityRule::hash));
  CHECK(store.patient() == "Doe^Jane | Roe^Jane, #4711, -, #A1");
}

TEST_CASE("scrub: kept and hashed values can be dropped", "[scrub]") {
  Store store({"hashed", "kept", "kept"});
  const auto done = store.scrub(all(IdentityRule::drop));
  CHECK(store.patient() == "-, -, -, -");
  CHECK(store.value("SELECT count(patient_name_as) FROM patient_study") == "0");
  for (const auto& each : done) CHECK(each.dropped == 1);
}

TEST_CASE("scrub: a hash stays where the policy is to keep, and is counted", "[scrub]") {
  Store store({"hashed", "kept", "hashed"});
  const auto before = store.patient();
  const auto done = store.scrub(all(IdentityRule::keep));
  CHECK(store.patient() == before);
  CHECK(done[0].stay_hashed == 1);
  CHECK(done[1].stay_hashed == 0);
  CHECK(done[1].left == 1);
  CHECK(done[3].stay_hashed == 1);
}

TEST_CASE("scrub: accession numbers of the ledger follow, but for windows that are still to be asked", "[scrub]") {
  Store store;
  store.run(
      "INSERT INTO node (name) VALUES ('n');"
      "INSERT INTO harvest (node_id, request, request_key, state, owner, created_at)"
      " VALUES (1, '', '', 'complete', 1, '');"
      "INSERT INTO candidate_study (harvest_id, study_uid, accession_number, verdict) VALUES (1, '1.2', 'B2', 'skip');"
      "INSERT INTO candidate_study (harvest_id, study_uid, verdict) VALUES (1, '1.3', 'skip');"
      "INSERT INTO query_window (harvest_id, modality, date_from, date_until, accession_number, state)"
      " VALUES (1, '', '', '', 'C3', 'verified'), (1, '', '', '', 'D4', 'pending')");
  // hashes of accession numbers have 64 characters
  const auto hash = [](const std::vector<std::string>& values) {
    return std::optional(values.at(0) == "B2" ? std::string(64, 'b') : std::string(64, 'c'));
  };
  const auto done = store.scrub(all(IdentityRule::hash), hash);
  CHECK(done[3].hashed == 3);
  CHECK(store.value("SELECT accession_number FROM candidate_study WHERE study_uid = '1.2'") == std::string(64, 'b'));
  CHECK(store.value("SELECT accession_number FROM candidate_study WHERE study_uid = '1.3'").empty());
  CHECK(store.value("SELECT accession_number FROM query_window WHERE state = 'verified'") == std::string(64, 'c'));
  CHECK(store.value("SELECT accession_number FROM query_window WHERE state = 'pending'") == "D4");
  CHECK(store.scrub(all(IdentityRule::hash), hash)[3].hashed == 0);
  store.scrub(all(IdentityRule::drop));
  CHECK(store.value("SELECT accession_number FROM candidate_study WHERE study_uid = '1.2'").empty());
}

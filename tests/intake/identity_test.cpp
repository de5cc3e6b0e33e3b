#include "harvester/intake/identity.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::intake;

namespace {

IdentityPolicy sha256_of_all() {
  return {IdentityRule::hash, IdentityRule::hash, IdentityRule::keep, IdentityRule::hash, HashMethod::sha256, ""};
}

DoseRecord jane() {
  DoseRecord record;
  record.identity = {{"Doe^Jane"}, {"4711"}, {"A1"}, "1960-02-29"};
  return record;
}

}  // namespace

TEST_CASE("identity: by default nothing but the accession number is stored", "[identity]") {
  auto record = jane();
  apply_identity({}, {}, record);
  CHECK_FALSE(record.patient_study.patient_name.has_value());
  CHECK_FALSE(record.patient_study.patient_id.has_value());
  CHECK_FALSE(record.patient_study.patient_birth_date.has_value());
  CHECK(record.patient_study.accession_number == "A1");
  CHECK(record.identity == PatientIdentity{});
}

TEST_CASE("identity: each value has its own rule", "[identity]") {
  auto record = jane();
  IdentityPolicy policy;
  policy.name = IdentityRule::keep;
  policy.id = IdentityRule::hash;
  policy.birth_date = IdentityRule::keep;
  policy.accession_number = IdentityRule::drop;
  policy.hash = HashMethod::sha256;
  apply_identity(policy, {}, record);
  CHECK(record.patient_study.patient_name == "Doe^Jane");
  CHECK(record.patient_study.patient_id->size() == 64);
  CHECK(record.patient_study.patient_birth_date == "1960-02-29");
  CHECK_FALSE(record.patient_study.accession_number.has_value());
}

TEST_CASE("identity: what is stored is marked as kept or hashed, and what is not has no mark", "[identity]") {
  auto record = jane();
  IdentityPolicy policy;
  policy.name = IdentityRule::keep;
  policy.id = IdentityRule::hash;
  policy.accession_number = IdentityRule::drop;
  policy.hash = HashMethod::sha256;
  apply_identity(policy, {}, record);
  CHECK(record.identity_marks == IdentityMarks{"kept", "hashed", std::nullopt});
  DoseRecord nobody;
  apply_identity(policy, {}, nobody);
  CHECK(nobody.identity_marks == IdentityMarks{});
}

TEST_CASE("identity: SHA-256 is of the UTF-8 text, several values joined with nothing between", "[identity]") {
  const auto policy = sha256_of_all();
  CHECK(hashed(policy, {"1234567a"}) == "47ef20207489b775fa4cdcac3c394b517ab22d7460237ae3df1ac0e8963699d6");
  CHECK(hashed(policy, {"123", "4567a"}) == "47ef20207489b775fa4cdcac3c394b517ab22d7460237ae3df1ac0e8963699d6");
  CHECK(hashed(policy, {"123íä日本語文字列"}) == "a74d459c48304dfdb56808558f783e1761eef18b4a59f5c1b3fef348b809f434");
  CHECK(hashed(policy, {"Fysiikka^kuvanlaatu"}) == "6a67e5fff39b58e1a6ab96373f263f391036b8a138c7c5e298a88dbb12416a49");
  CHECK(hashed(policy, {"Müller", "Smith"}) == "b0b1b8027aecb0fef1831a0165deee00a77842d17409f3f3c8a186a6b5b4cda3");
  CHECK(hashed(policy, {"1234567a"}) != hashed(policy, {"1234567b"}));
}

TEST_CASE("identity: the keyed hash follows RFC 4231 and depends on the key", "[identity]") {
  IdentityPolicy policy = sha256_of_all();
  policy.hash = HashMethod::hmac_sha256;
  policy.hash_key = "Jefe";
  CHECK(hashed(policy, {"what do ya want ", "for nothing?"}) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  policy.hash_key = "other";
  CHECK(hashed(policy, {"what do ya want for nothing?"}) !=
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("identity: absent and empty values stay absent, hashed or kept", "[identity]") {
  CHECK_FALSE(hashed(sha256_of_all(), {}).has_value());
  CHECK_FALSE(hashed(sha256_of_all(), {""}).has_value());
  DoseRecord record;
  apply_identity(sha256_of_all(), {}, record);
  CHECK(record.patient_study == PatientStudy{});
  auto policy = sha256_of_all();
  policy.name = policy.id = IdentityRule::keep;
  apply_identity(policy, {}, record);
  CHECK(record.patient_study == PatientStudy{});
}

TEST_CASE("identity: a keyed hash without key is a fault of the configuration", "[identity]") {
  auto policy = sha256_of_all();
  CHECK(check(policy).has_value());
  policy.hash = HashMethod::hmac_sha256;
  CHECK(check(policy).error().kind == ErrorKind::config);
  policy.hash_key = "k";
  CHECK(check(policy).has_value());
  CHECK(check(IdentityPolicy{}).has_value());
}

TEST_CASE("identity: not-patient patterns are judged on the real values and listed in their order", "[identity]") {
  const NotPatientPatterns patterns{{"qa*", "PHY*"}, {"*TEST*", "QA*", "PHYSICS*"}};
  const auto indicator = [&](const char* name, const char* id) {
    return not_patient_indicator(patterns, {{name}, {id}, {}, {}}).value_or("none");
  };
  CHECK(indicator("Smith^Dolliquay", "278247623467") == "none");
  CHECK(indicator("Smith^Dolliquay", "QA12345") == "IDs: qa* | Names: ");
  CHECK(indicator("Physics^LBDAlignment", "12345") == "IDs:  | Names: physics*");
  CHECK(indicator("Physics^LBDAlignmentTest", "12345") == "IDs:  | Names: *test* physics*");
  CHECK(indicator("Physics^LBDAlignmentTest", "PHY12345") == "IDs: phy* | Names: *test* physics*");
  CHECK(not_patient_indicator({{}, {"physics, lbd*"}}, {{"Physics^LBDAlignment"}, {}, {}, {}}).has_value());
  auto record = jane();
  apply_identity({}, {{"47*"}, {}}, record);
  CHECK(record.patient_study.not_patient_indicator == "IDs: 47* | Names: ");
}

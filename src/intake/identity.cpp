#include "harvester/intake/identity.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "harvester/core/civil.hpp"
#include "harvester/core/text.hpp"

namespace harvester::intake {
namespace {

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string hexadecimal(const Digest& digest, unsigned int length) {
  std::string text;
  for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string sha256(const std::string& text) {
  Digest digest;
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return hexadecimal(digest, length);
}

std::string hmac_sha256(const std::string& key, const std::string& text) {
  Digest digest;
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), &length);
  return hexadecimal(digest, length);
}

MaybeText kept(const std::vector<std::string>& values, std::string_view separator) {
  auto text = join(values, separator);
  if (text.empty()) return std::nullopt;
  return text;
}

MaybeText by_rule(IdentityRule rule, const IdentityPolicy& policy, const std::vector<std::string>& values,
                  std::string_view separator) {
  switch (rule) {
    case IdentityRule::keep:
      return kept(values, separator);
    case IdentityRule::hash:
      return hashed(policy, values);
    case IdentityRule::drop:
      break;
  }
  return std::nullopt;
}

MaybeText mark(IdentityRule rule, const MaybeText& stored) {
  if (!stored) return std::nullopt;
  return rule == IdentityRule::hash ? "hashed" : "kept";
}

// "Family^Given^Middle" as "family, given".
std::string family_given(const std::string& name) {
  const auto alphabetic = split(name, '=').front();
  const auto parts = split(alphabetic, '^');
  std::string text(trimmed(parts[0]));
  if (parts.size() > 1 && !trimmed(parts[1]).empty()) text += ", " + std::string(trimmed(parts[1]));
  return text;
}

std::string matching(const std::vector<std::string>& patterns, const std::vector<std::string>& texts) {
  std::vector<std::string> found;
  for (const auto& pattern : patterns)
    for (const auto& text : texts) {
      if (!matches_pattern(text, pattern)) continue;
      found.push_back(lower(pattern));
      break;
    }
  return join(found, " ");
}

}  // namespace

Status check(const IdentityPolicy& policy) {
  const bool hashes = policy.name == IdentityRule::hash || policy.id == IdentityRule::hash ||
                      policy.accession_number == IdentityRule::hash;
  if (hashes && policy.hash == HashMethod::hmac_sha256 && policy.hash_key.empty())
    return Error{ErrorKind::config,
                 "patient_identity hashes with hmac-sha256 but has no hash_key: set patient_identity.hash_key"};
  return ok();
}

MaybeText hashed(const IdentityPolicy& policy, const std::vector<std::string>& values) {
  const auto text = join(values, "");
  if (text.empty()) return std::nullopt;
  return policy.hash == HashMethod::sha256 ? sha256(text) : hmac_sha256(policy.hash_key, text);
}

MaybeText not_patient_indicator(const NotPatientPatterns& patterns, const PatientIdentity& identity) {
  std::vector<std::string> names;
  for (const auto& name : identity.name) names.push_back(family_given(name));
  const auto by_id = matching(patterns.id, identity.id);
  const auto by_name = matching(patterns.name, names);
  if (by_id.empty() && by_name.empty()) return std::nullopt;
  return "IDs: " + by_id + " | Names: " + by_name;
}

void apply_identity(const IdentityPolicy& policy, const NotPatientPatterns& patterns, DoseRecord& record) {
  auto& study = record.patient_study;
  const auto& identity = record.identity;
  study.not_patient_indicator = not_patient_indicator(patterns, identity);
  study.patient_name = by_rule(policy.name, policy, identity.name, " | ");
  study.patient_id = by_rule(policy.id, policy, identity.id, "\\");
  study.accession_number = by_rule(policy.accession_number, policy, identity.accession_number, "\\");
  study.patient_birth_date = policy.birth_date == IdentityRule::keep ? identity.birth_date : std::nullopt;
  record.identity_marks = {mark(policy.name, study.patient_name), mark(policy.id, study.patient_id),
                           mark(policy.accession_number, study.accession_number)};
  record.identity = {};
}

}  // namespace harvester::intake

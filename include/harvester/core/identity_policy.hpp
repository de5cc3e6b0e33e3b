#pragma once

#include <string>
#include <vector>

namespace harvester {

/// What becomes of one identifying value.
enum class IdentityRule { keep, hash, drop };

enum class HashMethod {
  hmac_sha256,  ///< keyed: cannot be guessed by trying all numbers
  sha256
};

/// What of the patient's identity is stored. The default stores none but the accession number.
struct IdentityPolicy {
  IdentityRule name = IdentityRule::drop;
  IdentityRule id = IdentityRule::drop;
  IdentityRule birth_date = IdentityRule::drop;  ///< keep or drop; hash is taken for drop
  IdentityRule accession_number = IdentityRule::keep;
  HashMethod hash = HashMethod::hmac_sha256;
  std::string hash_key;  ///< for hmac_sha256: the secret's bytes, not empty
};

/// Patterns that tell a test object from a patient (* and ?, case-insensitive).
struct NotPatientPatterns {
  std::vector<std::string> id;
  std::vector<std::string> name;
};

}  // namespace harvester

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/identity_policy.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/connection.hpp"

/// The identity policy applied to what earlier policies stored.
namespace harvester::database::scrub {

/// The hash of a value, as the importer makes it.
using Hash = std::function<std::optional<std::string>(const std::vector<std::string>& values)>;

/// What became of one identifying value, over all rows that have it.
struct Scrubbed {
  std::string name;  ///< patient_name, patient_id, patient_birth_date, accession_number
  IdentityRule rule = IdentityRule::drop;
  std::int64_t hashed = 0;
  std::int64_t dropped = 0;
  std::int64_t left = 0;         ///< as the rule wants them already
  std::int64_t stay_hashed = 0;  ///< the rule is to keep, but a hash cannot be turned back
};

/// Applies the policy in one transaction, so that it can be done again at any time: kept values are hashed or dropped,
/// hashed ones dropped, none is hashed twice. Accession numbers of the ledger are treated as those of dose reports; a
/// window that is still to be asked keeps its own. Then overwrites what was freed in the file. Nobody else may have the
/// database open for writing. Fails with `storage`.
Result<std::vector<Scrubbed>> run(Connection& connection, const IdentityPolicy& policy, const Hash& hash);

/// Files in the spool that inbox rows name: patient data that no policy changes.
[[nodiscard]] std::int64_t kept_files(Connection& connection);

}  // namespace harvester::database::scrub

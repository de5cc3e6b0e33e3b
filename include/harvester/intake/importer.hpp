#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "harvester/core/dose.hpp"
#include "harvester/core/identity_policy.hpp"
#include "harvester/core/intake_reason.hpp"
#include "harvester/database/dose_repository.hpp"

namespace harvester::intake {

struct ImportPolicy {
  IdentityPolicy identity;
  NotPatientPatterns not_patient;
  std::string default_charset = "ISO_IR 100";  ///< for texts without Specific Character Set
};

/// How the import of one object ended; what the inbox row gets.
struct ImportOutcome {
  IntakeReason reason = IntakeReason::none;
  ObjectKind kind = ObjectKind::other;
  std::string message;  ///< plain words, no patient data, no path

  [[nodiscard]] IntakeState state() const { return state_of(reason); }
};

/// An object after parsing: a record to be stored, or the outcome that says why there is none.
struct ParsedObject {
  ImportOutcome outcome;
  std::optional<DoseRecord> record;  ///< after the identity policy; set exactly if outcome.reason is none
};

/// Loads, classifies and extracts a Part 10 file and applies the identity policy. Touches nothing but the file; may die
/// of a hostile one, so run it where that is survived. Any thread, one at a time per file.
[[nodiscard]] ParsedObject parse_object(const std::filesystem::path& file, const ImportPolicy& policy);

/// Stores what was parsed, inside the caller's transaction; throws on database errors. A SOP Instance UID that is there
/// already ends as ignored(duplicate) and changes nothing.
[[nodiscard]] ImportOutcome store_object(database::Connection& connection, const ParsedObject& parsed,
                                         const database::dose::Origin& origin);

/// Both, inside the caller's transaction.
[[nodiscard]] ImportOutcome import_object(database::Connection& connection, const std::filesystem::path& file,
                                          const ImportPolicy& policy, const database::dose::Origin& origin);

}  // namespace harvester::intake

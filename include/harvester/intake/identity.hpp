#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/core/identity_policy.hpp"
#include "harvester/core/result.hpp"

namespace harvester::intake {

/// Moves what the policy allows from record.identity into record.patient_study, and clears the identity. The
/// not-patient indicator is judged on the real values first. Absent and empty values stay absent, hashed or not.
void apply_identity(const IdentityPolicy& policy, const NotPatientPatterns& patterns, DoseRecord& record);

/// Fails with `config` if the policy hashes with a key and has none.
Status check(const IdentityPolicy& policy);

/// "IDs: qa* | Names: *test*": the patterns that match, lower case, in their configured order; nothing if none does.
/// Names are compared as "family, given".
[[nodiscard]] MaybeText not_patient_indicator(const NotPatientPatterns& patterns, const PatientIdentity& identity);

/// Lower-case hexadecimal hash of the values' UTF-8 text, joined with nothing between; nothing without any text.
[[nodiscard]] MaybeText hashed(const IdentityPolicy& policy, const std::vector<std::string>& values);

}  // namespace harvester::intake

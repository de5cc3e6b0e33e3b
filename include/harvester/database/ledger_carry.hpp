#pragma once

#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/ledger.hpp"
#include "harvester/database/connection.hpp"

namespace harvester::database::ledger {

/// What a new harvest takes over from earlier ones of its node: studies that they gave up.
struct CarryRules {
  std::vector<std::string> modalities;  ///< of the new harvest: others are not its business
  Instant since;                        ///< harvests that ended before are forgotten
  int most_times = 10;                  ///< a study is carried so often, not for ever
  int most_studies = 1000;
};

/// Adds those studies to the new harvest, undecided: of which an instance is missing that nobody brought since, or
/// whose questions failed. Inside the caller's transaction. Returns how many.
int carry_over(Connection& connection, HarvestId harvest, const CarryRules& rules);

}  // namespace harvester::database::ledger

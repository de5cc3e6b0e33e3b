#pragma once

#include "arguments.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/flat_views.hpp"

namespace harvester::cli {

/// The rows that a command line means. Fails with `config`.
[[nodiscard]] Result<database::flat::Filter> dose_filter(const DoseFilterOptions& options);

/// ct, xray, mg, nm; everything else is all.
[[nodiscard]] database::flat::Family family_of(const std::string& word);

}  // namespace harvester::cli

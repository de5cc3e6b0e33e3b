#pragma once

#include "arguments.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/dose_repository.hpp"

namespace harvester::cli {

/// The studies that typed days mean; no days: all. Fails with `config`.
[[nodiscard]] Result<database::dose::StudyFilter> study_filter(const DateOptions& dates);

}  // namespace harvester::cli

#pragma once

#include "arguments.hpp"
#include "context.hpp"
#include "harvester/serve/harvesting.hpp"

namespace harvester::cli {

/// The job that a command line means: a request for each of its nodes. Fails with `config`.
[[nodiscard]] Result<serve::HarvestJob> job_of(const Global& global, const config::Configuration& configuration,
                                               const HarvestOptions& options);

}  // namespace harvester::cli

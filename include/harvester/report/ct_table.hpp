#pragma once

#include <vector>

#include "harvester/database/dose_repository.hpp"
#include "harvester/report/table.hpp"

namespace harvester::report {

/// The CT studies of the filter, by date; at most `limit`. Fails with `storage`.
[[nodiscard]] Result<std::vector<database::dose::CtStudyRow>> ct_studies(database::Connection& connection,
                                                                         const database::dose::StudyFilter& filter,
                                                                         std::size_t limit = 1000);

/// Date, time, scanner, protocol, region, events, CTDIvol and DLP, a line each study. Pure.
[[nodiscard]] Table ct_table(const std::vector<database::dose::CtStudyRow>& studies);

}  // namespace harvester::report

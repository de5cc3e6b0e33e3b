#pragma once

#include <functional>

#include "harvester/database/ledger_view.hpp"

namespace harvester::report {

/// The studies of a harvest in the order in which they were found, some at a time: between them no transaction is open.
Status for_each_candidate(database::Connection& connection, HarvestId id,
                          const std::function<void(const database::ledger_view::Candidate&)>& visit);

}  // namespace harvester::report

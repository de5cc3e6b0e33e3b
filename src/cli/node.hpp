#pragma once

#include "arguments.hpp"

namespace harvester::cli {

/// `node probe`, in this process: it needs neither a store nor the database.
int probe_node(const Global& global, const NodeOptions& options);

}  // namespace harvester::cli

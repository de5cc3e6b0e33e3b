#pragma once

#include <string>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/receive/store.hpp"

/// What stores have done, as JSON: between processes, and for programs.
namespace harvester::serve {

/// {"schema": 1, "stores": [{"name", "ae_title", "port", "role", "open", "since", …}]} on one line.
[[nodiscard]] std::string to_json(const std::vector<receive::StoreStatus>& stores);

/// The other way. An answer that is an Error of the other side is that error; anything else is `transient`.
Result<std::vector<receive::StoreStatus>> stores_from_json(const std::string& json);

}  // namespace harvester::serve

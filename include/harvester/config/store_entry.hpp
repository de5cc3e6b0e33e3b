#pragma once

#include <string>

#include "harvester/config/site.hpp"
#include "harvester/core/result.hpp"

namespace harvester::config {

/// The text of a site file with one more store in it; all else, comments too, is left as it stands. Where the file
/// names no stores, the default one is written before it, as it would be gone otherwise. Fails with `config` where
/// `stores` is written in a way that cannot be added to ([…] with entries in it). Does not check the store: load what
/// came out.
[[nodiscard]] Result<std::string> with_store(const std::string& site_file, const Store& store);

}  // namespace harvester::config

#pragma once

#include <string>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/config/site.hpp"
#include "harvester/core/result.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/harvest/harvest.hpp"

/// From the configuration to what a harvest works with. Pure.
namespace harvester::serve {

/// What a harvest has to know of a node. Fails with `config` for TLS without a CA or with files that cannot
/// be read, and for a store that is not there; the message names the key.
[[nodiscard]] Result<harvest::NodeSetup> node_setup(const config::SiteConfig& site, const config::Profile& profile);

/// The modalities of a harvest in capitals, each once: those asked for, or the profile's own. Any case of letters.
/// Fails with `config` for one that is not harvested, and where there is none.
[[nodiscard]] Result<std::vector<std::string>> modalities_for(const config::Profile& profile,
                                                              const std::vector<std::string>& asked);

[[nodiscard]] dicom::ToolkitOptions toolkit_options(const config::SiteConfig& site);

}  // namespace harvester::serve

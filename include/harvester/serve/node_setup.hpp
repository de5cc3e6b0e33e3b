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

/// What a harvest has to know of a node. Fails with `config` for what this version cannot do (TLS, C-GET, Patient Root)
/// and for a store that is not there; the message names the key.
[[nodiscard]] Result<harvest::NodeSetup> node_setup(const config::SiteConfig& site, const config::Profile& profile);

/// Keys that say something this version does not do yet: whoever wrote them has to be told.
[[nodiscard]] std::vector<std::string> not_applied(const config::Profile& profile);
[[nodiscard]] std::vector<std::string> not_applied(const config::SiteConfig& site);

/// The modalities of a harvest, and what is to be said about them.
struct Modalities {
  std::vector<std::string> wanted;
  std::string note;  ///< what of the profile's list was left out; may be empty
};

/// Those asked for, or the profile's own narrowed to what this version harvests (CT). Fails with `config` where one was
/// asked for that this version does not harvest, or none is left.
[[nodiscard]] Result<Modalities> modalities_for(const config::Profile& profile, const std::vector<std::string>& asked);

[[nodiscard]] dicom::ToolkitOptions toolkit_options(const config::SiteConfig& site);

}  // namespace harvester::serve

#pragma once

#include <string>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/config/site.hpp"

namespace harvester::config {

/// The effective configuration as YAML that loads to the same values. Secrets stay references.
[[nodiscard]] std::string show(const SiteConfig& site);
[[nodiscard]] std::string show(const Profile& profile);

/// All keys that the schema knows; list items as "[]": "stores[].port".
[[nodiscard]] std::vector<std::string> site_key_paths();
[[nodiscard]] std::vector<std::string> profile_key_paths();

}  // namespace harvester::config

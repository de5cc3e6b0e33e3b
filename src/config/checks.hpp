#pragma once

#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/config/site.hpp"
#include "source.hpp"

namespace harvester::config {

/// Faults and warnings of one checking.
struct Findings {
  std::vector<Fault>& faults;
  std::vector<Fault>& warnings;
};

/// What a key alone does not show: stores against one another, secrets that are needed, privileged ports.
void check_site(const SiteConfig& site, const Source& source, Findings findings);

/// A profile in itself: order of limits, empty lists, TLS files that belong together.
void check_profile(const Profile& profile, const Source& source, Findings findings);

/// A profile against the site: its store, and our AE titles in it.
void check_profile_with_site(const Profile& profile, const SiteConfig& site, const Source& source, Findings findings);

}  // namespace harvester::config

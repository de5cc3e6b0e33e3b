#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harvester/config/fault.hpp"
#include "harvester/config/profile.hpp"
#include "harvester/config/site.hpp"

namespace harvester::config {

/// What came of loading: the value is to be used only if ok(). All faults are collected, never only the first.
template <class T>
struct Loaded {
  T value;
  std::vector<Fault> faults;
  std::vector<Fault> warnings;
  [[nodiscard]] bool ok() const { return faults.empty(); }
};

/// Site file and profiles, checked by themselves and against each other.
struct Configuration {
  std::filesystem::path site_file;  ///< empty: none was found, defaults hold
  SiteConfig site;
  std::vector<Profile> profiles;  ///< by name, those that are not enabled too
};

/// The site file, overridden by HARVESTER_* (the key path in capitals with _: HARVESTER_LOG_LEVEL). Relative paths
/// become absolute from the file's folder, those of the environment from the current one.
[[nodiscard]] Loaded<SiteConfig> load_site(const std::filesystem::path& path, const Environment& environment);

/// The defaults, overridden by the environment; relative to the current folder.
[[nodiscard]] Loaded<SiteConfig> default_site(const Environment& environment);

/// Every *.yaml of a folder, by name. `base`: the site file's folder, from which relative paths are meant. A folder
/// that is not there is a warning: no nodes.
[[nodiscard]] Loaded<std::vector<Profile>> load_profiles(const std::filesystem::path& folder,
                                                         const std::filesystem::path& base);

/// One profile; `name` is the file's stem.
[[nodiscard]] Loaded<Profile> load_profile(const std::filesystem::path& path, const std::filesystem::path& base);

/// The site file (defaults where none is given) and its profiles, with all cross checks.
[[nodiscard]] Loaded<Configuration> load_configuration(const std::optional<std::filesystem::path>& site_file,
                                                       const Environment& environment);

/// Where the site file is looked for without --config: $HARVESTER_CONFIG (whether or not it exists), else the first
/// that exists of ./harvester.yaml, $XDG_CONFIG_HOME/harvester/harvester.yaml (~/.config),
/// /etc/harvester/harvester.yaml.
[[nodiscard]] std::optional<std::filesystem::path> find_site_file(const Environment& environment,
                                                                  const std::filesystem::path& current_folder);

}  // namespace harvester::config

#include "harvester/config/load.hpp"

#include <algorithm>

#include "checks.hpp"
#include "environment_reader.hpp"
#include "reader.hpp"

namespace harvester::config {
namespace {

namespace fs = std::filesystem;

/// A loaded struct with the file it came from, for the checks that follow.
template <class T>
struct Sourced {
  Loaded<T> loaded;
  Source source;
  [[nodiscard]] bool readable() const { return source.document.root.kind == Value::Kind::map; }
  Findings findings() { return {loaded.faults, loaded.warnings}; }
};

fs::path absolute_folder(const fs::path& file) {
  std::error_code error;
  const auto absolute = fs::absolute(file, error);
  return (error ? file : absolute).parent_path();
}

template <class T>
void read_into(Sourced<T>& out, const fs::path& file, const fs::path& base) {
  out.source.document = read_document(file);
  out.loaded.faults = out.source.document.faults;
  const auto& root = out.source.document.root;
  if (root.kind != Value::Kind::map) return;
  Reading reading{out.source, base, out.loaded.faults};
  Reader reader(reading, root, {1, 1}, "");
  describe(reader, out.loaded.value);
  reader.finish();
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// In the order of the file, so that people read them from top to bottom.
void sort_by_place(std::vector<Fault>& faults) {
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
    return a.file == b.file && std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
}

void finish_site(Sourced<SiteConfig>& site, const fs::path& base, const Environment& environment) {
  auto& value = site.loaded.value;
  override_by_environment(value, environment, site.loaded.faults, site.loaded.warnings);
  value.data_directory = (base / value.data_directory).lexically_normal();
  value.profiles = (base / value.profiles).lexically_normal();
  if (value.stores.empty()) value.stores = SiteConfig{}.stores;
  check_site(value, site.source, site.findings());
  sort_by_place(site.loaded.faults);
}

Sourced<SiteConfig> site_from_file(const fs::path& path, const Environment& environment) {
  Sourced<SiteConfig> site;
  read_into(site, path, absolute_folder(path));
  finish_site(site, absolute_folder(path), environment);
  return site;
}

Sourced<SiteConfig> site_without_file(const Environment& environment) {
  Sourced<SiteConfig> site;
  site.source.document.file = "defaults";
  std::error_code error;
  finish_site(site, fs::current_path(error), environment);
  return site;
}

Sourced<Profile> profile_from_file(const fs::path& path, const fs::path& base) {
  Sourced<Profile> profile;
  auto& value = profile.loaded.value;
  value.name = path.stem().string();
  read_into(profile, path, base);
  if (auto problem = check_name(value.name))
    profile.loaded.faults.push_back(
        profile.source.fault("", "the file's name is the node's: " + problem->message, "rename the file"));
  if (profile.readable()) check_profile(value, profile.source, profile.findings());
  sort_by_place(profile.loaded.faults);
  return profile;
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with("."); }

/// All *.yaml files by name; what else looks like YAML draws a warning.
std::vector<fs::path> profile_files(const fs::path& folder, std::vector<Fault>& warnings) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto& path = entry->path();
    if (is_hidden(path)) continue;
    if (path.extension() == ".yaml") files.push_back(path);
    if (path.extension() == ".yml")
      warnings.push_back({path.string(), 0, 0, "", "is not read", "rename it so that it ends in .yaml", ""});
  }
  if (error)
    warnings.push_back({folder.string(), 0, 0, "", "no profiles can be read: " + error.message(),
                        "make the folder and write one YAML file per archive; `harvester init` writes an example", ""});
  std::sort(files.begin(), files.end());
  return files;
}

template <class Use>
Loaded<std::vector<Profile>> read_profiles(const fs::path& folder, const fs::path& base, Use use) {
  Loaded<std::vector<Profile>> all;
  for (const auto& file : profile_files(folder, all.warnings)) {
    auto profile = profile_from_file(file, base);
    use(profile);
    append(all.faults, profile.loaded.faults);
    append(all.warnings, profile.loaded.warnings);
    all.value.push_back(std::move(profile.loaded.value));
  }
  return all;
}

std::string variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

}  // namespace

Loaded<SiteConfig> load_site(const fs::path& path, const Environment& environment) {
  return site_from_file(path, environment).loaded;
}

Loaded<SiteConfig> default_site(const Environment& environment) { return site_without_file(environment).loaded; }

Loaded<Profile> load_profile(const fs::path& path, const fs::path& base) {
  return profile_from_file(path, base).loaded;
}

Loaded<std::vector<Profile>> load_profiles(const fs::path& folder, const fs::path& base) {
  return read_profiles(folder, base, [](auto&) {});
}

Loaded<Configuration> load_configuration(const std::optional<fs::path>& site_file, const Environment& environment) {
  auto site = site_file ? site_from_file(*site_file, environment) : site_without_file(environment);
  std::error_code error;
  const auto base = site_file ? absolute_folder(*site_file) : fs::current_path(error);
  auto profiles = read_profiles(site.loaded.value.profiles, base, [&](Sourced<Profile>& profile) {
    if (!profile.readable()) return;
    check_profile_with_site(profile.loaded.value, site.loaded.value, profile.source, profile.findings());
    sort_by_place(profile.loaded.faults);
  });
  Loaded<Configuration> all;
  all.faults = std::move(site.loaded.faults);
  all.warnings = std::move(site.loaded.warnings);
  append(all.faults, profiles.faults);
  append(all.warnings, profiles.warnings);
  all.value = {site_file.value_or(""), std::move(site.loaded.value), std::move(profiles.value)};
  return all;
}

std::optional<fs::path> find_site_file(const Environment& environment, const fs::path& current_folder) {
  const auto given = variable(environment, "HARVESTER_CONFIG");
  if (!given.empty()) return current_folder / given;
  std::vector<fs::path> places{current_folder / "harvester.yaml"};
  const auto xdg = variable(environment, "XDG_CONFIG_HOME");
  const auto home = variable(environment, "HOME");
  if (!xdg.empty())
    places.push_back(fs::path(xdg) / "harvester" / "harvester.yaml");
  else if (!home.empty())
    places.push_back(fs::path(home) / ".config" / "harvester" / "harvester.yaml");
  places.emplace_back("/etc/harvester/harvester.yaml");
  std::error_code error;
  const auto exists = [&](const fs::path& place) { return fs::exists(place, error); };
  const auto found = std::find_if(places.begin(), places.end(), exists);
  if (found == places.end()) return {};
  return *found;
}

}  // namespace harvester::config

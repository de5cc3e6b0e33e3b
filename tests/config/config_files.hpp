#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include "harvester/config/load.hpp"
#include "support/temp_dir.hpp"

namespace harvester::tests {

/// A folder with a site file and profiles, loaded on request.
class ConfigFiles {
 public:
  explicit ConfigFiles(std::string_view site = "schema: 1\n") { write("harvester.yaml", site); }

  ConfigFiles& write(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name, std::ios::binary) << text;
    return *this;
  }

  ConfigFiles& profile(const std::string& name, std::string_view text) {
    return write("profiles/" + name + ".yaml", text);
  }

  [[nodiscard]] config::Loaded<config::SiteConfig> site(const config::Environment& environment = {}) const {
    return config::load_site(dir_ / "harvester.yaml", environment);
  }

  [[nodiscard]] config::Loaded<config::Configuration> load(const config::Environment& environment = {}) const {
    return config::load_configuration(dir_ / "harvester.yaml", environment);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return dir_.path(); }

 private:
  TempDir dir_;
};

/// "7:17 remote.port: message | hint" without the folder, one a line: what most tests compare.
inline std::string brief(const std::vector<config::Fault>& faults) {
  std::string out;
  for (const auto& fault : faults) {
    if (!out.empty()) out += "\n";
    out += std::to_string(fault.line) + ":" + std::to_string(fault.column) + " ";
    if (!fault.key.empty()) out += fault.key + ": ";
    out += fault.message;
    if (!fault.hint.empty()) out += " | " + fault.hint;
  }
  return out;
}

}  // namespace harvester::tests

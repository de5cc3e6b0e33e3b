#include "environment_reader.hpp"

#include <algorithm>

#include "harvester/core/text.hpp"

namespace harvester::config {
namespace {

Fault variable_fault(const std::string& name, Problem problem) {
  return {"environment", 0, 0, name, std::move(problem.message), std::move(problem.hint), {}};
}

}  // namespace

std::string EnvironmentReader::variable(std::string_view key) const {
  auto name = prefix_ + "_";
  for (const char c : key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

void EnvironmentReader::take_over(const EnvironmentReader& inner) {
  faults_.insert(faults_.end(), inner.faults_.begin(), inner.faults_.end());
  known_.insert(known_.end(), inner.known_.begin(), inner.known_.end());
}

void EnvironmentReader::fault(const std::string& name, Problem problem) {
  faults_.push_back(variable_fault(name, std::move(problem)));
}

void override_by_environment(SiteConfig& site, const Environment& environment, std::vector<Fault>& faults,
                             std::vector<Fault>& warnings) {
  std::error_code error;
  EnvironmentReader reader(environment, std::filesystem::current_path(error), "HARVESTER");
  describe(reader, site);
  faults.insert(faults.end(), reader.faults().begin(), reader.faults().end());
  for (const auto& [name, value] : environment) {
    const auto& known = reader.known();
    if (!name.starts_with("HARVESTER_") || name == "HARVESTER_CONFIG") continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto meant = nearest(name.substr(10), [&] {
      std::vector<std::string> ends;
      for (const auto& one : known) ends.push_back(one.substr(10));
      return ends;
    }());
    if (!meant.empty())
      warnings.push_back(
          variable_fault(name, {"is no setting and has no effect", "did you mean HARVESTER_" + meant + "?"}));
  }
}

}  // namespace harvester::config

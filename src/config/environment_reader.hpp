#pragma once

#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harvester/config/fault.hpp"
#include "leaf.hpp"
#include "schema.hpp"

namespace harvester::config {

/// Visitor of the schema that overrides scalars by environment variables: log.level by HARVESTER_LOG_LEVEL. Lists and
/// rules per object kind have no variable.
class EnvironmentReader {
 public:
  EnvironmentReader(const Environment& environment, std::filesystem::path base, std::string prefix)
      : environment_(environment), base_(std::move(base)), prefix_(std::move(prefix)) {}

  template <class T, class... Rule>
  void operator()(std::string_view key, T& value, Rule... rule) {
    const auto name = variable(key);
    if constexpr (Section<T>) {
      EnvironmentReader inner(environment_, base_, name);
      describe(inner, value);
      take_over(inner);
    } else {
      read(name, value, rule...);
    }
  }

  template <class T, class Rule>
  void required(std::string_view key, T& value, Rule rule, std::string_view) {
    (*this)(key, value, rule);
  }

  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
  [[nodiscard]] const std::vector<std::string>& known() const { return known_; }  ///< all variables there are

 private:
  [[nodiscard]] std::string variable(std::string_view key) const;
  void take_over(const EnvironmentReader& inner);
  void fault(const std::string& name, Problem problem);

  template <class T, class... Rule>
  void read(const std::string& name, T& value, Rule... rule) {
    known_.push_back(name);
    const auto found = environment_.find(name);
    if (found == environment_.end()) return;
    if (auto problem = read_leaf(found->second, base_, value, rule...)) fault(name, std::move(*problem));
  }

  template <class T, class... Rule>
  void read(const std::string& name, std::optional<T>& value, Rule... rule) {
    auto inner = fresh<T>();
    const auto found = environment_.find(name);
    if (found != environment_.end() && (found->second.empty() || found->second == "null")) {
      known_.push_back(name);
      return value.reset();
    }
    const auto before = faults_.size();
    read(name, inner, rule...);
    if (found != environment_.end() && faults_.size() == before) value = std::move(inner);
  }

  template <class T, class... Rule>
  void read(const std::string&, std::vector<T>&, Rule...) {}
  void read(const std::string&, KeepRules&) {}
  void read(const std::string&, WeekDays&) {}

  const Environment& environment_;
  std::filesystem::path base_;
  std::string prefix_;
  std::vector<Fault> faults_;
  std::vector<std::string> known_;
};

/// Overrides the site file by the environment: faults for values that are wrong, warnings for names that look mistyped.
void override_by_environment(SiteConfig& site, const Environment& environment, std::vector<Fault>& faults,
                             std::vector<Fault>& warnings);

}  // namespace harvester::config

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/config/show.hpp"

namespace harvester::cli {
namespace {

using nlohmann::ordered_json;

ordered_json list(const std::vector<config::Fault>& faults) {
  auto json = ordered_json::array();
  for (const auto& each : faults)
    json.push_back({{"file", each.file},
                    {"line", each.line},
                    {"column", each.column},
                    {"key", each.key},
                    {"message", each.message},
                    {"hint", each.hint}});
  return json;
}

std::string where(const config::Configuration& configuration) {
  return configuration.site_file.empty() ? "the defaults (there is no harvester.yaml)"
                                         : configuration.site_file.string();
}

int check(const Global& global, const config::Loaded<config::Configuration>& loaded) {
  if (global.json) {
    fmt::print("{}\n", ordered_json{{"schema", 1},
                                    {"ok", loaded.ok()},
                                    {"site_file", loaded.value.site_file.string()},
                                    {"nodes", loaded.value.profiles.size()},
                                    {"faults", list(loaded.faults)},
                                    {"warnings", list(loaded.warnings)}}
                           .dump(2));
    return loaded.ok() ? kDone : kUsage;
  }
  fmt::print(stderr, "{}", config::render(loaded.faults));
  for (const auto& warning : loaded.warnings) fmt::print(stderr, "warning: {}\n", config::render(warning));
  if (!loaded.ok()) {
    fmt::print(stderr, "error: {} {}\n", loaded.faults.size(), loaded.faults.size() == 1 ? "fault" : "faults");
    return kUsage;
  }
  fmt::print("{}: good; {} {}\n", where(loaded.value), loaded.value.profiles.size(),
             loaded.value.profiles.size() == 1 ? "node" : "nodes");
  return kDone;
}

int show(const Global& global, const config::Loaded<config::Configuration>& loaded) {
  if (!loaded.ok()) return check(global, loaded);
  if (global.json) {
    auto nodes = ordered_json::object();
    for (const auto& profile : loaded.value.profiles) nodes[profile.name] = config::show(profile);
    fmt::print("{}\n", ordered_json{{"schema", 1},
                                    {"site_file", loaded.value.site_file.string()},
                                    {"site_yaml", config::show(loaded.value.site)},
                                    {"nodes_yaml", std::move(nodes)}}
                           .dump(2));
    return kDone;
  }
  fmt::print("# {}\n{}", where(loaded.value), config::show(loaded.value.site));
  for (const auto& profile : loaded.value.profiles)
    fmt::print("\n---\n# {}/{}.yaml\n{}", loaded.value.site.profiles.string(), profile.name, config::show(profile));
  return kDone;
}

}  // namespace

int run(const Global& global, const ConfigOptions& options) {
  const auto loaded = config::load_configuration(site_file(global), config::process_environment());
  return options.action == ConfigOptions::Action::check ? check(global, loaded) : show(global, loaded);
}

}  // namespace harvester::cli

#include "harvester/serve/node_probe.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "context.hpp"
#include "draft.hpp"
#include "harvester/core/text.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/schedule/civil_clock.hpp"
#include "harvester/serve/node_setup.hpp"
#include "node.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

/// Who is asked, and which file that ends in.
struct Target {
  config::Profile profile;
  bool is_there = false;  ///< a profile that stands in the folder
};

Result<Target> new_target(const NodeOptions& options, std::size_t colon) {
  const auto host = options.node.substr(0, colon);
  const auto digits = options.node.substr(colon + 1);
  std::uint16_t port = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, failure] = std::from_chars(digits.data(), end, port);
  if (host.empty() || failure != std::errc{} || stopped != end || port == 0)
    return Error{ErrorKind::config, "give HOST:PORT, such as pacs.example.org:104"};
  if (options.ae.empty()) return Error{ErrorKind::config, "give the archive's AE title, too: --ae TITLE"};
  const auto title = AeTitle::make(options.ae);
  if (!title) return title.error().with("--ae");
  Target target;
  target.profile.remote.host = host;
  target.profile.remote.port = port;
  target.profile.remote.ae_title = *title;
  target.profile.name = options.name.empty() ? lower(title->str()) : options.name;
  return target;
}

bool can_be_a_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.front() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
             std::string::npos;
}

/// A profile of that name, or HOST:PORT.
Result<Target> target_of(const config::Configuration& configuration, const NodeOptions& options) {
  const auto colon = options.node.rfind(':');
  if (colon == std::string::npos) {
    const auto chosen = choose_profiles(configuration, {options.node}, false);
    if (!chosen) return chosen.error();
    return Target{*chosen->front(), true};
  }
  auto target = new_target(options, colon);
  if (!target) return target;
  if (!can_be_a_name(target->profile.name))
    return Error{ErrorKind::config, fmt::format("\"{}\" cannot be the name of a file: give --name NAME",
                                                escaped_controls(target->profile.name))};
  const auto& all = configuration.profiles;
  target->is_there = std::any_of(all.begin(), all.end(), [&](const auto& p) { return p.name == target->profile.name; });
  return target;
}

Status set_calling(Target& target, const std::string& calling) {
  if (calling.empty()) return ok();
  const auto title = AeTitle::make(calling);
  if (!title) return title.error().with("--calling");
  target.profile.local.calling_ae = *title;
  return ok();
}

/// Written beside its place, read back as a profile, and only then put there.
Status write_profile(const std::filesystem::path& file, const std::string& text, const std::filesystem::path& base) {
  std::error_code failure;
  std::filesystem::create_directories(file.parent_path(), failure);
  const auto draft = write_draft(file, text);
  if (!draft) return draft.error();
  if (const auto loaded = config::load_profile(*draft, base); !loaded.ok())
    return Error{ErrorKind::storage, config::render(loaded.faults)};
  auto old = file;
  old += ".old";
  if (std::filesystem::exists(file, failure))
    std::filesystem::copy_file(file, old, std::filesystem::copy_options::overwrite_existing, failure);
  if (failure) return Error{ErrorKind::storage, fmt::format("cannot write {}: {}", old.string(), failure.message())};
  return put_in_place(*draft, file);
}

void print_findings(const Global& global, const serve::Findings& findings) {
  for (const auto& finding : serve::in_words(findings))
    note(global, fmt::format("{:29} {}", finding.key, finding.text));
  note(global, fmt::format("{:29} {} requests", "", findings.requests));
}

std::string findings_json(const Target& target, const serve::Findings& findings, const std::string& text,
                          const std::string& file) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& finding : serve::in_words(findings)) list.push_back({{"key", finding.key}, {"text", finding.text}});
  return nlohmann::ordered_json{{"schema", 1},
                                {"node", target.profile.name},
                                {"findings", std::move(list)},
                                {"requests", findings.requests},
                                {"profile", text},
                                {"file", file}}
      .dump(2);
}

Result<serve::ProbeOptions> probe_options(const config::Configuration& configuration, const Target& target,
                                          const NodeOptions& options) {
  const auto setup = serve::node_setup(configuration.site, target.profile);
  if (!setup) return setup.error();
  const auto now = schedule::civil_now(target.profile.query.timezone);
  if (!now) return now.error();
  return serve::ProbeOptions{setup->find_peer, setup->options, options.requests_per_minute, now->date};
}

/// Where the profile goes; empty: it is only printed.
Result<std::filesystem::path> place_for(const config::Configuration& configuration, const Target& target,
                                        const NodeOptions& options) {
  const auto file = configuration.site.profiles / (target.profile.name + ".yaml");
  const bool by_name = options.node.find(':') == std::string::npos;
  if (options.print || (by_name && !options.write)) return std::filesystem::path();
  std::error_code ignored;
  if (!options.write && (target.is_there || std::filesystem::exists(file, ignored)))
    return Error{ErrorKind::config, fmt::format("{} is there already: give another --name, --print to look, or --write"
                                                " to renew it",
                                                file.string())};
  return file;
}

int finish(const Global& global, const config::Configuration& configuration, const Target& target,
           const serve::Findings& findings, CivilDate today, const std::filesystem::path& file) {
  const bool renew = target.is_there;
  const auto text = renew ? serve::renewed_text(findings, target.profile, today)
                          : serve::profile_text(findings, target.profile, today);
  if (!file.empty())
    if (const auto written = write_profile(file, text, configuration.site_file.parent_path()); !written)
      return fail(written.error());
  if (global.json) {
    fmt::print("{}\n", findings_json(target, findings, text, file.string()));
    return kDone;
  }
  print_findings(global, findings);
  if (file.empty())
    fmt::print("{}", text);
  else
    fmt::print("wrote {}: try `harvester node test {}`\n", file.string(), target.profile.name);
  return kDone;
}

}  // namespace

int probe_node(const Global& global, const NodeOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  auto target = target_of(*configuration, options);
  if (!target) return fail(target.error());
  if (const auto set = set_calling(*target, options.calling); !set) return fail(set.error());
  const auto file = place_for(*configuration, *target, options);
  if (!file) return fail(file.error());
  if (const auto ready = dicom::start_toolkit(serve::toolkit_options(configuration->site)); !ready)
    return fail(ready.error());
  const auto how = probe_options(*configuration, *target, options);
  if (!how) return fail(how.error());
  const StopOnSignal stop;
  const auto findings = serve::probe(*how, stop.token());
  if (!findings) return fail(findings.error());
  return finish(global, *configuration, *target, *findings, how->today, *file);
}

}  // namespace harvester::cli

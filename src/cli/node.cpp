#include "node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/config/show.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/database/ledger_view.hpp"
#include "harvester/report/harvests.hpp"
#include "harvester/report/table.hpp"
#include "harvester/serve/node_habits.hpp"
#include "harvester/serve/node_setup.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

using database::ledger::HarvestRow;
using nlohmann::ordered_json;

/// What the ledger knows of a node.
struct Known {
  std::optional<HarvestRow> last;
  std::vector<std::string> learnt;
};

Known known_of(database::Connection& c, const std::string& node) {
  Known known;
  if (const auto id = database::ledger_view::latest_harvest(c, node))
    known.last = database::ledger::find_harvest(c, *id);
  known.learnt = serve::in_words(harvest::habits_from_json(database::ledger::learnt(c, node)));
  return known;
}

/// Of each of these nodes; of a site without a database: nothing.
Result<std::vector<Known>> known_of(const config::Configuration& configuration,
                                    const std::vector<const config::Profile*>& profiles) {
  auto database = open_reading(configuration);
  if (!database && database.error().kind == ErrorKind::not_found) return std::vector<Known>(profiles.size());
  if (!database) return database.error();
  return database::reading(*database, [&](database::Connection& c) {
    std::vector<Known> all;
    for (const auto* profile : profiles) all.push_back(known_of(c, profile->name));
    return all;
  });
}

ordered_json last_json(const Known& known) {
  if (!known.last) return nullptr;
  return {{"id", known.last->id.value},
          {"asked_for", report::asked_for(*known.last)},
          {"state", to_string(known.last->state)},
          {"began", known.last->created_at}};
}

ordered_json node_json(const config::Profile& profile, const Known& known) {
  return {{"name", profile.name},
          {"description", profile.description},
          {"enabled", profile.enabled},
          {"ae_title", profile.remote.ae_title.str()},
          {"host", profile.remote.host},
          {"port", profile.remote.port},
          {"last_harvest", last_json(known)}};
}

int list(const Global& global, const config::Configuration& configuration) {
  std::vector<const config::Profile*> profiles;
  for (const auto& profile : configuration.profiles) profiles.push_back(&profile);
  const auto known = known_of(configuration, profiles);
  if (!known) return fail(known.error());
  auto list = ordered_json::array();
  report::Table table;
  table.columns = {{"Node"},
                   {"Enabled"},
                   {"AE title"},
                   {"Address"},
                   {"Harvest", report::Align::right},
                   {"State"},
                   {"Began (UTC)"},
                   {"Description", report::Align::left, 40}};
  for (std::size_t n = 0; n < profiles.size(); ++n) {
    const auto& p = *profiles[n];
    const auto& last = (*known)[n].last;
    list.push_back(node_json(p, (*known)[n]));
    table.rows.push_back({p.name, p.enabled ? "yes" : "no", p.remote.ae_title.str(),
                          fmt::format("{}:{}", p.remote.host, p.remote.port),
                          last ? std::to_string(last->id.value) : "", last ? to_string(last->state) : "never",
                          last ? last->created_at.substr(0, 19) : "", p.description});
  }
  if (global.json)
    fmt::print("{}\n", ordered_json{{"schema", 1}, {"nodes", std::move(list)}}.dump(2));
  else if (profiles.empty())
    note(global, "no node yet (harvester node probe HOST:PORT --ae TITLE, or harvester init)");
  else
    fmt::print("{}", report::render(table));
  return kDone;
}

void print_known(const Known& known) {
  fmt::print("\n# last harvest: {}\n",
             !known.last ? "never"
                         : fmt::format("{} ({}), {}, began {}", known.last->id.value, report::asked_for(*known.last),
                                       to_string(known.last->state), known.last->created_at));
  fmt::print("# learnt by harvests:{}\n", known.learnt.empty() ? " nothing yet" : "");
  for (const auto& line : known.learnt) fmt::print("#   {}\n", line);
}

int show(const Global& global, const config::Configuration& configuration, const config::Profile& profile) {
  const auto known = known_of(configuration, {&profile});
  if (!known) return fail(known.error());
  if (global.json) {
    auto json = node_json(profile, known->front());
    json["profile"] = config::show(profile);
    json["learnt"] = known->front().learnt;
    fmt::print("{}\n", ordered_json{{"schema", 1}, {"node", std::move(json)}}.dump(2));
    return kDone;
  }
  fmt::print("# {}: what is in force, defaults included\n{}", profile.name, config::show(profile));
  print_known(known->front());
  return kDone;
}

/// The steps for people.
void print_step(const Global& global, const std::string& event) {
  const auto json = nlohmann::json::parse(event, nullptr, false);
  const auto kind = json.value("event", "");
  if (kind == "failed") fmt::print(stderr, "error: {}\n", json.value("error", ""));
  if (kind != "step") return;
  const auto state = json.value("state", "");
  if (global.quiet && state != "failed") return;
  auto step = json.value("step", "");
  std::replace(step.begin(), step.end(), '_', ' ');
  fmt::print("{:8} {:17} {}\n", state, step, escaped_controls(json.value("text", "")));
  if (const auto advice = json.value("advice", ""); !advice.empty())
    fmt::print("{:8} {:17} -> {}\n", "", "", escaped_controls(advice));
  std::fflush(stdout);
}

int test(const Global& global, const config::Configuration& configuration, const std::string& node) {
  const StopOnSignal stop;
  const auto show_event = [&](const std::string& event) {
    global.json ? fmt::print("{}\n", event) : print_step(global, event);
  };
  const int code = test_node(configuration, node, show_event, stop.token());
  if (code == kDone && !global.json) note(global, fmt::format("{} can be harvested", node));
  return code;
}

}  // namespace

int run(const Global& global, const NodeOptions& options) {
  if (options.action == NodeOptions::Action::probe) return probe_node(global, options);
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  if (options.action == NodeOptions::Action::list) return list(global, *configuration);
  const auto chosen = choose_profiles(*configuration, {options.node}, false);
  if (!chosen) return fail(chosen.error());
  if (options.action == NodeOptions::Action::show) return show(global, *configuration, *chosen->front());
  return test(global, *configuration, options.node);
}

}  // namespace harvester::cli

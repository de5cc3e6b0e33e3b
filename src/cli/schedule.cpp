#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "event_printer.hpp"
#include "harvester/database/schedules.hpp"
#include "harvester/report/table.hpp"
#include "harvester/schedule/due.hpp"
#include "harvester/schedule/next_run.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

using database::schedules::Key;
using nlohmann::ordered_json;

/// A schedule of a profile with what is known of it.
struct Known {
  const config::Profile* profile;
  const config::Schedule* schedule;
  ScheduleState state{};
  [[nodiscard]] Key key() const { return {profile->name, schedule->name}; }
};

std::string name_of(const Key& key) { return fmt::format("{}/{}", key.node, key.name); }

/// Those that are meant: of a node, one of them, or all.
Result<std::vector<Known>> chosen(const config::Configuration& configuration, const std::string& wanted) {
  std::vector<Known> all;
  for (const auto& profile : configuration.profiles)
    for (const auto& schedule : profile.schedule)
      if (wanted.empty() || wanted == profile.name || wanted == name_of({profile.name, schedule.name}))
        all.push_back({&profile, &schedule});
  if (all.empty() && !wanted.empty())
    return Error{ErrorKind::config, fmt::format("there is no schedule \"{}\" (harvester schedule list)", wanted)};
  return all;
}

Result<ScheduleState> state_of(database::Connection& connection, const Key& key, Instant now) {
  const auto state =
      database::reading(connection, [&](database::Connection& c) { return database::schedules::find(c, key); });
  if (!state) return state.error();
  return state->value_or(ScheduleState{now});
}

/// Schedules that no daemon has seen yet begin now; so do all without a database.
Status look_up(const config::Configuration& configuration, std::vector<Known>& all) {
  const auto now = SystemClock().now();
  for (auto& known : all) known.state.since = now;
  if (!has_database(configuration)) return ok();
  auto connection = open_reading(configuration);
  if (!connection) return connection.error();
  for (auto& known : all) {
    const auto state = state_of(*connection, known.key(), now);
    if (!state) return state.error();
    known.state = *state;
  }
  return ok();
}

Result<std::vector<Known>> looked_up(const config::Configuration& configuration, const std::string& wanted) {
  auto all = chosen(configuration, wanted);
  if (!all) return all;
  if (const auto found = look_up(configuration, *all); !found) return found.error();
  return all;
}

/// On the clock of the node.
std::string shown(const Known& known, const std::optional<Instant>& instant) {
  if (!instant) return "-";
  const auto civil = schedule::civil_at(*instant, known.profile->query.timezone);
  if (!civil) return utc_text(*instant);
  return fmt::format("{} {}", iso_date(civil->date), iso_time(std::chrono::floor<std::chrono::seconds>(civil->time)));
}

std::string zone_of(const Known& known) { return known.profile->query.timezone.value_or("local"); }

/// When it is due from now on: the times of its expression, each with when it begins.
std::vector<Instant> coming(const Known& known, int count) {
  std::vector<Instant> times;
  const auto cron = config::parse_cron(known.schedule->cron);
  if (!cron || known.state.paused) return times;
  auto after = std::max(SystemClock().now(), known.state.since);
  while (static_cast<int>(times.size()) < count) {
    const auto due = schedule::next_run(*cron, known.profile->query.timezone, after);
    if (!due) break;
    times.push_back(*due);
    after = *due;
  }
  return times;
}

const char* standing(const Known& known) {
  return !known.profile->enabled ? "node disabled" : known.state.paused ? "paused" : "on";
}

std::optional<Instant> next_begin(const Known& known) {
  const auto times = known.profile->enabled ? coming(known, 1) : std::vector<Instant>{};
  if (times.empty()) return std::nullopt;
  return schedule::begin_of({*known.profile, *known.schedule}, times.front());
}

ordered_json utc_or_null(const std::optional<Instant>& instant) {
  return instant ? ordered_json(utc_text(*instant)) : ordered_json();
}

void print_list_json(const std::vector<Known>& all) {
  auto list = ordered_json::array();
  for (const auto& known : all)
    list.push_back({{"node", known.profile->name},
                    {"name", known.schedule->name},
                    {"cron", known.schedule->cron},
                    {"timezone", zone_of(known)},
                    {"state", standing(known)},
                    {"next", utc_or_null(next_begin(known))},
                    {"last_due", utc_or_null(known.state.last_due)},
                    {"verified_until", utc_or_null(known.state.watermark)}});
  fmt::print("{}\n", ordered_json{{"schema", 1}, {"schedules", std::move(list)}}.dump());
}

int list(const Global& global, const config::Configuration& configuration) {
  const auto all = looked_up(configuration, "");
  if (!all) return fail(all.error());
  if (global.json) return print_list_json(*all), kDone;
  if (all->empty()) return note(global, "no profile has a schedule (see profiles/example.yaml)"), kDone;
  report::Table table;
  table.columns = {{"Schedule"}, {"State"}, {"Cron"}, {"Zone"}, {"Next"}, {"Last due"}, {"Verified until"}};
  for (const auto& known : *all)
    table.rows.push_back({name_of(known.key()), standing(known), known.schedule->cron, zone_of(known),
                          shown(known, next_begin(known)), shown(known, known.state.last_due),
                          shown(known, known.state.watermark)});
  fmt::print("{}", report::render(table));
  return kDone;
}

int next(const Global& global, const config::Configuration& configuration, const ScheduleOptions& options) {
  const auto all = looked_up(configuration, options.schedule);
  if (!all) return fail(all.error());
  report::Table table;
  table.columns = {{"Schedule"}, {"Due"}, {"Begins"}, {"Begins (UTC)"}};
  auto list = ordered_json::array();
  for (const auto& known : *all)
    for (const auto due : coming(known, options.count)) {
      const auto begin = schedule::begin_of({*known.profile, *known.schedule}, due);
      table.rows.push_back({name_of(known.key()), shown(known, due), shown(known, begin), utc_text(begin)});
      list.push_back({{"node", known.profile->name},
                      {"name", known.schedule->name},
                      {"due", utc_text(due)},
                      {"begins", utc_text(begin)}});
    }
  if (global.json)
    fmt::print("{}\n", ordered_json{{"schema", 1}, {"runs", std::move(list)}}.dump());
  else
    fmt::print("{}", report::render(table));
  return kDone;
}

/// The one schedule that is meant. Fails with `config` where there are several.
Result<Key> one(const config::Configuration& configuration, const std::string& wanted) {
  const auto all = chosen(configuration, wanted);
  if (!all) return all.error();
  if (all->size() == 1) return all->front().key();
  return Error{ErrorKind::config, fmt::format("{} has {} schedules: say which, as in {}", wanted, all->size(),
                                              name_of(all->front().key()))};
}

int run_now(const Global& global, const config::Configuration& configuration, const Key& key) {
  const StopOnSignal stop;
  EventPrinter printer(global, EventPrinter::Results::shown);
  const int code = run_schedule(
      configuration, {serve::ScheduleOrder::Act::run, key}, [&](const std::string& event) { printer.print(event); },
      stop.token());
  printer.finish(code);
  return code;
}

int set_paused(const Global& global, const config::Configuration& configuration, const Key& key, bool paused) {
  using Act = serve::ScheduleOrder::Act;
  const auto done = pause_schedule(configuration, {paused ? Act::pause : Act::resume, key});
  if (!done) return fail(done.error());
  note(global, fmt::format("schedule {} is {}", name_of(key), paused ? "paused" : "on again"));
  return kDone;
}

}  // namespace

int run(const Global& global, const ScheduleOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  using Action = ScheduleOptions::Action;
  if (options.action == Action::list) return list(global, *configuration);
  if (options.action == Action::next) return next(global, *configuration, options);
  const auto key = one(*configuration, options.schedule);
  if (!key) return fail(key.error());
  if (options.action == Action::run) return run_now(global, *configuration, *key);
  return set_paused(global, *configuration, *key, options.action == Action::pause);
}

}  // namespace harvester::cli

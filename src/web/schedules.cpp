#include "harvester/database/schedules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/config/cron.hpp"
#include "harvester/database/audit.hpp"
#include "harvester/schedule/due.hpp"
#include "harvester/schedule/next_run.hpp"
#include "harvester/serve/scheduling.hpp"
#include "parameters.hpp"
#include "parts.hpp"
#include "router.hpp"
#include "rows.hpp"

namespace harvester::web {
namespace {

using database::schedules::Key;

struct Known {
  const config::Profile* profile = nullptr;
  const config::Schedule* schedule = nullptr;
  ScheduleState state{};
};

/// Schedules that no look has seen yet begin now.
std::vector<Known> known_schedules(const App& app, database::Connection& c, const std::string& node) {
  std::vector<Known> all;
  for (const auto& profile : app.profiles.get())
    for (const auto& schedule : profile.schedule)
      if (node.empty() || node == profile.name)
        all.push_back(
            {&profile, &schedule,
             database::schedules::find(c, Key{profile.name, schedule.name}).value_or(ScheduleState{app.now()})});
  return all;
}

/// The next times at which it is due.
std::vector<Instant> coming(const Known& known, Instant now, int count) {
  std::vector<Instant> times;
  const auto cron = config::parse_cron(known.schedule->cron);
  if (!cron || known.state.paused || !known.profile->enabled) return times;
  auto after = std::max(now, known.state.since);
  while (static_cast<int>(times.size()) < count) {
    const auto due = schedule::next_run(*cron, known.profile->query.timezone, after);
    if (!due) break;
    times.push_back(*due);
    after = *due;
  }
  return times;
}

Lamp schedule_lamp(const Known& known, const std::vector<Instant>& next) {
  if (!known.profile->enabled) return {Light::off, "the node is disabled"};
  if (known.state.paused) return {Light::warn, "paused"};
  if (next.empty()) return {Light::warn, "never due again"};
  return {Light::ok, {}};
}

ordered_json utc_or_null(const std::optional<Instant>& instant) {
  return instant ? ordered_json(utc_text(*instant)) : ordered_json();
}

ordered_json json_of_schedule(const Known& known, Instant now, std::vector<Lamp>& lamps) {
  const auto next = coming(known, now, 1);
  lamps.push_back(schedule_lamp(known, next));
  std::optional<Instant> begins;
  if (!next.empty()) begins = schedule::begin_of({*known.profile, *known.schedule}, next.front());
  const char* state = !known.profile->enabled ? "node disabled" : known.state.paused ? "paused" : "on";
  ordered_json json{{"node", known.profile->name},
                    {"name", known.schedule->name},
                    {"cron", known.schedule->cron},
                    {"timezone", known.profile->query.timezone.value_or("local")},
                    {"state", state},
                    {"next", utc_or_null(begins)},
                    {"last_due", utc_or_null(known.state.last_due)},
                    {"verified_until", utc_or_null(known.state.watermark)}};
  put(json, lamps.back());
  return json;
}

Reply list(App& app, const Call& call) {
  Parameters parameters(call);
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    std::vector<Lamp> lamps;
    return ordered_json{{"schedules", schedules_json(app, c, "", lamps)}};
  }));
}

Reply next(App& app, const Call& call) {
  Parameters parameters(call);
  const auto count = static_cast<int>(parameters.number("count", 5, 1, 50));
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    return ordered_json{{"runs", next_runs_json(app, c, count)}};
  }));
}

bool is_there(const App& app, const Key& key) {
  const auto* profile = app.profile(key.node);
  return profile != nullptr && std::any_of(profile->schedule.begin(), profile->schedule.end(),
                                           [&](const auto& schedule) { return schedule.name == key.name; });
}

Reply run(App& app, const Call& call) {
  const Key key{call.name("node"), call.name("name")};
  if (!is_there(app, key)) return not_found("such schedule");
  const auto run =
      app.runs.begin({"schedule", key.node, call.caller.name}, [&app, key](const auto& tell, const auto& stops) {
        return serve::run_schedule(app.engine, app.profiles.get(), key, {}, tell, stops);
      });
  return run ? answer(ordered_json{{"run", *run}}, 202) : refusal(run.error());
}

Reply set(App& app, const Call& call, serve::ScheduleOrder::Act act) {
  const Key key{call.name("node"), call.name("name")};
  if (!is_there(app, key)) return not_found("such schedule");
  const auto done_so = serve::pause_schedule(app.engine, app.profiles.get(), {act, key});
  return done_so ? done() : refusal(done_so.error());
}

Reply pause(App& app, const Call& call) { return set(app, call, serve::ScheduleOrder::Act::pause); }
Reply resume(App& app, const Call& call) { return set(app, call, serve::ScheduleOrder::Act::resume); }

}  // namespace

ordered_json schedules_json(App& app, database::Connection& c, const std::string& node, std::vector<Lamp>& lamps) {
  auto list = ordered_json::array();
  for (const auto& known : known_schedules(app, c, node)) list.push_back(json_of_schedule(known, app.now(), lamps));
  return list;
}

ordered_json next_runs_json(App& app, database::Connection& c, int count) {
  struct Coming {
    Instant begins;
    ordered_json json;
  };
  std::vector<Coming> all;
  for (const auto& known : known_schedules(app, c, ""))
    for (const auto due : coming(known, app.now(), count)) {
      const auto begins = schedule::begin_of({*known.profile, *known.schedule}, due);
      all.push_back({begins,
                     {{"node", known.profile->name},
                      {"name", known.schedule->name},
                      {"due", utc_text(due)},
                      {"begins", utc_text(begins)}}});
    }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.begins < b.begins; });
  auto list = ordered_json::array();
  for (auto& each : all) list.push_back(std::move(each.json));
  return list;
}

void add_schedules(std::vector<Route>& routes) {
  routes.push_back({"GET", "/schedules", Needs::view, list});
  routes.push_back({"GET", "/schedules/next", Needs::view, next});
  routes.push_back({"POST", "/schedules/{node}/{name}/run", Needs::operate, run});
  routes.push_back({"POST", "/schedules/{node}/{name}/pause", Needs::operate, pause});
  routes.push_back({"POST", "/schedules/{node}/{name}/resume", Needs::operate, resume});
}

}  // namespace harvester::web

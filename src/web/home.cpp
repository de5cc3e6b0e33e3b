#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <chrono>

#include "harvester/core/civil.hpp"
#include "harvester/database/figure_rows.hpp"
#include "harvester/database/lists.hpp"
#include "harvester/database/quarantine.hpp"
#include "harvester/schedule/civil_clock.hpp"
#include "parameters.hpp"
#include "parts.hpp"
#include "router.hpp"
#include "rows.hpp"

namespace harvester::web {

namespace figures = database::figures;

std::optional<std::uint64_t> free_bytes(const App& app) {
  struct statvfs disk {};
  if (::statvfs(app.engine.paths().root.c_str(), &disk) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

namespace {

/// The clock of this machine: what `today` means for people here.
CivilDate today(const App& app) {
  const auto here = schedule::civil_at(app.now(), std::nullopt);
  return here ? here->date : CivilDate(std::chrono::floor<std::chrono::days>(app.now()));
}

struct Counts {
  std::int64_t all = 0, in_7_days = 0, in_28_days = 0;
};

ordered_json system_json(const figures::MachineStudies& row, const std::string& name, const std::string& today_text) {
  const auto silent = days_since(row.last_date, today_text);
  const auto active = days_since(row.first_date, row.last_date);
  const bool odd = silent && active && is_silent(row.studies, *active, *silent);
  ordered_json json{{"scanner", row.machine},
                    {"equipment", name},
                    {"modality", row.modalities},
                    {"studies", row.studies},
                    {"studies_7d", row.lately},
                    {"studies_28d", row.since},
                    {"last_study_date", text_or_null(row.last_date)},
                    {"no_data_since", odd ? ordered_json(row.last_date) : ordered_json()}};
  put(json, odd ? Lamp{Light::warn, fmt::format("no data since {}", row.last_date)} : Lamp{});
  return json;
}

ordered_json systems_json(const App& app, database::Connection& c, Counts& counts) {
  const auto now = today(app);
  std::map<std::int64_t, std::string> names;
  for (const auto& machine : figures::machines(c)) names[machine.machine] = machine.equipment;
  auto list = ordered_json::array();
  for (const auto& row :
       figures::studies_by_machine(c, {}, iso_date(plus_days(now, -27)), iso_date(plus_days(now, -6)))) {
    list.push_back(system_json(row, names[row.machine], iso_date(now)));
    counts.all += row.studies;
    counts.in_28_days += row.since;
    counts.in_7_days += row.lately;
  }
  return list;
}

ordered_json disk_json(const App& app) {
  const auto free = free_bytes(app);
  const auto minimum = app.engine.site().disk.minimum_free.bytes;
  auto json = json_of(free ? disk_lamp(*free, minimum) : Lamp{Light::warn, "its free space cannot be told"});
  std::error_code ignored;
  json["free_bytes"] = or_null(free);
  json["minimum_free_bytes"] = minimum;
  json["database_bytes"] = std::filesystem::file_size(app.engine.paths().database(), ignored);
  return json;
}

ordered_json inbox_json(const App& app, database::Connection& c) {
  const auto row = json_of(database::lists::waiting(c));
  const auto oldest = row["oldest_received_at"];
  auto json = json_of(inbox_lamp(row["waiting"].get<std::int64_t>(),
                                 oldest.is_string() ? parse_utc(oldest.get<std::string>()) : std::nullopt, app.now()));
  json.update(row);
  return json;
}

ordered_json home_json(App& app, database::Connection& c, const Caller& caller) {
  std::vector<Lamp> nodes, stores, folders, schedules;
  Counts counts;
  auto node_list = ordered_json::array();
  for (const auto& profile : app.profiles.get()) node_list.push_back(node_json(app, c, profile, nodes));
  auto systems = systems_json(app, c, counts);
  auto store_list = stores_json(app, stores);
  auto folder_list = folders_json(app, folders);
  auto schedule_list = schedules_json(app, c, "", schedules);
  const auto quarantined = database::quarantine::count(c);
  auto quarantine = json_of(quarantine_lamp(quarantined));
  quarantine["objects"] = quarantined;
  auto runs = next_runs_json(app, c, 5);
  while (runs.size() > 5) runs.erase(runs.size() - 1);
  return {{"version", app.options.version},
          {"now", utc_text(app.now())},
          {"since", utc_text(app.since)},
          {"role", caller.role ? config::to_string(*caller.role) : "none"},
          {"lamps",
           {{"database", json_of(Lamp{Light::ok, {}})},
            {"disk", disk_json(app)},
            {"inbox", inbox_json(app, c)},
            {"quarantine", std::move(quarantine)},
            {"nodes", json_of(together(nodes))},
            {"stores", json_of(together(stores))},
            {"folders", json_of(together(folders))},
            {"schedules", json_of(together(schedules))}}},
          {"nodes", std::move(node_list)},
          {"systems", std::move(systems)},
          {"stores", std::move(store_list)},
          {"folders", std::move(folder_list)},
          {"schedules", std::move(schedule_list)},
          {"next_runs", std::move(runs)},
          {"running", app.hub.running()},
          {"quarantine", quarantined},
          {"studies", counts.all},
          {"studies_7d", counts.in_7_days},
          {"studies_28d", counts.in_28_days}};
}

Reply home(App& app, const Call& call) {
  Parameters parameters(call);
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) { return home_json(app, c, call.caller); }));
}

Reply session(App& app, const Call& call) {
  return answer(ordered_json{{"role", call.caller.role ? config::to_string(*call.caller.role) : "none"},
                             {"name", call.caller.name},
                             {"token_required", app.access.token_required()},
                             {"version", app.options.version},
                             {"now", utc_text(app.now())}});
}

}  // namespace

void add_home(std::vector<Route>& routes) {
  routes.push_back({"GET", "/session", Needs::nothing, session});
  routes.push_back({"GET", "/home", Needs::view, home});
}

}  // namespace harvester::web

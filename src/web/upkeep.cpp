#include "harvester/report/upkeep.hpp"

#include "harvester/database/lists.hpp"
#include "harvester/database/maintenance.hpp"
#include "parameters.hpp"
#include "parts.hpp"
#include "router.hpp"
#include "rows.hpp"

namespace harvester::web {
namespace {

Reply jobs(App& app, const Call& call) {
  Parameters parameters(call);
  const auto part = parameters.part();
  const auto kind = parameters.text("kind"), state = parameters.text("state");
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    auto json = json_of("jobs", database::lists::jobs(c, kind, state, part));
    for (auto& job : json["jobs"]) job["arguments"] = parsed(job["arguments"]);
    return json;
  }));
}

Reply audit(App& app, const Call& call) {
  Parameters parameters(call);
  const auto part = parameters.part();
  const auto kind = parameters.text("kind"), subject = parameters.text("subject");
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    auto json = json_of("events", database::lists::audit(c, kind, subject, part));
    for (auto& event : json["events"]) event["detail"] = parsed(event["detail"]);
    return json;
  }));
}

Reply reload(App& app, const Call& call) {
  Body body(call.body);
  if (auto fault = body.fault()) return *fault;
  if (!app.options.reload) return refusal(409, "refused", "this process does not read its configuration again");
  app.options.reload();
  return answer(ordered_json::object(), 202);
}

Reply reloaded(App& app, const Call&) {
  const auto outcome = app.options.reloaded ? app.options.reloaded() : serve::ReloadOutcome{};
  return answer(ordered_json{{"at", outcome.at ? ordered_json(utc_text(*outcome.at)) : ordered_json()},
                             {"ok", outcome.ok},
                             {"faults", outcome.faults}});
}

Reply statistics(App& app, const Call&) {
  constexpr int kMostConcepts = 50;
  namespace maintenance = database::maintenance;
  const auto found = app.reads.run([&](database::Connection& c) {
    return maintenance::statistics(c, kMostConcepts, maintenance::TableSizes::none);
  });
  if (!found) return refusal(found.error());
  std::error_code ignored;
  auto log = app.engine.paths().database();
  log += "-wal";
  const auto log_bytes = std::filesystem::exists(log, ignored) ? std::filesystem::file_size(log, ignored) : 0;
  return answer_text(report::statistics_json(
      *found, {static_cast<std::int64_t>(log_bytes), static_cast<std::int64_t>(free_bytes(app).value_or(0))}));
}

}  // namespace

void add_upkeep(std::vector<Route>& routes) {
  routes.push_back({"GET", "/jobs", Needs::view, jobs});
  routes.push_back({"GET", "/audit", Needs::operate, audit});
  routes.push_back({"POST", "/reload", Needs::operate, reload});
  routes.push_back({"GET", "/reload", Needs::operate, reloaded});
  routes.push_back({"GET", "/statistics", Needs::view, statistics});
}

}  // namespace harvester::web

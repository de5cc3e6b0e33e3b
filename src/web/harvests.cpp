#include "harvester/report/harvests.hpp"

#include <fmt/format.h>

#include "harvester/database/ledger.hpp"
#include "harvester/dicom/status.hpp"
#include "harvester/report/coverage.hpp"
#include "harvester/schedule/civil_clock.hpp"
#include "harvester/serve/harvesting.hpp"
#include "parameters.hpp"
#include "parts.hpp"
#include "router.hpp"
#include "rows.hpp"

namespace harvester::web {

namespace ledger = database::ledger;
namespace lists = database::lists;

namespace {

constexpr int kMostOpen = 200;

/// What the command line does not say of a harvest, since its commands do.
void add_words(ordered_json& json, const ledger::HarvestRow& row) {
  const auto& request = json["request"];
  const bool query = request.is_object() && request.value("dry_run", false);
  json["kind"] = query ? "query" : "harvest";
  json["asked_for"] = report::asked_for(row);
  json["stopped_by"] = to_string(row.stopped_by);
}

ordered_json json_of_view(const report::HarvestView& view) {
  auto json = std::move(ordered_json::parse(report::harvests_json({view}))["harvests"][0]);
  add_words(json, view.row);
  return json;
}

Reply list(App& app, const Call& call) {
  Parameters parameters(call);
  const auto part = parameters.part();
  lists::HarvestFilter filter;
  filter.node = parameters.text("node");
  filter.states = parameters.words("state");
  filter.query = parameters.one_of<std::optional<bool>>("kind", {{"", {}}, {"harvest", false}, {"query", true}});
  if (const auto from = parameters.date("from")) filter.from = iso_date(*from);
  if (const auto until = parameters.date("until")) filter.until = iso_date(*until);
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    const auto page = lists::harvests(c, filter, part);
    auto json = json_of("harvests", page);
    for (auto& each : json["harvests"]) each = harvest_json(c, HarvestId{each["id"].get<std::int64_t>()});
    return json;
  }));
}

Reply running(App& app, const Call&) { return answer(ordered_json{{"running", app.hub.running()}}); }

Reply show(App& app, const Call& call) {
  const auto id = call.number("id");
  if (!id) return not_found("such harvest");
  return answer(app.reads.with([&](database::Connection& c) -> Result<ordered_json> {
    const auto detail = report::harvest_detail(c, HarvestId{*id}, kMostOpen);
    if (!detail) return detail.error();
    auto json = ordered_json::parse(report::detail_json(*detail));
    add_words(json["harvest"], detail->harvest.row);
    json["harvest"]["progress"] = or_null(app.hub.progress_of(*id));
    return json;
  }));
}

Reply log(App& app, const Call& call) {
  const auto id = call.number("id");
  if (!id) return not_found("such harvest");
  return answer(app.reads.with([&](database::Connection& c) -> Result<ordered_json> {
    const auto log = report::harvest_log(c, HarvestId{*id});
    if (!log) return log.error();
    return ordered_json::parse(report::log_json(*log));
  }));
}

Reply studies(App& app, const Call& call) {
  Parameters parameters(call);
  const auto id = call.number("id");
  const auto part = parameters.part();
  const lists::CandidateFilter filter{parameters.text("verdict"), parameters.text("reason"),
                                      parameters.text("modality")};
  if (auto fault = parameters.fault()) return *fault;
  if (!id) return not_found("such harvest");
  return answer(app.reads.run(
      [&](database::Connection& c) { return json_of("studies", lists::candidates(c, HarvestId{*id}, filter, part)); }));
}

void explain_statuses(ordered_json& requests) {
  for (auto& request : requests) {
    const auto& status = request["dimse_status"];
    request["status_text"] =
        status.is_number() ? ordered_json(dicom::explain_move({status.get<std::uint16_t>()}, "")) : ordered_json();
  }
}

Reply study(App& app, const Call& call) {
  const auto id = call.number("id"), row = call.number("study");
  if (!id || !row) return not_found("such study of a harvest");
  const auto json = app.reads.run([&](database::Connection& c) {
    const auto candidate = lists::candidate(c, CandidateStudyId{*row});
    if (!candidate || lists::value_of(*candidate, "harvest") != database::flat::Value(*id)) return ordered_json();
    ordered_json found{{"study", json_of(*candidate)}, {"series", ordered_json::array()}};
    for (const auto& series : lists::candidate_series(c, CandidateStudyId{*row})) {
      auto each = json_of(series);
      each["requests"] = json_of(lists::requests(c, CandidateSeriesId{each["series"].get<std::int64_t>()}));
      explain_statuses(each["requests"]);
      found["series"].push_back(std::move(each));
    }
    return found;
  });
  return json && json->is_null() ? not_found("such study of a harvest") : answer(json);
}

Reply instances(App& app, const Call& call) {
  Parameters parameters(call);
  const auto part = parameters.part();
  if (auto fault = parameters.fault()) return *fault;
  const auto id = call.number("id"), series = call.number("series");
  if (!id || !series) return not_found("such series of a harvest");
  const auto json = app.reads.run([&](database::Connection& c) {
    if (lists::harvest_of(c, CandidateSeriesId{*series}) != HarvestId{*id}) return ordered_json();
    auto page = json_of("instances", lists::instances(c, CandidateSeriesId{*series}, part));
    for (auto& each : page["instances"]) {
      each.erase("id");
      each["sop_class"] = sop_class_name(each["sop_class_uid"].get<std::string>());
    }
    return page;
  });
  return json && json->is_null() ? not_found("such series of a harvest") : answer(json);
}

Reply end(App& app, const Call& call, serve::Wish wish) {
  const auto id = call.number("id");
  if (!id) return not_found("such harvest");
  const auto ended = serve::end_harvest(app.engine, HarvestId{*id}, wish);
  if (ended) return done();
  auto error = ended.error();
  if (error.kind == ErrorKind::config) error.kind = ErrorKind::refused;  // it has ended already
  return refusal(error);
}

Reply cancel(App& app, const Call& call) { return end(app, call, serve::Wish::cancel); }
Reply pause(App& app, const Call& call) { return end(app, call, serve::Wish::pause); }

Reply resume(App& app, const Call& call) {
  const auto id = call.number("id");
  if (!id) return not_found("such harvest");
  const auto row = app.reads.run([&](database::Connection& c) { return ledger::find_harvest(c, HarvestId{*id}); });
  if (!row) return refusal(row.error());
  if (!*row) return not_found("such harvest");
  if ((*row)->state == HarvestState::running) return refusal(409, "refused", "this harvest is running");
  if ((*row)->state == HarvestState::complete) return refusal(409, "refused", "this harvest is complete");
  serve::HarvestJob job;
  job.resume = HarvestId{*id};
  const auto run =
      app.runs.begin({"resume", (*row)->node, call.caller.name}, [&app, job](const auto& tell, const auto& stops) {
        return serve::run_job(app.engine, app.profiles.get(), job, tell, stops);
      });
  return run ? answer(ordered_json{{"run", *run}}, 202) : refusal(run.error());
}

Reply coverage(App& app, const Call& call) {
  constexpr int kDays = 42, kMostDays = 400;
  Parameters parameters(call);
  const auto here = schedule::civil_at(app.now(), std::nullopt);
  const auto until = parameters.date("until").value_or(here ? here->date : CivilDate{});
  const auto from = parameters.date("from").value_or(plus_days(until, 1 - kDays));
  const auto nodes = parameters.texts("node");
  if (auto fault = parameters.fault()) return *fault;
  if (until < from || days_between(from, until) >= kMostDays)
    return refusal(400, "request", fmt::format("from and until are no range of up to {} days", kMostDays));
  return answer(app.reads.with([&](database::Connection& c) -> Result<ordered_json> {
    const auto covers = report::coverage(c, nodes, from, until);
    if (!covers) return covers.error();
    ordered_json json{{"from", iso_date(from)}, {"until", iso_date(until)}};
    json.update(ordered_json::parse(report::coverage_json(*covers)));
    return json;
  }));
}

}  // namespace

ordered_json harvest_json(database::Connection& c, HarvestId id) {
  const auto row = ledger::find_harvest(c, id);
  if (!row) return nullptr;
  return json_of_view({*row, ledger::summary(c, id)});
}

void add_harvests(std::vector<Route>& routes) {
  routes.push_back({"GET", "/harvests", Needs::view, list});
  routes.push_back({"GET", "/harvests/running", Needs::view, running});
  routes.push_back({"GET", "/harvests/{id}", Needs::view, show});
  routes.push_back({"GET", "/harvests/{id}/log", Needs::view, log});
  routes.push_back({"GET", "/harvests/{id}/studies", Needs::view, studies});
  routes.push_back({"GET", "/harvests/{id}/studies/{study}", Needs::view, study});
  routes.push_back({"GET", "/harvests/{id}/series/{series}/instances", Needs::view, instances});
  routes.push_back({"POST", "/harvests/{id}/cancel", Needs::operate, cancel});
  routes.push_back({"POST", "/harvests/{id}/pause", Needs::operate, pause});
  routes.push_back({"POST", "/harvests/{id}/resume", Needs::operate, resume});
  routes.push_back({"POST", "/harvests/{id}/retry", Needs::operate, resume});
  routes.push_back({"GET", "/coverage", Needs::view, coverage});
}

}  // namespace harvester::web

#include "parameters.hpp"
#include "router.hpp"

namespace harvester::web {
namespace {

Reply stream(std::shared_ptr<EventStream> events) {
  if (!events) return refusal(503, "busy", "too many listen already: ask again instead");
  Reply reply;
  reply.type = "text/event-stream";
  reply.headers.emplace_back("X-Accel-Buffering", "no");
  reply.stream = std::move(events);
  return reply;
}

Reply all(App& app, const Call&) { return stream(app.hub.listen(std::nullopt)); }

Reply of_harvest(App& app, const Call& call) {
  const auto id = call.number("id");
  return id ? stream(app.hub.listen(*id)) : not_found("such harvest");
}

Reply runs(App& app, const Call&) { return answer(ordered_json{{"runs", app.runs.list()}}); }

Reply run(App& app, const Call& call) {
  const auto id = call.number("id");
  auto found = id ? app.runs.find(*id) : std::nullopt;
  return found ? answer(ordered_json{{"run", *std::move(found)}}) : not_found("such run");
}

Reply cancel(App& app, const Call& call) {
  const auto id = call.number("id");
  return id && app.runs.cancel(*id) ? done() : not_found("such run");
}

Reply of_run(App& app, const Call& call) {
  const auto id = call.number("id");
  auto events = id ? app.runs.listen(*id, call.last_event_id) : std::nullopt;
  return events ? stream(*std::move(events)) : not_found("such run");
}

}  // namespace

void add_streams(std::vector<Route>& routes) {
  routes.push_back({"GET", "/events", Needs::view, all});
  routes.push_back({"GET", "/harvests/{id}/events", Needs::view, of_harvest});
  routes.push_back({"GET", "/runs", Needs::view, runs});
  routes.push_back({"GET", "/runs/{id}", Needs::view, run});
  routes.push_back({"POST", "/runs/{id}/cancel", Needs::operate, cancel});
  routes.push_back({"GET", "/runs/{id}/events", Needs::view, of_run});
}

}  // namespace harvester::web

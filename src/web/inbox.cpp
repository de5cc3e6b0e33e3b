#include "harvester/database/lists.hpp"
#include "harvester/database/quarantine.hpp"
#include "harvester/report/quarantine.hpp"
#include "harvester/serve/upkeep.hpp"
#include "parameters.hpp"
#include "router.hpp"
#include "rows.hpp"

namespace harvester::web {
namespace {

namespace lists = database::lists;
namespace quarantine = database::quarantine;

Reply inbox(App& app, const Call& call) {
  Parameters parameters(call);
  const auto part = parameters.part();
  const lists::InboxFilter filter{parameters.text("state"), parameters.text("reason"), parameters.text("kind"),
                                  parameters.text("way_in")};
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    auto json = json_of("objects", lists::inbox(c, filter, part));
    for (auto& each : json["objects"]) each["sop_class"] = sop_class_name(each["sop_class_uid"].get<std::string>());
    return json;
  }));
}

Reply counts(App& app, const Call&) {
  return answer(app.reads.run([&](database::Connection& c) {
    ordered_json json{{"objects", json_of(lists::inbox_counts(c))}};
    json.update(json_of(lists::waiting(c)));
    json["in_quarantine"] = quarantine::count(c);
    return json;
  }));
}

Reply list(App& app, const Call& call) {
  Parameters parameters(call);
  const auto part = parameters.part();
  const auto reason = parameters.text("reason");
  if (auto fault = parameters.fault()) return *fault;
  return answer(app.reads.run([&](database::Connection& c) {
    ordered_json json{{"in_quarantine", quarantine::count(c)}, {"by_reason", ordered_json::object()}};
    for (const auto& row : json_of(lists::quarantine_reasons(c)))
      json["by_reason"][row["reason"].get<std::string>()] = row["objects"];
    json.update(json_of("objects", lists::quarantine(c, reason, part)));
    return json;
  }));
}

Reply show(App& app, const Call& call) {
  const auto id = call.number("id");
  if (!id) return not_found("such object in quarantine");
  const auto found = app.reads.run([&](database::Connection& c) { return quarantine::find(c, ObjectId{*id}); });
  if (!found) return refusal(found.error());
  if (!*found) return not_found("such object in quarantine");
  return answer_text(report::quarantine_json(**found));
}

Reply work(App& app, const Call& call, serve::QuarantineOrder::Act act) {
  constexpr std::size_t kMost = 10000;
  Body body(call.body);
  serve::QuarantineOrder order;
  order.act = act;
  for (const auto id : body.numbers("ids", kMost)) order.choice.ids.push_back({id});
  order.choice.all = body.flag("all");
  if (order.choice.ids.empty() == !order.choice.all) body.complain("ids", "or all: give one of both");
  if (auto fault = body.fault()) return *fault;
  const auto ends = serve::work_on_quarantine(app.engine, order, app.runs.process_ends());
  if (!ends) return refusal(ends.error());
  ordered_json json{{"ends", ordered_json::array()}};
  for (const auto& end : *ends)
    json["ends"].push_back({{"object", end.id.value},
                            {"ended", end.ended},
                            {"state", end.state},
                            {"reason", end.reason},
                            {"message", end.message}});
  return answer(json);
}

Reply retry(App& app, const Call& call) { return work(app, call, serve::QuarantineOrder::Act::retry); }
Reply drop(App& app, const Call& call) { return work(app, call, serve::QuarantineOrder::Act::drop); }

}  // namespace

void add_inbox(std::vector<Route>& routes) {
  routes.push_back({"GET", "/inbox", Needs::view, inbox});
  routes.push_back({"GET", "/inbox/counts", Needs::view, counts});
  routes.push_back({"GET", "/quarantine", Needs::view, list});
  routes.push_back({"GET", "/quarantine/{id}", Needs::view, show});
  routes.push_back({"POST", "/quarantine/retry", Needs::operate, retry});
  routes.push_back({"POST", "/quarantine/drop", Needs::operate, drop});
}

}  // namespace harvester::web

#include "harvester/serve/upkeep.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harvester/core/text.hpp"
#include "harvester/serve/audit.hpp"

namespace harvester::serve {
namespace {

namespace quarantine = database::quarantine;

Error not_in_quarantine(const std::vector<ObjectId>& ids) {
  std::vector<std::string> names;
  for (const auto id : ids) names.push_back(fmt::format("inbox#{}", id.value));
  return {ErrorKind::not_found,
          fmt::format("not in quarantine: {} (harvester quarantine list); nothing was done", join(names, ", "))};
}

Result<std::vector<ImportEnd>> retry(Engine& engine, const quarantine::Choice& choice, std::stop_token stop) {
  const auto done = engine.writer().run([&](database::Connection& c) { return quarantine::retry(c, choice); });
  if (!done) return done.error();
  if (!done->unknown.empty()) return not_in_quarantine(done->unknown);
  engine.pool().nudge();
  return await_imports(engine, done->ids, std::move(stop));
}

Result<std::vector<ImportEnd>> drop(Engine& engine, const quarantine::Choice& choice) {
  const auto done =
      engine.writer().run([&](database::Connection& c) { return quarantine::drop(c, choice, engine.clock().now()); });
  if (!done) return done.error();
  if (!done->unknown.empty()) return not_in_quarantine(done->unknown);
  if (auto deleted = engine.spool().delete_doomed(); !deleted)
    return deleted.error().with("dropped, but the files are only deleted at the next start");
  std::vector<ImportEnd> ends;
  for (const auto id : done->ids) ends.push_back({id, true, "failed", "dropped", ""});
  return ends;
}

}  // namespace

std::string to_json(const QuarantineOrder& order) {
  auto ids = nlohmann::json::array();
  for (const auto id : order.choice.ids) ids.push_back(id.value);
  return nlohmann::json{{"act", order.act == QuarantineOrder::Act::drop ? "drop" : "retry"},
                        {"ids", std::move(ids)},
                        {"all", order.choice.all}}
      .dump();
}

Result<QuarantineOrder> quarantine_order_from_json(const std::string& json) {
  try {
    const auto words = nlohmann::json::parse(json);
    QuarantineOrder order;
    const auto act = words.at("act").get<std::string>();
    if (act != "drop" && act != "retry") throw std::invalid_argument(act);
    order.act = act == "drop" ? QuarantineOrder::Act::drop : QuarantineOrder::Act::retry;
    order.choice.all = words.at("all").get<bool>();
    for (const auto& id : words.at("ids")) order.choice.ids.push_back({id.get<std::int64_t>()});
    return order;
  } catch (const std::exception&) {
    return Error{ErrorKind::config, "an order for the quarantine that this version does not understand"};
  }
}

Result<std::vector<ImportEnd>> work_on_quarantine(Engine& engine, const QuarantineOrder& order, std::stop_token stop) {
  if (const auto noted = record_act(engine, "quarantine", "", to_json(order)); !noted) return noted.error();
  return order.act == QuarantineOrder::Act::drop ? drop(engine, order.choice)
                                                 : retry(engine, order.choice, std::move(stop));
}

}  // namespace harvester::serve

#include "harvester/report/quarantine.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

namespace quarantine = database::quarantine;

int list(const Global& global, const config::Configuration& configuration, int limit) {
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  std::int64_t all = 0;
  const auto items = database::reading(*database, [&](database::Connection& c) {
    all = quarantine::count(c);
    return quarantine::list(c, limit);
  });
  if (!items) return fail(items.error());
  if (global.json) {
    fmt::print("{}\n", report::quarantine_json(*items, all));
  } else if (items->empty()) {
    note(global, "nothing is in quarantine");
  } else {
    fmt::print("{}", report::render(report::quarantine_table(*items)));
    if (all > limit) note(global, fmt::format("the newest {} of {} (--limit)", limit, all));
  }
  return kDone;
}

int show(const Global& global, const config::Configuration& configuration, ObjectId id) {
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  const auto found = database::reading(*database, [&](database::Connection& c) { return quarantine::find(c, id); });
  if (!found) return fail(found.error());
  if (!*found) return fail({ErrorKind::not_found, fmt::format("inbox#{} is not in quarantine", id.value)});
  if (global.json)
    fmt::print("{}\n", report::quarantine_json(**found));
  else
    fmt::print("{}", report::quarantine_text(**found));
  return kDone;
}

void print_json(const std::vector<serve::ImportEnd>& ends) {
  auto objects = nlohmann::ordered_json::array();
  for (const auto& end : ends)
    objects.push_back({{"id", end.id.value}, {"state", end.state}, {"reason", end.reason}, {"message", end.message}});
  fmt::print("{}\n", nlohmann::ordered_json{{"schema", 1}, {"objects", std::move(objects)}}.dump(
                         2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

/// "retried 3: imported 1, ignored 1, failed 1"
void print_retried(const std::vector<serve::ImportEnd>& ends) {
  std::int64_t imported = 0, ignored = 0, failed = 0, open = 0;
  for (const auto& end : ends) {
    ++(!end.ended ? open : end.state == "imported" ? imported : end.state == "ignored" ? ignored : failed);
    if (end.ended && end.state == "failed")
      fmt::print(stderr, "inbox#{}: failed ({}): {}\n", end.id.value, end.reason, end.message);
  }
  fmt::print("retried {}: imported {}, ignored {}, failed {}{}\n", ends.size(), imported, ignored, failed,
             open == 0 ? "" : fmt::format(", to come {}", open));
}

bool any_failed(const std::vector<serve::ImportEnd>& ends) {
  return std::any_of(ends.begin(), ends.end(), [](const auto& end) { return end.ended && end.state == "failed"; });
}

int work(const Global& global, const config::Configuration& configuration, const serve::QuarantineOrder& order) {
  const StopOnSignal stop;
  const auto ends = work_on_quarantine(configuration, order, stop.token());
  if (!ends) return fail(ends.error());
  const bool dropped = order.act == serve::QuarantineOrder::Act::drop;
  if (global.json)
    print_json(*ends);
  else if (dropped)
    fmt::print("dropped {}\n", ends->size());
  else
    print_retried(*ends);
  if (stop.token().stop_requested()) return kInterrupted;
  return !dropped && any_failed(*ends) ? kSetAside : kDone;
}

}  // namespace

int run(const Global& global, const QuarantineOptions& options) {
  using Action = QuarantineOptions::Action;
  const bool works = options.action == Action::retry || options.action == Action::drop;
  if (works && options.all != options.ids.empty())
    return fail({ErrorKind::config, "give either numbers of objects or --all (harvester quarantine list)"});
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  if (options.action == Action::list) return list(global, *configuration, options.limit);
  if (options.action == Action::show) return show(global, *configuration, {options.ids.front()});
  serve::QuarantineOrder order;
  order.act = options.action == Action::drop ? serve::QuarantineOrder::Act::drop : serve::QuarantineOrder::Act::retry;
  order.choice.all = options.all;
  for (const auto id : options.ids) order.choice.ids.push_back({id});
  return work(global, *configuration, order);
}

}  // namespace harvester::cli

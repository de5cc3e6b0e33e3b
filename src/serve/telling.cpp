#include "telling.hpp"

#include <fmt/format.h>

#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"
#include "harvester/database/audit.hpp"
#include "harvester/database/ledger.hpp"

namespace harvester::serve {

namespace audit = database::audit;
namespace ledger = database::ledger;

namespace {

void record(Engine& engine, const Notification& notification) {
  const auto done = engine.writer().run([&](database::Connection& c) {
    audit::record(c, {"notified", notification.node, to_json(notification), "daemon"}, engine.clock().now());
  });
  if (!done) room_log("serve")->error("notify of {}: {}", notification.node, done.error().message);
}

/// The row is written once it was handed over: after a crash in between it is told again rather than never.
void tell(Engine& engine, Notifier& notifier, const config::Profile& profile, const Notification& notification) {
  if (!is_wanted(profile.notify, notification)) return;
  notifier.send(profile.notify, notification, [&engine, notification] { record(engine, notification); });
}

/// Since when nothing has come of a node, unless that was told already; nothing for one that was never harvested.
std::optional<Instant> silent_since(database::Connection& connection, const std::string& node) {
  const auto last = ledger::last_data(connection, node);
  if (!last) return std::nullopt;
  const auto told = audit::last(connection, "notified", node, "no_data");
  return told && *told >= *last ? std::nullopt : last;
}

}  // namespace

void tell_of_harvests(Engine& engine, Notifier& notifier) {
  engine.on_harvest_end([&](const config::Profile& profile, const harvest::Outcome& outcome, const std::string& line) {
    const auto row = engine.writer().run([&](database::Connection& c) { return ledger::find_harvest(c, outcome.id); });
    if (!row || !*row) return;
    const auto occasion = occasion_of(outcome.state, (*row)->stopped_by, (*row)->continued);
    if (!occasion) return;
    const auto text = outcome.error ? fmt::format("{}: {}", line, outcome.error->message) : line;
    tell(engine, notifier, profile, {*occasion, profile.name, outcome.id, text, 0});
  });
}

void tell_of_silence(Engine& engine, const std::vector<config::Profile>& profiles, Notifier& notifier) {
  for (const auto& profile : profiles) {
    const auto days = days_without_data(profile.notify);
    if (!profile.enabled || !days) continue;
    const auto since = engine.writer().run([&](database::Connection& c) { return silent_since(c, profile.name); });
    if (!since || !*since) continue;
    const auto silent = std::chrono::floor<std::chrono::days>(engine.clock().now() - **since).count();
    if (silent < *days) continue;
    const auto text =
        fmt::format("nothing has come of {} for {} days, since {}", profile.name, silent, utc_text(**since));
    tell(engine, notifier, profile, {Occasion::no_data, profile.name, {}, text, static_cast<int>(silent)});
  }
}

void watch_for_silence(Engine& engine, const Profiles& profiles, Notifier& notifier, const std::stop_token& stop) {
  do tell_of_silence(engine, profiles.get(), notifier);
  while (pause(std::chrono::hours(1), stop));
}

}  // namespace harvester::serve

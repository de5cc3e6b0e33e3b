#include "health.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/database/quarantine.hpp"
#include "parts.hpp"

namespace harvester::web {
namespace {

constexpr std::chrono::minutes kSchedulesLate{2};

ordered_json part(bool ok, const std::string& text) { return {{"ok", ok}, {"text", text}}; }

ordered_json database_part(App& app) {
  const auto read = app.reads.run([](database::Connection& c) { return database::quarantine::count(c); });
  return part(read.has_value(), read ? "can be read" : "cannot be read: the log says why");
}

ordered_json stores_part(const App& app) {
  const auto stores = app.engine.stores();
  for (const auto& store : app.engine.site().stores) {
    const auto open = std::any_of(stores.begin(), stores.end(),
                                  [&](const auto& status) { return status.name == store.name && status.open; });
    if (store.autostart && !open) return part(false, fmt::format("the store {} is closed", store.name));
  }
  return part(true, "all are open");
}

ordered_json disk_part(const App& app) {
  const auto free = free_bytes(app);
  const bool enough = free && *free >= app.engine.site().disk.minimum_free.bytes;
  return part(enough, enough ? "has room" : "is below disk.minimum_free");
}

ordered_json schedules_part(const App& app) {
  const auto seen = std::max(app.engine.schedules_seen_at(), app.since);
  const bool late = app.now() - seen > kSchedulesLate;
  return part(!late, late ? fmt::format("were last looked at {}", utc_text(seen)) : "are looked after");
}

}  // namespace

Reply readiness(App& app) {
  ordered_json parts{{"database", database_part(app)},
                     {"stores", stores_part(app)},
                     {"disk", disk_part(app)},
                     {"schedules", schedules_part(app)}};
  const bool ready =
      std::all_of(parts.begin(), parts.end(), [](const auto& each) { return each["ok"].template get<bool>(); });
  auto reply = answer(ordered_json{{"ready", ready}, {"parts", std::move(parts)}}, ready ? 200 : 503);
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

}  // namespace harvester::web

#include "lamps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/core/civil.hpp"
#include "harvester/report/upkeep.hpp"

namespace harvester::web {
namespace {

const char* to_string(Light light) {
  switch (light) {
    case Light::off:
      return "off";
    case Light::ok:
      return "ok";
    case Light::warn:
      return "warn";
    case Light::bad:
      return "bad";
  }
  return "";
}

}  // namespace

void put(ordered_json& json, const Lamp& lamp) {
  json["lamp"] = to_string(lamp.light);
  json["text"] = lamp.text;
}

ordered_json json_of(const Lamp& lamp) {
  ordered_json json;
  put(json, lamp);
  return json;
}

Lamp together(const std::vector<Lamp>& lamps) {
  Lamp worst{Light::off, {}};
  for (const auto& lamp : lamps) worst.light = std::max(worst.light, lamp.light);
  if (worst.light != Light::warn && worst.light != Light::bad) return worst;
  const auto as_bad = [&](const Lamp& lamp) { return lamp.light == worst.light; };
  worst.text = fmt::format("{} of {}: {}", std::count_if(lamps.begin(), lamps.end(), as_bad), lamps.size(),
                           std::find_if(lamps.begin(), lamps.end(), as_bad)->text);
  return worst;
}

Lamp node_lamp(bool enabled, const std::optional<database::ledger::HarvestRow>& last) {
  if (!enabled) return {Light::off, "disabled"};
  if (!last) return {Light::off, "never harvested"};
  switch (last->state) {
    case HarvestState::complete:
      return {Light::ok, "the last harvest is complete"};
    case HarvestState::running:
      return {Light::ok, "a harvest is running"};
    case HarvestState::cancelled:
      return {Light::warn, "the last harvest was cancelled"};
    case HarvestState::incomplete:
      return {Light::warn, "the last harvest is incomplete"};
    case HarvestState::failed:
      return {Light::bad, fmt::format("the last harvest failed: {}", last->message)};
    case HarvestState::interrupted:
      break;
  }
  const bool expected = last->stopped_by == StoppedBy::hours || last->stopped_by == StoppedBy::duration;
  return {expected ? Light::ok : Light::warn,
          fmt::format("the last harvest is interrupted{}{}", last->message.empty() ? "" : ": ", last->message)};
}

Lamp store_lamp(const receive::StoreStatus& store, bool autostart) {
  if (!store.open) return {autostart ? Light::bad : Light::off, store.last_error.empty() ? "closed" : store.last_error};
  if (store.tls && !store.tls->fault.empty()) return {Light::warn, store.tls->fault};
  return {Light::ok, fmt::format("{} objects, {} associations open", store.objects, store.open_associations)};
}

Lamp folder_lamp(const std::string& fault, std::int64_t taken, std::int64_t unreadable) {
  if (!fault.empty()) return {Light::bad, fault};
  if (unreadable > 0)
    return {Light::warn, fmt::format("{} times a file could not be read: check the rights", unreadable)};
  return {Light::ok, fmt::format("{} files taken", taken)};
}

Lamp disk_lamp(std::uint64_t free, std::uint64_t minimum) {
  const auto text = fmt::format("{} free", report::size_text(static_cast<std::int64_t>(free)));
  if (free < minimum) return {Light::bad, text + ": harvests pause and stores refuse (disk.minimum_free)"};
  return {free < 2 * minimum ? Light::warn : Light::ok, text};
}

Lamp inbox_lamp(std::int64_t waiting, std::optional<Instant> oldest, Instant now) {
  using namespace std::chrono_literals;
  if (waiting == 0) return {Light::ok, "nothing waits"};
  const auto age = oldest ? now - *oldest : 0ms;
  const auto text = fmt::format("{} wait for their import, the oldest for {} min",
                                waiting == 1 ? "1 object" : fmt::format("{} objects", waiting),
                                std::chrono::duration_cast<std::chrono::minutes>(age).count());
  return {age > 1h ? Light::bad : age > 10min ? Light::warn : Light::ok, text};
}

Lamp quarantine_lamp(std::int64_t objects) {
  if (objects == 0) return {Light::ok, "empty"};
  return {Light::warn, fmt::format("{} object{} could not be imported", objects, objects == 1 ? "" : "s")};
}

std::optional<int> days_since(const std::string& date, const std::string& today) {
  const auto from = parse_date(date), until = parse_date(today);
  if (!from || !until) return std::nullopt;
  return static_cast<int>((std::chrono::sys_days(*until) - std::chrono::sys_days(*from)).count());
}

bool is_silent(std::int64_t studies, int days_active, int days_silent) {
  constexpr int kWeekend = 4;  // Thursday to Monday: what works on weekdays alone is not silent then
  if (studies < 5) return false;
  const double gap = static_cast<double>(std::max(days_active, 1)) / static_cast<double>(studies);
  return days_silent >= kWeekend && days_silent > 3 * gap;
}

}  // namespace harvester::web

#include "harvester/serve/notification.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>

namespace harvester::serve {

const char* to_string(Occasion occasion) {
  switch (occasion) {
    case Occasion::success:
      return "success";
    case Occasion::partial:
      return "partial";
    case Occasion::failure:
      return "failure";
    case Occasion::no_data:
      return "no_data";
  }
  return "";
}

std::string to_json(const Notification& notification) {
  nlohmann::ordered_json json{{"schema", 1}, {"event", to_string(notification.occasion)}, {"node", notification.node}};
  if (notification.harvest) json["harvest"] = notification.harvest->value;
  if (notification.occasion == Occasion::no_data) json["days"] = notification.days;
  json["text"] = notification.text;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<Occasion> occasion_of(HarvestState state, StoppedBy by, int continued) {
  switch (state) {
    case HarvestState::complete:
      return Occasion::success;
    case HarvestState::incomplete:
      return Occasion::partial;
    case HarvestState::failed:
      return Occasion::failure;
    case HarvestState::interrupted:
      if ((by == StoppedBy::node || by == StoppedBy::storage) && continued == 0) return Occasion::failure;
      return std::nullopt;
    case HarvestState::running:
    case HarvestState::cancelled:
      break;
  }
  return std::nullopt;
}

std::optional<int> days_without_data(const config::Notify& notify) {
  constexpr std::string_view kBegin = "no_data_";
  std::optional<int> least;
  for (const auto& each : notify.on) {
    int days = 0;
    if (!each.starts_with(kBegin)) continue;
    std::from_chars(each.data() + kBegin.size(), each.data() + each.size(), days);
    if (days > 0) least = std::min(days, least.value_or(days));
  }
  return least;
}

bool is_wanted(const config::Notify& notify, const Notification& notification) {
  if (notification.occasion == Occasion::no_data) {
    const auto least = days_without_data(notify);
    return least && notification.days >= *least;
  }
  return std::find(notify.on.begin(), notify.on.end(), to_string(notification.occasion)) != notify.on.end();
}

}  // namespace harvester::serve

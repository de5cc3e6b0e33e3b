#include "harvester/harvest/request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace harvester::harvest {

std::string to_json(const Request& request) {
  return nlohmann::json{{"node", request.node},           {"modalities", request.modalities},
                        {"from", iso_date(request.from)}, {"until", iso_date(request.until)},
                        {"refetch", request.refetch},     {"max_studies", request.max_studies},
                        {"dry_run", request.dry_run}}
      .dump();
}

Result<Request> request_from_json(const std::string& json) {
  try {
    const auto values = nlohmann::json::parse(json);
    const auto from = parse_date(values.at("from").get<std::string>());
    const auto until = parse_date(values.at("until").get<std::string>());
    if (!from || !until) return Error{ErrorKind::config, "a harvest request without dates"};
    return Request{values.at("node").get<std::string>(),
                   values.at("modalities").get<std::vector<std::string>>(),
                   *from,
                   *until,
                   values.value("refetch", false),
                   values.value("max_studies", 0),
                   values.value("dry_run", false)};
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorKind::config, "a harvest request that this version does not understand"};
  }
}

std::string request_key(const Request& request) {
  auto same = request;
  std::sort(same.modalities.begin(), same.modalities.end());
  same.max_studies = 0;
  return to_json(same);
}

}  // namespace harvester::harvest

#include "harvester/harvest/request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace harvester::harvest {
namespace {

using Json = nlohmann::json;

Json time_json(const std::optional<CivilTime>& time) { return time ? Json(dicom_time(*time)) : Json(nullptr); }

std::optional<CivilTime> time_from(const Json& values, const char* key) {
  const auto found = values.find(key);
  return found != values.end() && found->is_string() ? parse_time(found->get<std::string>()) : std::nullopt;
}

/// The studies of a request; as plain texts.
std::vector<std::string> texts(const std::vector<StudyUid>& studies) {
  std::vector<std::string> all;
  for (const auto& uid : studies) all.push_back(uid.str());
  return all;
}

Json to_values(const Request& request) {
  return {{"node", request.node},
          {"modalities", request.modalities},
          {"from", iso_date(request.from)},
          {"until", iso_date(request.until)},
          {"time_from", time_json(request.time_from)},
          {"time_until", time_json(request.time_until)},
          {"refetch", request.refetch},
          {"max_studies", request.max_studies},
          {"dry_run", request.dry_run},
          {"max_duration", request.max_duration.count()},
          {"newest_first", request.newest_first},
          {"listed", request.listed}};
}

Request from_values(const Json& values) {
  Request request;
  request.node = values.at("node").get<std::string>();
  request.modalities = values.at("modalities").get<std::vector<std::string>>();
  request.time_from = time_from(values, "time_from");
  request.time_until = time_from(values, "time_until");
  request.refetch = values.value("refetch", false);
  request.max_studies = values.value("max_studies", 0);
  request.dry_run = values.value("dry_run", false);
  request.max_duration = std::chrono::seconds(values.value("max_duration", 0));
  request.newest_first = values.value("newest_first", false);
  request.listed = values.value("listed", 0);
  request.accession_numbers = values.value("accession_numbers", std::vector<std::string>{});
  for (const auto& uid : values.value("studies", std::vector<std::string>{})) request.studies.emplace_back(uid);
  return request;
}

}  // namespace

std::string ledger_json(const Request& request) { return to_values(request).dump(); }

std::string to_json(const Request& request) {
  auto values = to_values(request);
  values["accession_numbers"] = request.accession_numbers;
  values["studies"] = texts(request.studies);
  return values.dump();
}

Result<Request> request_from_json(const std::string& json) {
  try {
    const auto values = Json::parse(json);
    const auto from = parse_date(values.at("from").get<std::string>());
    const auto until = parse_date(values.at("until").get<std::string>());
    if (!from || !until) return Error{ErrorKind::config, "a harvest request without dates"};
    auto request = from_values(values);
    request.from = *from;
    request.until = *until;
    return request;
  } catch (const Json::exception&) {
    return Error{ErrorKind::config, "a harvest request that this version does not understand"};
  }
}

std::string request_key(const Request& request) {
  auto same = request;
  std::sort(same.modalities.begin(), same.modalities.end());
  same.max_studies = 0;
  same.max_duration = {};
  same.newest_first = false;
  return ledger_json(same);
}

}  // namespace harvester::harvest

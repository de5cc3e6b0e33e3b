#include <nlohmann/json.hpp>

#include "harvester/serve/harvesting.hpp"

namespace harvester::serve {

namespace {

using Write = std::string (*)(const harvest::Request&);

std::string written(const HarvestJob& job, Write write) {
  auto requests = nlohmann::json::array();
  for (const auto& request : job.requests) requests.push_back(nlohmann::json::parse(write(request)));
  nlohmann::json json{{"requests", std::move(requests)}};
  if (job.resume) json["resume"] = job.resume->value;
  json["day_by_day"] = job.day_by_day;
  return json.dump();
}

}  // namespace

std::string to_json(const HarvestJob& job) { return written(job, harvest::to_json); }

std::string ledger_json(const HarvestJob& job) { return written(job, harvest::ledger_json); }

Result<HarvestJob> harvest_job_from_json(const std::string& json) {
  try {
    const auto values = nlohmann::json::parse(json);
    HarvestJob job;
    for (const auto& each : values.at("requests")) {
      auto request = harvest::request_from_json(each.dump());
      if (!request) return request.error();
      job.requests.push_back(*std::move(request));
    }
    if (values.contains("resume")) job.resume = HarvestId{values.at("resume").get<std::int64_t>()};
    job.day_by_day = values.value("day_by_day", false);
    return job;
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorKind::config, "a job that this version does not understand"};
  }
}

}  // namespace harvester::serve

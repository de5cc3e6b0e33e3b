#include "harvester/harvest/request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harvester/harvest/harvest.hpp"

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

/// Only what differs is written: requests of earlier versions keep their key.
Json selection_json(const SelectionOverrides& overrides) {
  Json values = Json::object();
  const auto put_list = [&](const char* name, const std::vector<std::string>& list) {
    if (!list.empty()) values[name] = list;
  };
  put_list("include_description", overrides.include_description);
  put_list("exclude_description", overrides.exclude_description);
  put_list("include_station", overrides.include_station);
  put_list("exclude_station", overrides.exclude_station);
  if (overrides.station_at_study_level) values["station_at_study_level"] = *overrides.station_at_study_level;
  if (overrides.empty_sr_is_rdsr) values["empty_sr_is_rdsr"] = true;
  if (overrides.toshiba) values["toshiba"] = true;
  return values;
}

SelectionOverrides selection_from(const Json& values) {
  using List = std::vector<std::string>;
  SelectionOverrides overrides;
  overrides.include_description = values.value("include_description", List{});
  overrides.exclude_description = values.value("exclude_description", List{});
  overrides.include_station = values.value("include_station", List{});
  overrides.exclude_station = values.value("exclude_station", List{});
  if (values.contains("station_at_study_level"))
    overrides.station_at_study_level = values.at("station_at_study_level").get<bool>();
  overrides.empty_sr_is_rdsr = values.value("empty_sr_is_rdsr", false);
  overrides.toshiba = values.value("toshiba", false);
  return overrides;
}

Json to_values(const Request& request) {
  Json values{{"node", request.node},
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
  if (request.selection != SelectionOverrides{}) values["selection"] = selection_json(request.selection);
  return values;
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
  request.selection = selection_from(values.value("selection", Json::object()));
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

namespace {

void replace(std::vector<std::string>& list, const std::vector<std::string>& by) {
  if (!by.empty()) list = by;
}

/// The Toshiba option: after everything else that is preferred, before whole series.
void add_toshiba(select::Rules& rules) {
  auto& rule = rules.images["CT"];
  if (rule != select::ImageRule::all) rule = select::ImageRule::one_per_series;
  auto& prefer = rules.prefer;
  if (std::find(prefer.begin(), prefer.end(), select::Preference::toshiba_dose_screen) == prefer.end())
    prefer.insert(std::find(prefer.begin(), prefer.end(), select::Preference::images),
                  select::Preference::toshiba_dose_screen);
}

}  // namespace

NodeSetup overridden(NodeSetup setup, const SelectionOverrides& overrides) {
  auto& rules = setup.rules;
  replace(rules.study_description.include, overrides.include_description);
  replace(rules.study_description.exclude, overrides.exclude_description);
  replace(rules.station_name.include, overrides.include_station);
  replace(rules.station_name.exclude, overrides.exclude_station);
  rules.station_at_study_level = overrides.station_at_study_level.value_or(rules.station_at_study_level);
  rules.empty_sr_is_report = rules.empty_sr_is_report || overrides.empty_sr_is_rdsr;
  if (overrides.toshiba) add_toshiba(rules);
  const bool filters = !rules.station_name.include.empty() || !rules.station_name.exclude.empty();
  setup.style.station_at_study = rules.station_at_study_level && filters;
  return setup;
}

}  // namespace harvester::harvest

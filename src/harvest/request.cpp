#include "harvester/harvest/request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harvester/harvest/harvest.hpp"

namespace harvester::harvest {
namespace {

using nlohmann::json;

/// Only what differs is written: requests of earlier versions keep their key.
json selection_json(const SelectionOverrides& overrides) {
  json values = json::object();
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

SelectionOverrides selection_from(const json& values) {
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

}  // namespace

std::string to_json(const Request& request) {
  json values{{"node", request.node},           {"modalities", request.modalities},
              {"from", iso_date(request.from)}, {"until", iso_date(request.until)},
              {"refetch", request.refetch},     {"max_studies", request.max_studies},
              {"dry_run", request.dry_run}};
  if (request.selection != SelectionOverrides{}) values["selection"] = selection_json(request.selection);
  return values.dump();
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
                   values.value("dry_run", false),
                   selection_from(values.value("selection", nlohmann::json::object()))};
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

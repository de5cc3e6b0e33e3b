#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harvester/core/civil.hpp"
#include "harvester/core/result.hpp"

namespace harvester::harvest {

/// What one run has otherwise than the profile. An empty list and nothing leave the profile's; a list takes its place.
struct SelectionOverrides {
  std::vector<std::string> include_description;
  std::vector<std::string> exclude_description;
  std::vector<std::string> include_station;
  std::vector<std::string> exclude_station;
  std::optional<bool> station_at_study_level;
  bool empty_sr_is_rdsr = false;  ///< SR series that show nothing are fetched
  bool toshiba = false;           ///< of CT without a report secondary captures, and one image of each other series
  bool operator==(const SelectionOverrides&) const = default;
};

/// What one harvest asks for; kept with it as JSON, so that it can be run again by any process.
struct Request {
  std::string node;
  std::vector<std::string> modalities;
  CivilDate from;
  CivilDate until;
  bool refetch = false;
  int max_studies = 0;   ///< 0: no limit; else the harvest ends incomplete once so many studies were decided
  bool dry_run = false;  ///< up to the verdicts: nothing is requested
  SelectionOverrides selection{};
  bool operator==(const Request&) const = default;
};

[[nodiscard]] std::string to_json(const Request& request);

/// Fails with `config` for a text that no version of this program wrote.
Result<Request> request_from_json(const std::string& json);

/// Equal for requests that find the same: a new harvest continues an unfinished one with this key.
[[nodiscard]] std::string request_key(const Request& request);

}  // namespace harvester::harvest

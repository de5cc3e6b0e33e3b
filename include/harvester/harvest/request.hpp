#pragma once

#include <string>
#include <vector>

#include "harvester/core/civil.hpp"
#include "harvester/core/result.hpp"

namespace harvester::harvest {

/// What one harvest asks for; kept with it as JSON, so that it can be run again by any process.
struct Request {
  std::string node;
  std::vector<std::string> modalities;
  CivilDate from;
  CivilDate until;
  bool refetch = false;
  int max_studies = 0;   ///< 0: no limit; else the harvest ends incomplete once so many studies were decided
  bool dry_run = false;  ///< up to the verdicts: nothing is requested
  bool operator==(const Request&) const = default;
};

[[nodiscard]] std::string to_json(const Request& request);

/// Fails with `config` for a text that no version of this program wrote.
Result<Request> request_from_json(const std::string& json);

/// Equal for requests that find the same: a new harvest continues an unfinished one with this key.
[[nodiscard]] std::string request_key(const Request& request);

}  // namespace harvester::harvest

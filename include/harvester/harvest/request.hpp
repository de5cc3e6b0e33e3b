#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/civil.hpp"
#include "harvester/core/ids.hpp"
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
  std::string node{};
  std::vector<std::string> modalities{};
  CivilDate from{};
  CivilDate until{};
  bool refetch = false;
  int max_studies = 0;   ///< 0: no limit; else the harvest ends incomplete once so many studies were decided
  bool dry_run = false;  ///< up to the verdicts: nothing is requested
  std::optional<CivilTime> time_from{};  ///< only where `from` is `until` (quirk Q8)
  std::optional<CivilTime> time_until{};
  std::chrono::seconds max_duration{0};  ///< 0: no limit; else nothing new is begun after it
  bool newest_first = false;             ///< the latest days first
  SelectionOverrides selection{};
  int listed = 0;  ///< so many accession numbers or studies are asked for by name, not by date
  /// What is asked for by name, exactly as given (leading zeros count). On its way to the ledger only: there it stands
  /// in the windows.
  std::vector<std::string> accession_numbers{};
  std::vector<StudyUid> studies{};
  bool operator==(const Request&) const = default;
};

/// All of it, to hand it over to another process.
[[nodiscard]] std::string to_json(const Request& request);

/// Without what is asked for by name: as the ledger keeps it.
[[nodiscard]] std::string ledger_json(const Request& request);

/// Fails with `config` for a text that no version of this program wrote.
Result<Request> request_from_json(const std::string& json);

/// Equal for requests that find the same: a new harvest continues an unfinished one with this key. Not for requests by
/// name: each of those is a harvest of its own.
[[nodiscard]] std::string request_key(const Request& request);

}  // namespace harvester::harvest

#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harvester/core/civil.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/connection.hpp"
#include "harvester/database/ledger_view.hpp"
#include "harvester/database/ledger_windows.hpp"
#include "harvester/report/table.hpp"

/// Which days of which modality were harvested, and whether that was all.
namespace harvester::report {

enum class Covered {
  never,       ///< nobody asked
  incomplete,  ///< asked; something is missing, failed or not believable
  empty,       ///< asked; the node has nothing
  complete
};

[[nodiscard]] const char* to_string(Covered covered);

/// What is known of one modality on one day.
struct DayCover {
  Covered covered = Covered::never;
  std::int64_t studies = 0;    ///< that the node told of
  std::int64_t instances = 0;  ///< that came
  std::int64_t missing = 0;    ///< that did not come or could not be imported
  bool operator==(const DayCover&) const = default;
};

using CoverKey = std::pair<CivilDate, std::string>;  ///< day and modality

/// What one harvest says of the days it asked for.
struct HarvestCover {
  std::vector<std::string> modalities;  ///< it asked for
  std::vector<database::ledger::StoredWindow> windows;
  std::vector<database::ledger_view::DayCount> days;
};

/// Pure: the days of one harvest. A study counts for each of its modalities that was asked for.
[[nodiscard]] std::map<CoverKey, DayCover> cover_of(const HarvestCover& harvest);

/// Of several harvests of a node, the newest first: the newest that is complete or empty, else the newest.
[[nodiscard]] std::map<CoverKey, DayCover> merged(const std::vector<std::map<CoverKey, DayCover>>& newest_first);

struct NodeCover {
  std::string node;
  std::map<CoverKey, DayCover> days;  ///< within the range
};

/// The nodes named, or all that were ever asked, over a range of days. Queries and harvests by name do not count.
[[nodiscard]] Result<std::vector<NodeCover>> coverage(database::Connection& connection,
                                                      const std::vector<std::string>& nodes, CivilDate from,
                                                      CivilDate until);

/// A line for each day of the range, a column for each modality: the number of studies, "-" for an empty day, "!"
/// before an incomplete one, nothing where nobody asked.
[[nodiscard]] Table coverage_table(const NodeCover& cover, CivilDate from, CivilDate until);
[[nodiscard]] std::string coverage_json(const std::vector<NodeCover>& covers);

}  // namespace harvester::report

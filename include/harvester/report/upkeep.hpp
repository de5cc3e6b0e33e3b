#pragma once

#include <string>

#include "harvester/database/maintenance.hpp"

/// The state of a data directory for people and programs. Pure.
namespace harvester::report {

/// What the files of a data directory take; bytes.
struct DiskUse {
  std::int64_t write_ahead_log = 0;
  std::int64_t free = 0;  ///< on the disk
};

[[nodiscard]] std::string statistics_text(const database::maintenance::Statistics& statistics, const DiskUse& disk);
[[nodiscard]] std::string statistics_json(const database::maintenance::Statistics& statistics, const DiskUse& disk);

/// "1.5 GiB"
[[nodiscard]] std::string size_text(std::int64_t bytes);

}  // namespace harvester::report

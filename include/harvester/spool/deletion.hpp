#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/spool/file_system.hpp"

namespace harvester::spool {

/// Deletes files of the spool, so that they stay deleted when the power goes. Those that are not there are deleted
/// already. `paths` are relative to `folder`, the spool. Fails with `storage`; some may be deleted then.
Status delete_files(FileSystem& files, const std::filesystem::path& folder, const std::vector<std::string>& paths);

}  // namespace harvester::spool

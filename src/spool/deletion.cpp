#include "harvester/spool/deletion.hpp"

#include <cerrno>
#include <set>

namespace harvester::spool {

Status delete_files(FileSystem& files, const std::filesystem::path& folder, const std::vector<std::string>& paths) {
  std::set<std::filesystem::path> folders;
  for (const auto& path : paths) {
    if (auto removed = files.remove(folder / path); !removed) return removed;
    folders.insert((folder / path).parent_path());
  }
  for (const auto& each : folders)
    if (auto synced = files.sync_folder(each); !synced && synced.error().code != ENOENT) return synced;
  return ok();
}

}  // namespace harvester::spool

#include "harvester/spool/audit.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_map>

#include "harvester/database/doomed_files.hpp"
#include "harvester/database/inbox.hpp"

namespace harvester::spool {
namespace {

namespace fs = std::filesystem;

/// Files under objects/, relative to the spool; the value: a row names it.
using Files = std::unordered_map<std::string, bool>;

bool is_old(const fs::path& file, Instant now) {
  struct stat about {};
  if (::lstat(file.c_str(), &about) != 0) return false;
  return Instant(std::chrono::seconds(about.st_mtim.tv_sec)) < now - std::chrono::minutes(1);
}

Files files_of(const fs::path& folder) {
  Files files;
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(folder / "objects", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::error_code unknown;
    if (entry->symlink_status(unknown).type() == fs::file_type::regular)
      files[entry->path().lexically_relative(folder).string()] = false;
  }
  return files;
}

void compare_rows(database::Connection& connection, const fs::path& folder, Files& files, Audit& audit) {
  database::inbox::for_each_file(connection, [&](ObjectId id, const std::string& path) {
    ++audit.files;
    const auto found = files.find(path);
    if (found != files.end()) {
      found->second = true;
      return;
    }
    std::error_code unknown;
    if (fs::exists(folder / path, unknown)) return;  // it came after the folders were read
    if (++audit.all_missing <= static_cast<std::int64_t>(kMostNamed)) audit.missing.push_back(id);
  });
}

void compare_files(const fs::path& folder, const Files& files, Instant now, Audit& audit) {
  for (const auto& [path, named] : files) {
    if (named || !is_old(folder / path, now)) continue;
    if (++audit.all_without_row <= static_cast<std::int64_t>(kMostNamed)) audit.without_row.push_back(path);
  }
  std::sort(audit.without_row.begin(), audit.without_row.end());
}

}  // namespace

Audit audit(database::Connection& connection, const fs::path& folder, Instant now) {
  Audit audit;
  auto files = files_of(folder);
  compare_rows(connection, folder, files, audit);
  for (const auto& path : database::doomed_files::all(connection)) audit.to_be_deleted += files.erase(path) > 0 ? 1 : 0;
  compare_files(folder, files, now, audit);
  return audit;
}

}  // namespace harvester::spool

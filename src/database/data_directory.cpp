#include "harvester/database/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

namespace harvester::database {
namespace {

Error cannot(const std::string& what, const std::filesystem::path& path) {
  return {ErrorKind::storage, fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(errno)), errno};
}

bool sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0;
  const int code = errno;
  ::close(fd);
  errno = code;
  return synced;
}

/// Makes the folder with those above it, and brings their names to the disk: whatever is acknowledged lies below them.
Status make_root(const std::filesystem::path& root) {
  std::error_code failure;
  auto folder = std::filesystem::absolute(root).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  std::vector<std::filesystem::path> parents;
  for (auto missing = folder; !std::filesystem::exists(missing, failure); missing = missing.parent_path())
    parents.push_back(missing.parent_path());
  std::filesystem::create_directories(folder, failure);
  if (failure) return Error{ErrorKind::storage, fmt::format("cannot make {}: {}", root.string(), failure.message())};
  if (!parents.empty()) std::filesystem::permissions(folder, std::filesystem::perms(0770), failure);
  for (const auto& parent : parents)
    if (!sync_folder(parent)) return cannot("bring to the disk", parent);
  if (parents.empty()) (void)sync_folder(folder.parent_path());  // killed before it could; not ours to read, perhaps
  return ok();
}

void write_holder(int fd, const std::string& command) {
  const auto text = fmt::format("{}, process {}\n", command, ::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, text.data(), text.size(), 0) < 0) {
    // only a courtesy to a second process; the lock itself stands
  }
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const DataPaths& paths, const std::string& command) {
  if (auto made = make_root(paths.root); !made) return made.error();
  const int fd = ::open(paths.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
  if (fd < 0) return cannot("open", paths.lock());
  DirectoryLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return cannot("lock", paths.lock());
    return Error{
        ErrorKind::refused,
        fmt::format("the data directory {} is held by another process ({})", paths.root.string(), lock_holder(paths)),
        EWOULDBLOCK};
  }
  write_holder(fd, command);
  return lock;
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) ::close(fd_);
}

std::string lock_holder(const DataPaths& paths) {
  std::ifstream file(paths.lock());
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace harvester::database

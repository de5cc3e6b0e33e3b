#include "harvester/database/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace harvester::database {
namespace {

Error cannot(const std::string& what, const std::filesystem::path& path) {
  return {ErrorKind::storage, fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(errno)), errno};
}

void write_holder(int fd, const std::string& command) {
  const auto text = fmt::format("{}, process {}\n", command, ::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, text.data(), text.size(), 0) < 0) {
    // only a courtesy to a second process; the lock itself stands
  }
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const DataPaths& paths, const std::string& command) {
  std::error_code failure;
  const bool made = std::filesystem::create_directories(paths.root, failure);
  if (failure)
    return Error{ErrorKind::storage, fmt::format("cannot make {}: {}", paths.root.string(), failure.message())};
  if (made) std::filesystem::permissions(paths.root, std::filesystem::perms(0770), failure);
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

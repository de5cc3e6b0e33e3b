#include "harvester/spool/file_system.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace harvester::spool {
namespace {

Error failure(const char* doing) {
  const int code = errno;
  return {ErrorKind::storage, std::string(doing) + ": " + std::strerror(code), code};
}

}  // namespace

Result<int> FileSystem::create(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
  if (fd < 0) return failure("cannot make a file in the spool");
  return fd;
}

Status FileSystem::write(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("cannot write into the spool");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return ok();
}

Status FileSystem::sync(int fd) {
  if (::fsync(fd) != 0) return failure("cannot bring a file of the spool to the disk");
  return ok();
}

Status FileSystem::close(int fd) {
  if (::close(fd) != 0) return failure("cannot close a file of the spool");
  return ok();
}

Status FileSystem::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failure("cannot move a file inside the spool");
  return ok();
}

Status FileSystem::sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failure("cannot open a folder of the spool");
  const bool synced = ::fsync(fd) == 0;
  const int code = errno;
  ::close(fd);
  errno = code;
  if (!synced) return failure("cannot bring a folder of the spool to the disk");
  return ok();
}

Status FileSystem::make_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST) return failure("cannot make a folder of the spool");
  // the parent of "spool/" is "spool"
  return sync_folder((folder.has_filename() ? folder : folder.parent_path()).parent_path());
}

Status FileSystem::remove(const std::filesystem::path& file) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) return failure("cannot remove a file of the spool");
  return ok();
}

Result<std::uint64_t> FileSystem::free_bytes(const std::filesystem::path& folder) {
  struct statvfs about {};
  if (::statvfs(folder.c_str(), &about) != 0) return failure("cannot ask for the free space of the spool");
  return std::uint64_t{about.f_bavail} * about.f_frsize;
}

FileSystem& real_file_system() {
  static FileSystem real;
  return real;
}

}  // namespace harvester::spool

#include "beneath.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace harvester::watch {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Result<Descriptor> open_one(int parent, const std::string& name, bool make) {
  if (make && ::mkdirat(parent, name.c_str(), 0750) != 0 && errno != EEXIST)
    return Error{ErrorKind::storage, std::string("cannot make a folder: ") + std::strerror(errno), errno};
  Descriptor fd(::openat(parent, name.c_str(), kFolder));
  if (fd) return fd;
  const int code = errno;
  return Error{code == ENOENT ? ErrorKind::not_found : ErrorKind::storage,
               std::string("cannot open a folder: ") + std::strerror(code), code};
}

Result<Descriptor> walk_down(int root, const std::string& folders, bool make) {
  auto at = open_one(root, ".", false);
  for (std::size_t from = 0; at && from < folders.size();) {
    const auto end = std::min(folders.find('/', from), folders.size());
    at = open_one(at->get(), folders.substr(from, end - from), make);
    from = end + 1;
  }
  return at;
}

FileTime time_of(const timespec& time) { return std::chrono::seconds(time.tv_sec) + FileTime(time.tv_nsec); }

Sighting sighting_of(const struct stat& about, bool inodes) {
  Sighting seen;
  seen.kind = S_ISREG(about.st_mode)   ? FileKind::regular
              : S_ISDIR(about.st_mode) ? FileKind::folder
              : S_ISLNK(about.st_mode) ? FileKind::link
                                       : FileKind::other;
  seen.size = static_cast<std::uint64_t>(about.st_size);
  seen.modified = time_of(about.st_mtim);
  seen.changed = time_of(about.st_ctim);
  seen.inode = inodes ? about.st_ino : 0;
  return seen;
}

}  // namespace

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<Descriptor> open_folder(int root, const std::string& path) { return walk_down(root, path, false); }

Result<Descriptor> open_folder_of(int root, const std::string& path, bool make) {
  const auto slash = path.rfind('/');
  return walk_down(root, slash == std::string::npos ? "" : path.substr(0, slash), make);
}

std::optional<Sighting> sight(int folder, const std::string& name, bool inodes) {
  struct stat about {};
  if (::fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return sighting_of(about, inodes);
}

std::optional<Sighting> sight_open(int fd, bool inodes) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return std::nullopt;
  return sighting_of(about, inodes);
}

}  // namespace harvester::watch

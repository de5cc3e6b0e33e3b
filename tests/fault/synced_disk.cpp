// Preloaded into a program (LD_PRELOAD): keeps what would be on the disk if the power failed now.
//
// Each fsync or fdatasync below the folder HARVESTER_DISK_ROOT copies what it makes durable into the folder
// HARVESTER_DISK_SYNCED: of a file its bytes, as files/INODE, of a folder its entries, as folders/INODE, one
// "TYPE INODE NAME" in each line. What was never synced is in neither: bytes of a file that were written since, names
// that were made or removed since. HARVESTER_DISK_FORGETS names what is not kept although it is synced (files or
// folders of the spool, or the database): so a test shows that it would see the loss. What goes wrong here ends the
// program.

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::abort();
}

int must(int result, const char* what) { return result >= 0 ? result : (fail(what), -1); }

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string path_of(int fd) {
  char path[4096];
  const auto link = "/proc/self/fd/" + std::to_string(fd);
  const auto size = ::readlink(link.c_str(), path, sizeof path);
  return size < 0 ? "" : std::string(path, static_cast<std::size_t>(size));
}

/// One at a time in all processes: what is synced last is what is kept.
class Lock {
 public:
  explicit Lock(const std::string& folder) : fd_(must(::open((folder + "/lock").c_str(), O_RDWR | O_CLOEXEC), "lock")) {
    must(::flock(fd_, LOCK_EX), "flock");
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() { ::close(fd_); }

 private:
  int fd_;
};

void write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const auto count = ::write(fd, bytes, size);
    if (count <= 0) fail("write");
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
}

/// A file that takes its place when it is whole, so that a kill leaves what was there before.
class Part {
 public:
  explicit Part(std::string file)
      : file_(std::move(file)),
        part_(file_ + ".part"),
        fd_(must(::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), "part")) {}
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() {
    ::close(fd_);
    must(::rename(part_.c_str(), file_.c_str()), "rename");
  }
  void add(std::string_view bytes) { write_all(fd_, bytes.data(), bytes.size()); }

 private:
  std::string file_, part_;
  int fd_;
};

void keep_bytes(int fd, Part& part) {
  // A second descriptor of a database would, when it is closed, drop the locks that SQLite holds on the file.
  const bool readable = (::fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY;
  const auto link = "/proc/self/fd/" + std::to_string(fd);
  const int from = readable ? fd : must(::open(link.c_str(), O_RDONLY | O_CLOEXEC), "open");
  static thread_local char buffer[256 * 1024];
  off_t at = 0;
  for (ssize_t count = 0; (count = ::pread(from, buffer, sizeof buffer, at)) > 0; at += count)
    part.add({buffer, static_cast<std::size_t>(count)});
  if (from != fd) ::close(from);
}

void keep_entries(const std::string& path, Part& part) {
  DIR* const folder = ::opendir(path.c_str());
  if (folder == nullptr) fail("opendir");
  while (const auto* entry = ::readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == ".." || (entry->d_type != DT_REG && entry->d_type != DT_DIR)) continue;
    part.add(entry->d_type == DT_DIR ? "folder " : "file ");
    part.add(std::to_string(entry->d_ino) + " ");
    part.add(name);
    part.add("\n");
  }
  ::closedir(folder);
}

bool is_forgotten(const std::string& path, bool folder) {
  const auto forgets = setting("HARVESTER_DISK_FORGETS");
  if (folder) return forgets == "folders" && path.find("/spool") != std::string::npos;
  const bool database = path.find("harvester.db") != std::string::npos;
  return forgets == (database ? "database" : "files");
}

void keep(int fd) {
  const auto root = setting("HARVESTER_DISK_ROOT");
  const auto synced = setting("HARVESTER_DISK_SYNCED");
  const auto path = path_of(fd);
  if (root.empty() || (path != root && !path.starts_with(root + "/"))) return;
  struct stat about {};
  must(::fstat(fd, &about), "fstat");
  const bool folder = S_ISDIR(about.st_mode);
  if ((!folder && !S_ISREG(about.st_mode)) || is_forgotten(path, folder)) return;
  const Lock lock(synced);
  Part part(synced + (folder ? "/folders/" : "/files/") + std::to_string(about.st_ino));
  folder ? keep_entries(path, part) : keep_bytes(fd, part);
}

int synced(long call, int fd) {
  const auto result = static_cast<int>(::syscall(call, fd));
  const int code = errno;
  if (result == 0) keep(fd);
  errno = code;
  return result;
}

}  // namespace

extern "C" {
int fsync(int fd) { return synced(SYS_fsync, fd); }
int fdatasync(int fd) { return synced(SYS_fdatasync, fd); }
}

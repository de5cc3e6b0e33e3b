#include "draft.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace harvester::cli {
namespace {

Error cannot_write(const std::filesystem::path& path, int why) {
  return {ErrorKind::storage, fmt::format("cannot write {}: {}", path.string(), std::strerror(why)), why};
}

bool sync(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced;
}

bool take_rights(int fd, const std::filesystem::path& file) {
  struct stat old {};
  return ::stat(file.c_str(), &old) != 0 || ::fchmod(fd, old.st_mode & 07777) == 0;
}

}  // namespace

Result<std::filesystem::path> write_draft(const std::filesystem::path& file, const std::string& text) {
  auto draft = file;
  draft += ".new";
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0660);
  if (fd < 0) return cannot_write(draft, errno);
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       take_rights(fd, file) && ::fsync(fd) == 0;
  const int why = errno;
  ::close(fd);
  if (written) return draft;
  ::unlink(draft.c_str());
  return cannot_write(draft, why);
}

Status put_in_place(const std::filesystem::path& draft, const std::filesystem::path& file) {
  if (::rename(draft.c_str(), file.c_str()) == 0 && sync(std::filesystem::absolute(file).parent_path())) return ok();
  const int why = errno;
  ::unlink(draft.c_str());
  return cannot_write(file, why);
}

}  // namespace harvester::cli

#include "mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace harvester::extract {
namespace {

Error open_error() {
  const int code = errno;
  const auto kind = code == ENOENT ? ErrorKind::not_found : ErrorKind::bad_data;
  return {kind, std::string("the file cannot be opened: ") + std::strerror(code), code};
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: a FIFO must not hold us up.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return open_error();
  struct stat info {};
  const bool regular = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
  void* start = MAP_FAILED;
  const auto size = static_cast<std::size_t>(info.st_size);
  if (regular) start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  if (!regular) return Error{ErrorKind::bad_data, "no regular file, or empty"};
  if (start == MAP_FAILED) return Error{ErrorKind::bad_data, "the file cannot be mapped"};
  return MappedFile(std::span(static_cast<const std::byte*>(start), size));
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace harvester::extract

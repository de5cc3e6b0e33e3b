#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "harvester/core/result.hpp"

namespace harvester::database {

/// Where things lie in a data directory.
struct DataPaths {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path database() const { return root / "harvester.db"; }
  [[nodiscard]] std::filesystem::path spool() const { return root / "spool"; }
  [[nodiscard]] std::filesystem::path lock() const { return root / "lock"; }
  [[nodiscard]] std::filesystem::path control_socket() const { return root / "control.sock"; }
};

/// The advisory lock on a data directory: one process owns it (design: processes and threads). Released by the
/// destructor or by the end of the process, however that comes.
class DirectoryLock {
 public:
  /// Creates the directory (mode 0770) if needed and takes the lock without waiting. Fails with `refused`, code
  /// EWOULDBLOCK and a message that names the holder if another process owns it; with `storage` if the folder cannot be
  /// made or written. `command` is what a second process is told, e.g. "serve".
  static Result<DirectoryLock> take(const DataPaths& paths, const std::string& command);

  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

/// Who holds the lock, as that process wrote it ("serve, process 1234"); empty if nobody ever did.
[[nodiscard]] std::string lock_holder(const DataPaths& paths);

}  // namespace harvester::database

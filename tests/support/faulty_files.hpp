#pragma once

#include <cerrno>
#include <mutex>
#include <optional>

#include "harvester/spool/file_system.hpp"

namespace harvester::tests {

/// What the spool asks of a disk.
enum class DiskCall { create, write, sync, close, rename, sync_folder, make_folder, remove, free_bytes };

/// The real file system, but the N-th call of a kind fails. A write that fails has written half of its bytes; a sync
/// that fails has lost them, as far as anyone knows. Thread-safe.
class FaultyFiles final : public spool::FileSystem {
 public:
  /// From now on the N-th call (from 1) fails once.
  void fail(DiskCall call, int number, int code) {
    const std::lock_guard lock(mutex_);
    call_ = call;
    left_ = number;
    code_ = code;
    fired_ = false;
  }
  void heal() {
    const std::lock_guard lock(mutex_);
    left_ = 0;
  }
  /// Whether the failure that was asked for has come.
  [[nodiscard]] bool fired() const {
    const std::lock_guard lock(mutex_);
    return fired_;
  }

  Result<int> create(const std::filesystem::path& file) override {
    if (auto error = due(DiskCall::create)) return *error;
    return FileSystem::create(file);
  }
  Status write(int fd, std::span<const std::byte> bytes) override {
    auto error = due(DiskCall::write);
    if (!error) return FileSystem::write(fd, bytes);
    (void)FileSystem::write(fd, bytes.first(bytes.size() / 2));
    return *error;
  }
  Status sync(int fd) override {
    if (auto error = due(DiskCall::sync)) return *error;
    return FileSystem::sync(fd);
  }
  Status close(int fd) override {
    auto closed = FileSystem::close(fd);  // Linux frees the descriptor whatever close() returns
    if (auto error = due(DiskCall::close)) return *error;
    return closed;
  }
  Status rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    if (auto error = due(DiskCall::rename)) return *error;
    return FileSystem::rename(from, to);
  }
  Status sync_folder(const std::filesystem::path& folder) override {
    if (auto error = due(DiskCall::sync_folder)) return *error;
    return FileSystem::sync_folder(folder);
  }
  Status make_folder(const std::filesystem::path& folder) override {
    if (auto error = due(DiskCall::make_folder)) return *error;
    return FileSystem::make_folder(folder);
  }
  Status remove(const std::filesystem::path& file) override {
    if (auto error = due(DiskCall::remove)) return *error;
    return FileSystem::remove(file);
  }
  Result<std::uint64_t> free_bytes(const std::filesystem::path& folder) override {
    if (auto error = due(DiskCall::free_bytes)) return *error;
    return FileSystem::free_bytes(folder);
  }

 private:
  std::optional<Error> due(DiskCall call) {
    const std::lock_guard lock(mutex_);
    if (call != call_ || left_ == 0 || --left_ > 0) return std::nullopt;
    fired_ = true;
    return Error{ErrorKind::storage, "a fault that was asked for", code_};
  }

  mutable std::mutex mutex_;  // guards the rest
  DiskCall call_ = DiskCall::create;
  int left_ = 0;
  int code_ = 0;
  bool fired_ = false;
};

}  // namespace harvester::tests

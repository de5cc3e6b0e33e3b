#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "harvester/core/result.hpp"

namespace harvester::spool {

/// The calls by which the spool touches the disk, so that a test can make any of them fail. Every error is `storage`
/// with errno as its code; messages name no file. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  /// Makes a new file for writing (O_EXCL, O_NOFOLLOW, O_CLOEXEC, 0640); returns its descriptor.
  virtual Result<int> create(const std::filesystem::path& file);
  virtual Status write(int fd, std::span<const std::byte> bytes);
  virtual Status sync(int fd);
  virtual Status close(int fd);
  virtual Status rename(const std::filesystem::path& from, const std::filesystem::path& to);
  /// Makes names in a folder durable.
  virtual Status sync_folder(const std::filesystem::path& folder);
  /// Makes a folder (0750) if it is not there; its name is durable afterwards.
  virtual Status make_folder(const std::filesystem::path& folder);
  virtual Status remove(const std::filesystem::path& file);
  virtual Result<std::uint64_t> free_bytes(const std::filesystem::path& folder);
};

/// The one that really does it.
[[nodiscard]] FileSystem& real_file_system();

}  // namespace harvester::spool

#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

#include "harvester/core/result.hpp"

namespace harvester::extract {

/// A file's bytes, mapped for reading; they end with the object. The file must not be cut meanwhile.
class MappedFile {
 public:
  /// Fails with `not_found` or `bad_data` (no regular file, empty, unreadable); the message holds no path.
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MappedFile();

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

}  // namespace harvester::extract

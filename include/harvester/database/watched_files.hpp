#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

/// What folder watch has looked at already. All functions run inside the caller's transaction and throw on database
/// errors.
namespace harvester::database::watched_files {

using FolderId = RowId<struct WatchedFolderTag>;

/// A file of a watched folder as it was when it was read.
struct File {
  FolderId folder;
  std::int64_t path_hash = 0;  ///< of its path in the folder
  std::int64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t inode = 0;
};

/// What is known of a file.
struct Known {
  File file;
  std::optional<ObjectId> object;  ///< nothing: it is no DICOM file
  std::string state;               ///< of the object: received, claimed, imported, ignored, failed
};

/// The folder's row, new or old; opened now. Folders that were not opened for 90 days are forgotten with their files.
FolderId open_folder(Connection& connection, std::int64_t path_hash, Instant now);

/// What is known of these files, in their order.
[[nodiscard]] std::vector<std::optional<Known>> find(Connection& connection, FolderId folder,
                                                     const std::vector<std::int64_t>& path_hashes);

/// Remembers a file; over what was known of its path before.
void remember(Connection& connection, const File& file, std::optional<ObjectId> object);

/// Forgets one file.
void forget(Connection& connection, FolderId folder, std::int64_t path_hash);

/// Goes through at most `limit` files of the folder above the hash `after` and forgets those that are not in `seen`
/// (sorted). Returns the last hash it came to, nothing at the end.
std::optional<std::int64_t> forget_unseen(Connection& connection, FolderId folder,
                                          const std::vector<std::int64_t>& seen, std::int64_t after, int limit);

}  // namespace harvester::database::watched_files

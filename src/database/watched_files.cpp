#include "harvester/database/watched_files.hpp"

#include <algorithm>

#include "statements.hpp"

namespace harvester::database::watched_files {
namespace {

constexpr auto kForgetAfter = std::chrono::hours(24 * 90);

std::optional<Known> find_one(Connection& connection, FolderId folder, std::int64_t path_hash) {
  auto& select = connection.prepare(
      "SELECT w.size_bytes, w.modified_ns, w.inode, w.object_id, o.state FROM watched_file AS w"
      " LEFT JOIN received_object AS o ON o.id = w.object_id"
      " WHERE w.folder_id = :folder AND w.path_hash = :hash");
  put(select, ":folder", folder);
  put(select, ":hash", path_hash);
  if (!select.executeStep()) return std::nullopt;
  Known known;
  known.file = {folder, path_hash, integer(select, 0), integer(select, 1), integer(select, 2)};
  if (!select.isColumnNull(3)) known.object = ObjectId{integer(select, 3)};
  known.state = optional_text(select, 4).value_or("");
  return known;
}

std::vector<std::int64_t> hashes_above(Connection& connection, FolderId folder, std::int64_t after, int limit) {
  auto& select = connection.prepare(
      "SELECT path_hash FROM watched_file WHERE folder_id = :folder AND path_hash > :after"
      " ORDER BY path_hash LIMIT :limit");
  put(select, ":folder", folder);
  put(select, ":after", after);
  put(select, ":limit", limit);
  std::vector<std::int64_t> hashes;
  while (select.executeStep()) hashes.push_back(integer(select, 0));
  select.reset();
  return hashes;
}

}  // namespace

FolderId open_folder(Connection& connection, std::int64_t path_hash, Instant now) {
  auto& upsert = connection.prepare(
      "INSERT INTO watched_folder (path_hash, opened_at) VALUES (:hash, :now)"
      " ON CONFLICT (path_hash) DO UPDATE SET opened_at = excluded.opened_at");
  put(upsert, ":hash", path_hash);
  put(upsert, ":now", utc_text(now));
  upsert.exec();
  auto& remove = connection.prepare("DELETE FROM watched_folder WHERE opened_at < :before");
  put(remove, ":before", utc_text(now - kForgetAfter));
  remove.exec();
  auto& select = connection.prepare("SELECT id FROM watched_folder WHERE path_hash = :hash");
  put(select, ":hash", path_hash);
  select.executeStep();
  const FolderId id{integer(select, 0)};
  select.reset();
  return id;
}

std::vector<std::optional<Known>> find(Connection& connection, FolderId folder,
                                       const std::vector<std::int64_t>& path_hashes) {
  std::vector<std::optional<Known>> all;
  for (const auto hash : path_hashes) all.push_back(find_one(connection, folder, hash));
  return all;
}

void remember(Connection& connection, const File& file, std::optional<ObjectId> object) {
  auto& upsert = connection.prepare(
      "INSERT INTO watched_file (folder_id, path_hash, size_bytes, modified_ns, inode, object_id)"
      " VALUES (:folder, :hash, :size, :modified, :inode, :object)"
      " ON CONFLICT (folder_id, path_hash) DO UPDATE SET size_bytes = excluded.size_bytes,"
      " modified_ns = excluded.modified_ns, inode = excluded.inode, object_id = excluded.object_id");
  put(upsert, ":folder", file.folder);
  put(upsert, ":hash", file.path_hash);
  put(upsert, ":size", file.size_bytes);
  put(upsert, ":modified", file.modified_ns);
  put(upsert, ":inode", file.inode);
  put(upsert, ":object", object);
  upsert.exec();
}

void forget(Connection& connection, FolderId folder, std::int64_t path_hash) {
  auto& remove = connection.prepare("DELETE FROM watched_file WHERE folder_id = :folder AND path_hash = :hash");
  put(remove, ":folder", folder);
  put(remove, ":hash", path_hash);
  remove.exec();
}

std::optional<std::int64_t> forget_unseen(Connection& connection, FolderId folder,
                                          const std::vector<std::int64_t>& seen, std::int64_t after, int limit) {
  const auto hashes = hashes_above(connection, folder, after, limit);
  for (const auto hash : hashes)
    if (!std::binary_search(seen.begin(), seen.end(), hash)) forget(connection, folder, hash);
  if (hashes.empty()) return std::nullopt;
  return hashes.back();
}

}  // namespace harvester::database::watched_files

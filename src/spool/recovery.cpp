#include <unordered_set>

#include "harvester/core/civil.hpp"
#include "harvester/core/log.hpp"
#include "harvester/database/doomed_files.hpp"
#include "harvester/spool/deletion.hpp"
#include "harvester/spool/spool.hpp"

namespace harvester::spool {
namespace {

/// What of this type stands in a folder. Links are not followed: the spool makes none, so they are somebody else's.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder, std::filesystem::file_type type) {
  std::vector<std::filesystem::path> entries;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::error_code unknown;
    if (entry->symlink_status(unknown).type() == type) entries.push_back(entry->path());
  }
  return entries;
}

constexpr auto kFile = std::filesystem::file_type::regular;
constexpr auto kFolder = std::filesystem::file_type::directory;

/// What the database knows of the spool.
struct Known {
  std::string verified_day;
  std::unordered_set<std::string> paths;  ///< of rows since the day before
};

Known known_to(database::Connection& connection) {
  Known known;
  known.verified_day = database::inbox::verified_day(connection);
  const auto day = parse_date(known.verified_day);
  const auto since = day ? Instant(std::chrono::sys_days(plus_days(*day, -1))) : Instant{};
  for (auto& path : database::inbox::spool_paths_since(connection, since)) known.paths.insert(std::move(path));
  return known;
}

}  // namespace

Status Spool::recover() {
  if (auto removed = remove_half_files(); !removed) return removed;
  if (auto removed = delete_doomed(); !removed) return removed;
  if (auto removed = remove_orphans(); !removed) return removed;
  const auto now = clock_.now();
  return writer_.run([&](database::Connection& connection) {
    database::inbox::set_verified_day(connection, utc_text(now).substr(0, 10));
    (void)database::inbox::end_open_associations(connection, now);
  });
}

Status Spool::delete_doomed() {
  auto paths = writer_.run([](database::Connection& connection) { return database::doomed_files::all(connection); });
  if (!paths) return paths.error();
  if (paths->empty()) return ok();
  if (auto deleted = delete_files(files_, options_.folder, *paths); !deleted) return deleted;
  return writer_.run([&](database::Connection& connection) { database::doomed_files::forget(connection, *paths); });
}

Status Spool::remove_half_files() {
  for (const auto& file : entries_of(options_.folder / "incoming", kFile))
    if (auto removed = files_.remove(file); !removed) return removed;
  return ok();
}

/// Files whose row was never committed: their senders were never told of success. Only the days that no earlier
/// recovery has gone through are looked at, so that the start takes no longer as the spool grows.
Status Spool::remove_orphans() {
  auto known = writer_.run(known_to);
  if (!known) return known.error();
  std::size_t removed_files = 0;
  for (const auto& folder : entries_of(options_.folder / "objects", kFolder)) {
    const auto day = folder.filename().string();
    if (day < known->verified_day || !parse_date(day)) continue;  // what has no day's name is not the spool's
    for (const auto& file : entries_of(folder, kFile)) {
      const auto path = "objects/" + day + "/" + file.filename().string();
      if (known->paths.contains(path)) continue;
      // the walk over recent rows trusts the clock; before anything is removed the whole table is asked
      auto has_row = writer_.run(
          [&](database::Connection& connection) { return database::inbox::has_spool_path(connection, path); });
      if (!has_row) return has_row.error();
      if (*has_row) continue;
      if (auto removed = files_.remove(file); !removed) return removed;
      ++removed_files;
    }
  }
  if (removed_files > 0) room_log("spool")->info("removed {} files whose arrival was never completed", removed_files);
  return ok();
}

}  // namespace harvester::spool

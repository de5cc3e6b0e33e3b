#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/maintenance.hpp"
#include "harvester/database/scrub.hpp"
#include "harvester/intake/identity.hpp"
#include "harvester/report/upkeep.hpp"
#include "harvester/serve/site_setup.hpp"
#include "harvester/spool/audit.hpp"

namespace harvester::cli {
namespace {

namespace fs = std::filesystem;
namespace maintenance = database::maintenance;
using nlohmann::ordered_json;

void print_json(const ordered_json& json) {
  fmt::print("{}\n", json.dump(2, ' ', false, ordered_json::error_handler_t::replace));
}

report::DiskUse disk_use(const database::DataPaths& paths) {
  report::DiskUse disk;
  std::error_code failure;
  const auto log = fs::file_size(paths.database().string() + "-wal", failure);
  if (!failure) disk.write_ahead_log = static_cast<std::int64_t>(log);
  const auto space = fs::space(paths.root, failure);
  if (!failure) disk.free = static_cast<std::int64_t>(space.available);
  return disk;
}

int stats(const Global& global, const config::Configuration& configuration, int limit) {
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  const auto found =
      database::reading(*database, [&](database::Connection& c) { return maintenance::statistics(c, limit); });
  if (!found) return fail(found.error());
  const auto disk = disk_use(data_paths(configuration));
  if (global.json)
    fmt::print("{}\n", report::statistics_json(*found, disk));
  else
    fmt::print("{}", report::statistics_text(*found, disk));
  return kDone;
}

/// What was looked at, and what is wrong.
struct Checked {
  std::vector<std::string> faults;
  spool::Audit spool;
};

Result<Checked> checked(const config::Configuration& configuration) {
  auto database = open_reading(configuration);
  if (!database) return database.error();
  return database::reading(*database, [&](database::Connection& c) {
    return Checked{maintenance::faults(c), spool::audit(c, data_paths(configuration).spool(), SystemClock().now())};
  });
}

std::vector<std::int64_t> numbers(const std::vector<ObjectId>& ids) {
  std::vector<std::int64_t> all;
  for (const auto id : ids) all.push_back(id.value);
  return all;
}

void print_check_json(const Checked& found) {
  print_json({{"schema", 1},
              {"database_faults", found.faults},
              {"spool_files", found.spool.files},
              {"rows_without_file", found.spool.all_missing},
              {"some_rows_without_file", numbers(found.spool.missing)},
              {"files_without_row", found.spool.all_without_row},
              {"some_files_without_row", found.spool.without_row},
              {"files_to_be_deleted", found.spool.to_be_deleted}});
}

void print_check(const Checked& found) {
  for (const auto& fault : found.faults) fmt::print("database: {}\n", escaped_controls(fault));
  if (found.faults.empty()) fmt::print("database: whole\n");
  const auto& spool = found.spool;
  for (const auto id : spool.missing) fmt::print("spool: the file of inbox#{} is not there\n", id.value);
  for (const auto& path : spool.without_row) fmt::print("spool: no row names spool/{}\n", escaped_controls(path));
  fmt::print("spool: {} files, {} not there, {} without a row, {} to be deleted at the next start\n", spool.files,
             spool.all_missing, spool.all_without_row, spool.to_be_deleted);
}

int check(const Global& global, const config::Configuration& configuration) {
  const auto found = checked(configuration);
  if (!found) return fail(found.error());
  if (global.json)
    print_check_json(*found);
  else
    print_check(*found);
  if (!found->faults.empty()) return kFailed;
  return found->spool.all_missing + found->spool.all_without_row > 0 ? kSetAside : kDone;
}

/// A database of an earlier version is copied, too: before it is migrated.
int backup(const Global& global, const config::Configuration& configuration, const std::string& file) {
  const auto paths = data_paths(configuration);
  if (auto there = has_database(configuration); !there) return fail(there.error());
  auto database = database::Connection::open(paths.database(), database::Access::read_only);
  if (!database) return fail(database.error());
  const auto size = maintenance::back_up(*database, paths.database(), file);
  if (!size) return fail(size.error());
  if (global.json)
    print_json({{"schema", 1}, {"bytes", *size}});
  else
    note(global, fmt::format("{} written and checked; the spool is not in it", report::size_text(*size)));
  return kDone;
}

/// The data directory for ourselves, and its database in the newest schema.
struct Exclusive {
  database::DirectoryLock lock;
  database::Connection connection;
};

Result<Exclusive> take(const config::Configuration& configuration, const std::string& command) {
  const auto paths = data_paths(configuration);
  if (auto there = has_database(configuration); !there) return there.error();
  auto lock = database::DirectoryLock::take(paths, command);
  if (!lock) return lock.error();
  auto connection = database::open_database(paths.database());
  if (!connection) return connection.error();
  auto applied =
      database::writing(*connection, [&](database::Connection& c) { serve::apply_site(c, configuration.site); });
  if (!applied) return applied.error();
  return Exclusive{*std::move(lock), *std::move(connection)};
}

int migrate(const Global& global, const config::Configuration& configuration) {
  const auto taken = take(configuration, "db migrate");
  if (!taken) return fail(taken.error());
  if (global.json)
    print_json({{"schema", 1}, {"schema_version", database::newest_schema_version()}});
  else
    note(global, fmt::format("the database has schema version {}", database::newest_schema_version()));
  return kDone;
}

const char* word(IdentityRule rule) {
  return rule == IdentityRule::keep ? "keep" : rule == IdentityRule::hash ? "hash" : "drop";
}

std::string scrubbed_text(const database::scrub::Scrubbed& each) {
  auto text = fmt::format("{} ({}): hashed {}, dropped {}, as wanted before {}", each.name, word(each.rule),
                          each.hashed, each.dropped, each.left);
  if (each.stay_hashed > 0) text += fmt::format("; {} stay hashed: a hash cannot be turned back", each.stay_hashed);
  return text;
}

void print_scrubbed(const Global& global, const std::vector<database::scrub::Scrubbed>& all, std::int64_t files) {
  if (global.json) {
    auto values = ordered_json::object();
    for (const auto& each : all)
      values[each.name] = {{"rule", word(each.rule)},
                           {"hashed", each.hashed},
                           {"dropped", each.dropped},
                           {"as_wanted_before", each.left},
                           {"stay_hashed", each.stay_hashed}};
    return print_json({{"schema", 1}, {"values", std::move(values)}, {"spool_files", files}});
  }
  for (const auto& each : all) fmt::print("{}\n", scrubbed_text(each));
  fmt::print(
      "The spool keeps {} files as they were received, patient data included: scrub does not change them.\n"
      "What was dropped cannot be brought back; backups made before still hold it.\n",
      files);
}

int scrub(const Global& global, const config::Configuration& configuration) {
  const auto policy = serve::identity_policy(configuration.site.patient_identity);
  if (!policy) return fail(policy.error());
  auto taken = take(configuration, "db scrub");
  if (!taken) return fail(taken.error());
  const auto hash = [&](const std::vector<std::string>& values) { return intake::hashed(*policy, values); };
  const auto done = database::scrub::run(taken->connection, *policy, hash);
  if (!done) return fail(done.error());
  const auto files = database::reading(taken->connection, database::scrub::kept_files);
  if (!files) return fail(files.error());
  print_scrubbed(global, *done, *files);
  return kDone;
}

}  // namespace

int run(const Global& global, const DbOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  switch (options.action) {
    case DbOptions::Action::stats:
      return stats(global, *configuration, options.limit);
    case DbOptions::Action::check:
      return check(global, *configuration);
    case DbOptions::Action::backup:
      return backup(global, *configuration, options.file);
    case DbOptions::Action::migrate:
      return migrate(global, *configuration);
    case DbOptions::Action::scrub:
      break;
  }
  return scrub(global, *configuration);
}

}  // namespace harvester::cli

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/connection.hpp"

/// What a database holds, whether it is whole, and copies of it.
namespace harvester::database::maintenance {

struct TableRows {
  std::string name;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  ///< with its indexes
};

/// Objects of the inbox of one kind and state; kind is empty until an object was looked at.
struct ObjectCount {
  std::string kind;
  std::string state;
  std::int64_t objects = 0;
};

/// A concept that reports hold and no column takes.
struct UnmappedConcept {
  std::optional<std::string> value, scheme, meaning, value_type;
  std::int64_t reports = 0;  ///< that hold it
  std::int64_t count = 0;    ///< how often altogether
};

struct Statistics {
  int schema_version = 0;
  std::int64_t database_bytes = 0;  ///< without the write-ahead log
  std::int64_t free_bytes = 0;      ///< of them not in use: what is deleted leaves room for what comes
  std::int64_t spool_files = 0;     ///< that inbox rows name
  std::int64_t spool_bytes = 0;     ///< of their data sets
  std::vector<TableRows> tables;    ///< by name
  std::vector<ObjectCount> objects;
  std::vector<UnmappedConcept> unmapped;  ///< the most frequent first
  std::int64_t unmapped_concepts = 0;     ///< listed or not
};

/// Whether each table's size is looked up, for which every page of the file is read.
enum class TableSizes { read, none };

/// At most `limit` unmapped concepts are listed. Inside the caller's transaction; throws on database errors.
[[nodiscard]] Statistics statistics(Connection& connection, int limit, TableSizes sizes = TableSizes::read);

/// What SQLite finds wrong with the file and with references between rows, in its words; empty: nothing. Throws on
/// database errors, as with a file that cannot be read at all.
[[nodiscard]] std::vector<std::string> faults(Connection& connection);

/// The same without a look at each index: in a fraction of the time.
[[nodiscard]] std::vector<std::string> quick_faults(Connection& connection);

/// When an object was last received or a harvest last made; nothing: never. Throws on database errors.
[[nodiscard]] std::optional<Instant> newest_row(Connection& connection);

/// A whole copy of the database, as of one moment, also while others write. It is checked before it gets its name, and
/// durable when this returns; a file of that name is replaced. Mode 0600. Returns its size in bytes. Fails with
/// `storage`: then what had the name before is untouched, and `config`: it is the database itself, or a folder.
Result<std::int64_t> back_up(Connection& connection, const std::filesystem::path& database,
                             const std::filesystem::path& copy);

}  // namespace harvester::database::maintenance

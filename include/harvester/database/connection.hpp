#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "harvester/core/result.hpp"

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

/// The one SQLite door. Only this room holds SQL.
namespace harvester::database {

enum class Access { read_write, read_only };

/// One connection: used by one thread at a time. Repository functions take a Connection& and may throw
/// SQLite::Exception or std::runtime_error; Writer::run and reading() turn that into an Error.
class Connection {
 public:
  /// Opens the file: read_write creates it (mode 0660), sets WAL, synchronous=FULL, foreign keys, a busy time-out of
  /// 10 s and PERSIST_WAL. Fails with `storage`: not a database, no rights, a file system without locks.
  /// Does not migrate (see open_database).
  static Result<Connection> open(const std::filesystem::path& file, Access access);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  /// The cached statement of this text, reset and without bindings. Valid until the next prepare() of the same text.
  SQLite::Statement& prepare(const char* sql);

  /// Runs statements that return nothing; several may stand in one text.
  void run(const std::string& sql);

  /// Whether the commits from now on are flushed to stable storage, as they are at first. One that is not may be lost
  /// with the power, but never with the process, and never without those after it. Not inside a transaction.
  void flush_commits(bool on);

  /// Ends what cached statements were reading; otherwise a half-read SELECT would hold its snapshot past the COMMIT.
  void reset_statements();

  [[nodiscard]] std::int64_t last_row_id() const;
  [[nodiscard]] int changed_rows() const;
  [[nodiscard]] SQLite::Database& raw() { return *database_; }

 private:
  explicit Connection(std::unique_ptr<SQLite::Database> database);

  std::unique_ptr<SQLite::Database> database_;
  std::optional<int> as_opened_;  ///< SQLite's `synchronous`, while commits are not flushed
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
};

/// BEGIN IMMEDIATE … COMMIT; rolls back in the destructor unless committed. Destructor does not throw.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

/// The newest schema version that this program knows.
[[nodiscard]] int newest_schema_version();

/// Opens for writing and brings the schema to the newest version, one transaction a migration. A database newer than
/// the program is refused with `config`; a migration that fails leaves the version before it.
Result<Connection> open_database(const std::filesystem::path& file);

/// Opens for reading; an older or newer schema is refused with `config` and what to do.
Result<Connection> open_for_reading(const std::filesystem::path& file);

/// Runs a reading function inside one read transaction (a consistent view), exceptions turned into `storage` errors.
template <class F>
auto reading(Connection& connection, F&& function) -> Result<decltype(function(connection))>;

/// Runs a function inside one transaction of its own, exceptions turned into `storage` errors: then nothing is written.
template <class F>
Status writing(Connection& connection, F&& function);

/// An exception of the database as an Error; rethrows what is none of the database's. Call inside a catch block.
Error current_database_error();

template <class F>
auto reading(Connection& connection, F&& function) -> Result<decltype(function(connection))> {
  try {
    connection.run("BEGIN");
    auto value = function(connection);
    connection.reset_statements();
    connection.run("COMMIT");
    return value;
  } catch (...) {
    auto error = current_database_error();
    try {
      connection.reset_statements();
      connection.run("ROLLBACK");
    } catch (...) {  // the transaction may have ended already
    }
    return error;
  }
}

template <class F>
Status writing(Connection& connection, F&& function) {
  try {
    Transaction transaction(connection);
    function(connection);
    transaction.commit();
    return ok();
  } catch (...) {
    return current_database_error();
  }
}

}  // namespace harvester::database

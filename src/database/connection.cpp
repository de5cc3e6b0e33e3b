#include "harvester/database/connection.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "harvester/core/log.hpp"
#include "migrations.hpp"

namespace harvester::database {
namespace {

constexpr int kBusyTimeoutMs = 10000;

/// Called while another connection holds the database, `turn` times before. Transactions are short: those who wait look
/// again soon, and so a harvest and its imports lose little by each other. SQLite itself would wait ever longer.
int wait_for_lock(void*, int turn) {
  constexpr std::chrono::microseconds kPause{250};
  if (turn >= std::chrono::milliseconds(kBusyTimeoutMs) / kPause) return 0;
  std::this_thread::sleep_for(kPause);
  return 1;
}

/// WAL keeps readers and the writer apart; FULL makes a commit durable; the owner keeps -wal and -shm so that readers
/// of the same group can open the database without a writer.
void set_up_writing(SQLite::Database& database) {
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  int persist = 1;
  sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
}

Error as_error(const SQLite::Exception& exception) {
  const int code = exception.getErrorCode();
  std::string what = exception.what();
  if (code == SQLITE_FULL) what = "the disk that holds the database is full: free space, then try again";
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
    what = "the database file is damaged: keep it, restore a backup, and see 'harvester db check'";
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    what = "the database is busy for too long: is another program holding it?";
  if (code == SQLITE_READONLY) what = "the database cannot be written: check the rights of the data directory";
  return {ErrorKind::storage, what, code};
}

int schema_version(Connection& connection) { return connection.raw().execAndGet("PRAGMA user_version").getInt(); }

Error newer_than_program(int version) {
  return {ErrorKind::config,
          fmt::format("the database has schema version {}, this program knows up to {}: use the newer program", version,
                      newest_schema_version())};
}

/// A large database takes minutes for some steps: who waits is told why.
void migrate(Connection& connection, int from) {
  if (from > 0 && from < newest_schema_version())
    room_log("database")
        ->info("bringing the database from schema version {} to {}: this may take some minutes", from,
               newest_schema_version());
  for (int version = from + 1; version <= newest_schema_version(); ++version) {
    Transaction transaction(connection);
    connection.run(std::string(migrations()[static_cast<std::size_t>(version - 1)].sql));
    connection.run(fmt::format("PRAGMA user_version = {}", version));
    transaction.commit();
  }
}

}  // namespace

Error current_database_error() {
  try {
    throw;
  } catch (const SQLite::Exception& exception) {
    return as_error(exception);
  } catch (const std::exception& exception) {
    return {ErrorKind::storage, exception.what()};
  }
}

Connection::Connection(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const std::filesystem::path& file, Access access) {
  const bool writing = access == Access::read_write;
  const int flags = writing ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY;
  try {
    auto database = std::make_unique<SQLite::Database>(file.string(), flags, kBusyTimeoutMs);
    sqlite3_busy_handler(database->getHandle(), wait_for_lock, nullptr);
    if (writing) {
      ::chmod(file.c_str(), 0660);
      set_up_writing(*database);
    }
    return Connection(std::move(database));
  } catch (...) {
    return current_database_error().with("opening the database");
  }
}

SQLite::Statement& Connection::prepare(const char* sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end())
    found = statements_.emplace(sql, std::make_unique<SQLite::Statement>(*database_, sql)).first;
  found->second->reset();
  found->second->clearBindings();
  return *found->second;
}

void Connection::run(const std::string& sql) { database_->exec(sql); }

/// In WAL mode NORMAL leaves the flush of a commit to the next one that has it (or to a checkpoint), which flushes all
/// before it, too.
void Connection::flush_commits(bool on) {
  constexpr int kNormal = 1;
  if (on == !as_opened_) return;
  if (!on) as_opened_ = database_->execAndGet("PRAGMA synchronous").getInt();
  const int wanted = on ? *as_opened_ : std::min(*as_opened_, kNormal);
  database_->exec("PRAGMA synchronous = " + std::to_string(wanted));
  if (on) as_opened_.reset();
}

void Connection::reset_statements() {
  for (auto& [sql, statement] : statements_) statement->tryReset();
}

std::int64_t Connection::last_row_id() const { return database_->getLastInsertRowid(); }

int Connection::changed_rows() const { return database_->getChanges(); }

Transaction::Transaction(Connection& connection) : connection_(connection) { connection_.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    connection_.reset_statements();
    connection_.run("ROLLBACK");
  } catch (...) {  // some errors end the transaction by themselves
  }
}

void Transaction::commit() {
  connection_.reset_statements();
  connection_.run("COMMIT");
  open_ = false;
}

int newest_schema_version() { return static_cast<int>(migrations().size()); }

Result<Connection> open_database(const std::filesystem::path& file) {
  auto connection = Connection::open(file, Access::read_write);
  if (!connection) return connection;
  try {
    const int version = schema_version(*connection);
    if (version > newest_schema_version()) return newer_than_program(version);
    migrate(*connection, version);
    return connection;
  } catch (...) {
    return current_database_error().with("preparing the database");
  }
}

Result<Connection> open_for_reading(const std::filesystem::path& file) {
  std::error_code failure;
  if (!std::filesystem::exists(file, failure) && failure)
    return Error{
        ErrorKind::storage,
        "the database cannot be looked at: " + failure.message() + ": only its owner and the members of its group may",
        failure.value()};
  if (!std::filesystem::exists(file, failure))
    return Error{ErrorKind::not_found,
                 "there is no database yet: nothing was harvested or imported into this data directory"};
  auto connection = Connection::open(file, Access::read_only);
  if (!connection) return connection;
  try {
    const int version = schema_version(*connection);
    if (version > newest_schema_version()) return newer_than_program(version);
    if (version < newest_schema_version())
      return Error{
          ErrorKind::config,
          "the database is of an older version of this program: run any importing command, or 'harvester db migrate'"};
    return connection;
  } catch (...) {
    return current_database_error().with("reading the database");
  }
}

}  // namespace harvester::database

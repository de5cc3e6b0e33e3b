#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "harvester/database/maintenance.hpp"
#include "statements.hpp"

namespace harvester::database::maintenance {
namespace {

namespace fs = std::filesystem;

Error failure(const char* doing) {
  const int code = errno;
  return {ErrorKind::storage, fmt::format("{}: {}", doing, std::strerror(code)), code};
}

/// A new, empty file that only we can read.
Status make_file(const fs::path& file) {
  ::unlink(file.c_str());
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return failure("cannot make the copy");
  ::close(fd);
  return ok();
}

Status sync(const fs::path& path, const char* doing) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failure(doing);
  const bool synced = ::fsync(fd) == 0;
  const auto error = failure(doing);
  ::close(fd);
  if (!synced) return error;
  return ok();
}

/// All pages in one step: a view of one moment, for which writers need not wait (WAL). The copy is one file without a
/// log beside it.
Status copy_pages(Connection& connection, const fs::path& copy) {
  try {
    SQLite::Database target(copy.string(), SQLite::OPEN_READWRITE);
    SQLite::Backup backup(target, connection.raw());
    if (backup.executeStep(-1) != SQLite::OK && backup.getRemainingPageCount() > 0)
      return Error{ErrorKind::storage, "the database is busy: try again"};
  } catch (...) {
    return current_database_error();
  }
  return ok();
}

Status verify(const fs::path& copy) {
  try {
    SQLite::Database target(copy.string(), SQLite::OPEN_READWRITE);
    target.exec("PRAGMA journal_mode = DELETE");
    const auto found = target.execAndGet("PRAGMA integrity_check").getString();
    if (found != "ok") return Error{ErrorKind::storage, fmt::format("the copy is not whole: {}", found)};
  } catch (...) {
    return current_database_error();
  }
  return ok();
}

Status make_copy(Connection& connection, const fs::path& part, const fs::path& copy) {
  if (auto made = make_file(part); !made) return made;
  if (auto copied = copy_pages(connection, part); !copied) return copied;
  if (auto verified = verify(part); !verified) return verified;
  if (auto synced = sync(part, "cannot bring the copy to the disk"); !synced) return synced;
  if (::rename(part.c_str(), copy.c_str()) != 0) return failure("cannot give the copy its name");
  return sync(fs::absolute(copy).parent_path(), "cannot bring the copy's folder to the disk");
}

}  // namespace

Result<std::int64_t> back_up(Connection& connection, const fs::path& database, const fs::path& copy) {
  std::error_code unknown;
  if (fs::is_directory(copy, unknown)) return Error{ErrorKind::config, "the backup has to be a file: this is a folder"};
  if (fs::equivalent(database, copy, unknown))
    return Error{ErrorKind::config, "the backup has to be another file than the database itself"};
  auto part = copy;
  part += ".part";
  if (auto made = make_copy(connection, part, copy); !made) {
    ::unlink(part.c_str());
    return made.error().with("backup");
  }
  return static_cast<std::int64_t>(fs::file_size(copy, unknown));
}

}  // namespace harvester::database::maintenance

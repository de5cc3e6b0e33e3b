#include "harvester/spool/spool.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <cerrno>

#include "harvester/core/log.hpp"

namespace harvester::spool {
namespace {

constexpr int kSqliteBusy = 5;
constexpr int kSqliteIoError = 10;

std::string random_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof(number), 0) != sizeof(number)) return {};
  return fmt::format("{:016x}.dcm", number);
}

std::string day_of(Instant now) { return utc_text(now).substr(0, 10); }

}  // namespace

Spool::Spool(SpoolOptions options, database::Writer& writer, const Clock& clock, Signal* arrivals, FileSystem& files)
    : options_(std::move(options)), writer_(writer), clock_(clock), arrivals_(arrivals), files_(files) {}

Result<std::unique_ptr<Spool>> Spool::open(SpoolOptions options, database::Writer& writer, const Clock& clock,
                                           Signal* arrivals, FileSystem& files) {
  std::unique_ptr<Spool> spool(new Spool(std::move(options), writer, clock, arrivals, files));
  for (const auto* name : {"", "incoming", "objects"})
    if (auto made = files.make_folder((spool->options_.folder / name).lexically_normal()); !made)
      return made.error().with("opening the spool");
  if (auto recovered = spool->recover(); !recovered) return recovered.error().with("recovering the spool");
  return spool;
}

std::filesystem::path Spool::file_of(const std::string& spool_path) const { return options_.folder / spool_path; }

Status Spool::check_free() {
  const auto free = files_.free_bytes(options_.folder);
  if (!free) return free.error();
  if (*free < options_.minimum_free) return Error{ErrorKind::storage, "the disk of the spool is full", ENOSPC};
  return ok();
}

bool Spool::is_full() { return !check_free(); }

Result<std::unique_ptr<Incoming>> Spool::begin(const dicom::FileMeta& meta) {
  if (auto free = check_free(); !free) return free.error();
  const auto file = options_.folder / "incoming" / random_name();
  auto fd = files_.create(file);
  if (!fd) return fd.error();
  return std::make_unique<Incoming>(files_, options_, under_way_, file, *fd, meta);
}

Status Spool::ensure_day(const std::string& day) {
  const std::lock_guard lock(mutex_);
  if (day_ == day) return ok();
  if (auto made = files_.make_folder(options_.folder / "objects" / day); !made) return made;
  day_ = day;
  return ok();
}

/// File on the disk, name on the disk; the path relative to the spool. The name is given before the first sync: a file
/// system with a journal then commits both at once, and the sync of the folder costs next to nothing.
Result<std::string> Spool::place(Incoming& object) {
  const auto day = day_of(clock_.now());
  if (auto there = ensure_day(day); !there) return there.error();
  const auto path = "objects/" + day + "/" + object.file_.filename().string();
  if (auto renamed = files_.rename(object.file_, file_of(path)); !renamed) return renamed.error();
  object.file_ = file_of(path);  // still removed with its owner until the row is there
  if (auto synced = files_.sync(object.fd_); !synced) return synced.error();
  if (auto closed = files_.close(std::exchange(object.fd_, -1)); !closed) return closed.error();
  if (auto synced = files_.sync_folder(options_.folder / "objects" / day); !synced) return synced.error();
  return path;
}

Result<database::inbox::Inserted> Spool::record(const database::inbox::NewObject& object, const Arrival& arrival) {
  auto inserted = writer_.run([&](database::Connection& connection) {
    const auto row = database::inbox::insert(connection, object);
    if (arrival.watched) database::watched_files::remember(connection, *arrival.watched, row.id);
    return row;
  });
  if (inserted) return inserted;
  const bool busy = (inserted.error().code & 0xFF) == kSqliteBusy;
  return Error{busy ? ErrorKind::transient : ErrorKind::storage, inserted.error().message, inserted.error().code};
}

namespace {

database::inbox::NewObject new_object(const Incoming& object, const dicom::ScannedObject& scanned,
                                      const Arrival& arrival) {
  database::inbox::NewObject row;
  row.association = arrival.association;
  row.way_in = arrival.way_in;
  row.calling_ae = arrival.calling_ae;
  row.called_ae = arrival.called_ae;
  row.peer_address = arrival.peer_address;
  row.move_originator_ae = arrival.move_originator_ae;
  row.move_originator_id = arrival.move_originator_id;
  row.sop_class = scanned.sop_class;
  row.instance = scanned.instance;
  row.study = scanned.study;
  row.series = scanned.series;
  row.modality = scanned.modality;
  row.transfer_syntax = object.meta().transfer_syntax;
  row.size_bytes = static_cast<std::int64_t>(object.size());
  row.sha256 = object.sha256();
  return row;
}

}  // namespace

Result<database::inbox::Inserted> Spool::commit_as(Incoming& object, const dicom::ScannedObject& scanned,
                                                   const Arrival& arrival, IntakeReason failed,
                                                   const std::string& message) {
  auto path = place(object);
  if (!path) return path.error();
  auto row = new_object(object, scanned, arrival);
  row.spool_path = *path;
  row.failed = failed;
  row.message = message;
  row.now = clock_.now();
  const auto trial = trials_.trial_of(row);
  row.node_test = trial != nullptr;
  auto inserted = record(row, arrival);
  // After an I/O error nobody knows whether the row is there: the file stays, and recovery removes it if it is not.
  const bool unsure = !inserted && (inserted.error().code & 0xFF) == kSqliteIoError;
  if (unsure || (inserted && inserted->keeps_file())) object.file_.clear();
  if (inserted && trial) trial->arrived(*inserted);
  if (inserted && arrivals_ != nullptr) arrivals_->notify();
  return inserted;
}

Result<database::inbox::Inserted> Spool::commit(std::unique_ptr<Incoming> object, const dicom::ScannedObject& scanned,
                                                const Arrival& arrival) {
  return commit_as(*object, scanned, arrival, IntakeReason::none, "");
}

}  // namespace harvester::spool

#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/result.hpp"
#include "harvester/core/signal.hpp"
#include "harvester/database/inbox.hpp"
#include "harvester/database/watched_files.hpp"
#include "harvester/database/writer.hpp"
#include "harvester/dicom/byte_scan.hpp"
#include "harvester/dicom/part10.hpp"
#include "harvester/dicom/scp.hpp"
#include "harvester/spool/file_system.hpp"
#include "harvester/spool/trial.hpp"
#include "harvester/spool/under_way.hpp"

namespace harvester::spool {

struct SpoolOptions {
  std::filesystem::path folder;
  std::uint64_t minimum_free = std::uint64_t{2} << 30;  ///< bytes; below it nothing is taken
  std::uint64_t max_object = 0;                         ///< bytes of a data set; 0: only the free disk bounds it
};

/// Where an object came from; what the inbox row says of it.
struct Arrival {
  std::optional<database::inbox::AssociationId> association;
  std::string way_in;  ///< harvest, native, watch or import
  std::string calling_ae;
  std::string called_ae;
  std::string peer_address;
  std::string move_originator_ae;
  std::optional<int> move_originator_id;
  std::optional<database::watched_files::File> watched{};  ///< remembered in the same commit as the inbox row
  bool may_be_unfinished = false;  ///< take() refuses what is cut short with `bad_data`, and nothing of it stays
};

/// An object on its way in: a file in `incoming/`, hashed as it is written. Removed with its owner unless committed.
/// One thread at a time.
class Incoming final : public dicom::DatasetSink {
 public:
  Incoming(FileSystem& files, const SpoolOptions& options, UnderWay& under_way, std::filesystem::path file, int fd,
           dicom::FileMeta meta);
  ~Incoming() override;
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  /// Bytes of the data set. Fails with `storage`; a full disk and an object above the ceiling have ENOSPC and EFBIG as
  /// their code.
  Status write(std::span<const std::byte> bytes) override;
  void arriving() override { under_way_.touch(); }

  /// Writes what is still held back and closes the hash; nothing may be written afterwards.
  Status finish();

  /// The data set as the file holds it, or as it came where that was little, looked through by dicom::scan. `bad_data`
  /// if it is broken. After finish().
  [[nodiscard]] Result<dicom::ScannedObject> scan() const;

  [[nodiscard]] const dicom::FileMeta& meta() const { return meta_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }           ///< of the data set, bytes
  [[nodiscard]] const std::string& sha256() const { return sha256_; }  ///< after finish()

 private:
  friend class Spool;
  [[nodiscard]] Result<dicom::ScannedObject> scan(std::span<const std::byte> file) const;
  Status flush();
  Status check_limits(std::size_t more);

  FileSystem& files_;
  const SpoolOptions& options_;
  std::filesystem::path file_;
  int fd_;
  dicom::FileMeta meta_;
  UnderWay::Entry under_way_;
  std::vector<std::byte> held_;   ///< not yet handed to the system
  std::vector<std::byte> whole_;  ///< header and data set, if nothing was handed to the system before the end
  std::uint64_t size_ = 0;
  std::uint64_t unchecked_ = 0;  ///< bytes since the free disk was last asked for
  std::size_t header_size_ = 0;
  std::string sha256_;
  struct Hash;
  std::unique_ptr<Hash> hash_;
};

/// Where received objects lie, byte for byte, and the one way in for bytes: file and inbox row are both durable when a
/// commit returns (G1). Thread-safe; the writer, the signal and the clock must outlive it.
class Spool {
 public:
  /// Opens or makes the folder and recovers: half files go, files without a row or whose deletion was begun go,
  /// associations of a dead process are ended. Fails with `storage`. `arrivals` (may be null) is notified after each
  /// commit.
  static Result<std::unique_ptr<Spool>> open(SpoolOptions options, database::Writer& writer, const Clock& clock,
                                             Signal* arrivals, FileSystem& files = real_file_system());

  /// A new object. Fails with `storage` (ENOSPC when less than minimum_free is left).
  Result<std::unique_ptr<Incoming>> begin(const dicom::FileMeta& meta);

  /// Makes a finished object durable: rename, fsync, fsync of the folder, inbox row. Afterwards, and only then, its
  /// sender may be told of success. Fails with `storage`, or `transient` if the database is busy; then nothing stays.
  Result<database::inbox::Inserted> commit(std::unique_ptr<Incoming> object, const dicom::ScannedObject& scanned,
                                           const Arrival& arrival);

  /// Takes a Part 10 file or a bare data set from a stream, bytes of the data set unchanged. What is not DICOM is kept
  /// as it is and recorded as failed(not_dicom). Fails as begin() and commit() do.
  Result<database::inbox::Inserted> take(std::istream& stream, const Arrival& arrival);

  /// take() of a file: regular files only, links are not followed. `bad_data`: no regular file; `not_found`.
  Result<database::inbox::Inserted> take_file(const std::filesystem::path& file, const Arrival& arrival);

  /// The file of an inbox row's spool_path.
  [[nodiscard]] std::filesystem::path file_of(const std::string& spool_path) const;

  /// Deletes the files that the database says are to go. Fails with `storage`; what is left goes at the next start.
  Status delete_doomed();

  /// Whether less than minimum_free is left; true also if the disk cannot be asked.
  [[nodiscard]] bool is_full();

  [[nodiscard]] const SpoolOptions& options() const { return options_; }

  [[nodiscard]] const UnderWay& under_way() const { return under_way_; }

  /// Tests of nodes: what they ask for is kept, and not imported.
  [[nodiscard]] Trials& trials() { return trials_; }

 private:
  Spool(SpoolOptions options, database::Writer& writer, const Clock& clock, Signal* arrivals, FileSystem& files);

  Status recover();
  Status remove_half_files();
  Status remove_orphans();
  Status check_free();
  Result<std::string> place(Incoming& object);
  Status ensure_day(const std::string& day);
  Result<database::inbox::Inserted> record(const database::inbox::NewObject& object, const Arrival& arrival);
  Result<database::inbox::Inserted> commit_as(Incoming& object, const dicom::ScannedObject& scanned,
                                              const Arrival& arrival, IntakeReason failed, const std::string& message);

  const SpoolOptions options_;
  database::Writer& writer_;
  const Clock& clock_;
  Signal* const arrivals_;
  FileSystem& files_;
  UnderWay under_way_;
  Trials trials_;
  std::mutex mutex_;
  std::string day_;  // guarded by mutex_: its folder is there, durably
};

}  // namespace harvester::spool

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "harvester/spool/spool.hpp"
#include "support/fake_clock.hpp"
#include "support/files.hpp"
#include "support/temp_dir.hpp"

/// A data directory of a test: database, writer and spool, and what lies in them.
namespace harvester::tests {

inline std::string sha256_of(const std::string& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned int n = 0; n < length; ++n) text += fmt::format("{:02x}", digest[n]);
  return text;
}

/// The part of the inbox that tests look at.
struct InboxRow {
  std::int64_t id = 0;
  std::string state, reason, message, spool_path, sha256, sop_class, instance, study, syntax, way_in, calling;
  std::int64_t size = 0;
  bool has_path = false;
};

class SpoolSite {
 public:
  explicit SpoolSite(spool::FileSystem& files = spool::real_file_system(), std::uint64_t minimum_free = 0)
      : files_(files), options_{dir_ / "spool", minimum_free, 0} {
    auto connection = database::open_database(database_file());
    if (!connection) throw std::runtime_error(connection.error().message);
    writer_ = std::make_unique<database::Writer>(std::move(*connection));
    restart();
  }

  /// Ends the spool without any tidying and opens it again, as the next process would.
  void restart() {
    spool_.reset();
    auto opened = try_open();
    if (!opened) throw std::runtime_error(opened.error().message);
    spool_ = std::move(*opened);
  }
  Result<std::unique_ptr<spool::Spool>> try_open() {
    return spool::Spool::open(options_, *writer_, clock, &arrivals, files_);
  }
  void set_max_object(std::uint64_t bytes) { options_.max_object = bytes; }
  void set_minimum_free(std::uint64_t bytes) { options_.minimum_free = bytes; }

  [[nodiscard]] spool::Spool& spool() { return *spool_; }
  [[nodiscard]] database::Writer& writer() { return *writer_; }
  [[nodiscard]] std::filesystem::path folder() const { return dir_ / "spool"; }
  [[nodiscard]] std::filesystem::path database_file() const { return dir_ / "harvester.db"; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return dir_ / name; }

  /// All rows of the inbox, oldest first.
  [[nodiscard]] std::vector<InboxRow> rows() const {
    SQLite::Database database(database_file().string(), SQLite::OPEN_READONLY, 10000);
    SQLite::Statement select(database,
                             "SELECT id, state, reason, message, spool_path, sha256, sop_class_uid, sop_instance_uid,"
                             " study_uid, transfer_syntax_uid, way_in, calling_ae, size_bytes FROM received_object"
                             " ORDER BY id");
    std::vector<InboxRow> rows;
    while (select.executeStep()) {
      InboxRow row;
      row.id = select.getColumn(0).getInt64();
      row.has_path = !select.getColumn(4).isNull();
      std::string* const texts[] = {&row.state,  &row.reason,    &row.message,  &row.spool_path,
                                    &row.sha256, &row.sop_class, &row.instance, &row.study,
                                    &row.syntax, &row.way_in,    &row.calling};
      for (int n = 0; n < 11; ++n) *texts[n] = select.getColumn(n + 1).getString();
      row.size = select.getColumn(12).getInt64();
      rows.push_back(std::move(row));
    }
    return rows;
  }

  /// One value of the database.
  [[nodiscard]] std::string value(const std::string& sql) const {
    SQLite::Database database(database_file().string(), SQLite::OPEN_READONLY, 10000);
    SQLite::Statement select(database, sql);
    return select.executeStep() ? select.getColumn(0).getString() : std::string();
  }

  /// Files under a folder of the spool, relative to the spool, sorted.
  [[nodiscard]] std::vector<std::string> files(const std::string& under = "") const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder() / under))
      if (!entry.is_directory()) found.push_back(entry.path().lexically_relative(folder()).string());
    std::sort(found.begin(), found.end());
    return found;
  }

  /// The data set's bytes of a spool file: what follows the header, whose size is told by itself (PS3.10 7.1).
  [[nodiscard]] std::string data_set_of(const std::string& spool_path) const {
    const auto whole = content_of(folder() / spool_path);
    const auto header = dicom::read_part10_header(std::as_bytes(std::span(whole)));
    return header ? whole.substr(header->dataset_offset) : std::string();
  }

  FakeClock clock;
  Signal arrivals;

 private:
  TempDir dir_;
  spool::FileSystem& files_;
  spool::SpoolOptions options_;
  std::unique_ptr<database::Writer> writer_;
  std::unique_ptr<spool::Spool> spool_;
};

}  // namespace harvester::tests

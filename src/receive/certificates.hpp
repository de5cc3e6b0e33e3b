#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "store_session.hpp"

namespace harvester::receive {

/// What tells a file from another one under its name.
struct FileMark {
  std::int64_t changed_s = 0, changed_ns = 0, written_s = 0, written_ns = 0, size = -1;  ///< size -1: it is not there
  std::uint64_t device = 0, inode = 0;
  bool operator==(const FileMark&) const = default;
};

/// Certificates and key of a store: read anew when their files have changed, kept where the new ones are not sound, and
/// warned of before they expire. Thread-safe.
class Certificates {
 public:
  /// `config` where the files are not sound. All but `tls` must outlive it.
  static Result<std::unique_ptr<Certificates>> load(const std::string& store, const StoreTls& tls, const Clock& clock,
                                                    StoreCounters& counters);

  /// Those in force, after a look at the files. Costs a few stat calls where nothing has changed.
  std::shared_ptr<dicom::TlsServer> current();

  /// Without `refused`.
  [[nodiscard]] TlsStatus status() const;

 private:
  using Marks = std::array<FileMark, 3>;

  Certificates(const std::string& store, const StoreTls& tls, const Clock& clock, StoreCounters& counters)
      : store_(store), tls_(tls), clock_(clock), counters_(counters) {}
  [[nodiscard]] Marks look() const;
  Status read();
  void read_again();
  void warn_of_end();

  const std::string store_;
  const StoreTls tls_;
  const Clock& clock_;
  StoreCounters& counters_;

  mutable std::mutex mutex_;
  std::shared_ptr<dicom::TlsServer> server_;  // guarded by mutex_, as all below
  Instant until_{};
  Instant warned_{};
  Marks seen_{};
  std::string fault_;
};

}  // namespace harvester::receive

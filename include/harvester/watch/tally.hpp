#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace harvester::watch {

/// What became of the files of a folder since the process began.
struct Counts {
  std::int64_t taken = 0;                                           ///< safe in the spool
  std::map<std::string, std::map<std::string, std::int64_t>> ends;  ///< imported, ignored, failed → reason → how many
  std::int64_t not_dicom = 0;
  std::int64_t unreadable = 0;  ///< attempts to read one
  std::int64_t links = 0;       ///< at the last sweep; they are not followed
  std::int64_t sweeps = 0;      ///< that came to their end
};

/// Counts, what is wrong, and what has been told; outlives the folder where that comes and goes. Thread-safe.
class Tally {
 public:
  template <class Change>
  void update(Change&& change) {
    const std::lock_guard lock(mutex_);
    change(counts_);
  }
  [[nodiscard]] Counts counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

  /// Why the folder is not watched just now; empty: it is.
  void set_fault(std::string fault) {
    const std::lock_guard lock(mutex_);
    fault_ = std::move(fault);
  }
  [[nodiscard]] std::string fault() const {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

  /// True the first time, and the first time after is_over(): what lasts is told once.
  bool is_new(const std::string& trouble) {
    const std::lock_guard lock(mutex_);
    return told_.insert(trouble).second;
  }
  /// The trouble is over. True if it was told.
  bool is_over(const std::string& trouble) {
    const std::lock_guard lock(mutex_);
    return told_.erase(trouble) > 0;
  }

 private:
  mutable std::mutex mutex_;
  Counts counts_;               // guarded by mutex_
  std::string fault_;           // guarded by mutex_
  std::set<std::string> told_;  // guarded by mutex_
};

}  // namespace harvester::watch

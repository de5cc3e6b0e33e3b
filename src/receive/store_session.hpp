#pragma once

#include <mutex>
#include <stop_token>
#include <string>

#include "harvester/dicom/scp.hpp"
#include "harvester/receive/store.hpp"

namespace harvester::receive {

/// What all associations of a store count together. Thread-safe.
class StoreCounters {
 public:
  void echo();
  void stored(std::uint64_t bytes);
  void refused(dicom::DimseStatus status, const std::string& why);
  void fault(const std::string& what);

  /// Fills what it knows of a status.
  void add_to(StoreStatus& status) const;

 private:
  mutable std::mutex mutex_;
  StoreStatus counted_;  // guarded by mutex_
};

/// What an association of a store works with.
struct StoreContext {
  const StoreOptions& options;
  spool::Spool& spool;
  database::Writer& writer;
  const Clock& clock;
  StoreCounters& counters;
};

/// Serves one association to its end.
void serve(const StoreContext& context, dicom::ScpAssociation& association, std::stop_token stop);

}  // namespace harvester::receive

#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "harvester/config/site.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/database/inbox.hpp"
#include "harvester/serve/audit_trail.hpp"

namespace harvester::serve {

/// Objects that a store took over one association.
struct StoreTransfer {
  trail::Transfer transfer;
  database::inbox::AssociationId association;
};

/// Objects that came by C-GET.
struct GetTransfer {
  trail::Transfer transfer;
  std::vector<ObjectId> objects;
};

/// Patient data of these studies was shown.
struct Look {
  std::string by;
  std::vector<std::int64_t> studies;
};

using AuditEvent =
    std::variant<trail::Activity, trail::Query, trail::Export, trail::Refusal, StoreTransfer, GetTransfer, Look>;

/// Tells a collector what happens, as DICOM audit messages over syslog (PS3.15 A.5, A.7), if the site wants it. A
/// thread of its own looks up in the database what a message needs, and sends. Thread-safe.
class Auditor {
 public:
  Auditor(std::filesystem::path database, std::shared_ptr<const Clock> clock);
  /// Sends what waits, for two seconds at most.
  ~Auditor();
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;

  /// From now on so; what waits is sent as it was before. Nothing happens where nothing changes.
  void configure(const config::Audit& audit);

  /// Whether anybody is told anything.
  [[nodiscard]] bool is_on() const;

  /// Never waits: where too many events wait already it is lost. What is lost is counted, and told in the log once, and
  /// again each hour that it goes on.
  void tell(AuditEvent event);

 private:
  class Sending;

  const std::filesystem::path database_;
  const std::shared_ptr<const Clock> clock_;
  mutable std::mutex mutex_;
  config::Audit audit_;               // guarded by mutex_
  std::unique_ptr<Sending> sending_;  // guarded by mutex_; null: it is off
};

}  // namespace harvester::serve

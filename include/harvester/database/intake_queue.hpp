#pragma once

#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

/// The inbox as the queue of intake: claims with an owner and a lease, attempts recorded before they are made.
/// All functions run inside the caller's transaction and throw on database errors.
namespace harvester::database::intake_queue {

/// Who claims: a worker process of one generation of the owner. Unique among all workers there ever were.
struct WorkerToken {
  std::int64_t generation = 0;
  std::int64_t serial = 0;

  [[nodiscard]] std::int64_t value() const { return generation * 1'000'000 + serial; }
};

struct Claimed {
  ObjectId id;
  std::string way_in;
  std::string spool_path;          ///< relative to the spool
  std::vector<std::string> nodes;  ///< whose harvests it is credited to
};

/// Whether this generation still owns the data directory. A worker asks inside each of its transactions.
[[nodiscard]] bool is_current(Connection& connection, std::int64_t generation);

/// Claims up to `most` objects, oldest first, and records an attempt for each. An object that was attempted before is
/// claimed alone, so that one which kills its worker is known. Objects that killed two workers, or were attempted ten
/// times, are set aside as failed(killed_worker) instead.
std::vector<Claimed> claim(Connection& connection, WorkerToken worker, int most, Instant now,
                           std::chrono::seconds lease);

/// How the import of an object ended.
struct Ended {
  ObjectId id;
  std::string state;    ///< imported, ignored or failed
  std::string reason;   ///< closed list of intake reasons; empty for imported
  std::string message;  ///< without patient data
  std::string object_kind;
  bool file_deleted = false;  ///< the spool copy is not kept; the caller deletes it after the commit (doomed_files)
};

/// Ends a claimed object and credits the harvests that expect it.
void end(Connection& connection, const Ended& ended, Instant now);

/// Gives back what a worker had claimed. `died`: it counts as a death against each of the objects.
int give_back(Connection& connection, WorkerToken worker, bool died, Instant now);

/// Gives back everything that earlier generations had claimed; call when the data directory is taken.
int give_back_of_earlier_owners(Connection& connection, std::int64_t generation);

/// Objects that are received or claimed.
[[nodiscard]] std::int64_t open_objects(Connection& connection);

}  // namespace harvester::database::intake_queue

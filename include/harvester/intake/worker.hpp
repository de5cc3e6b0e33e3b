#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/database/data_directory.hpp"
#include "harvester/database/intake_queue.hpp"
#include "harvester/spool/file_system.hpp"

namespace harvester::intake {

/// What importing one object came to, ready to be written.
struct Imported {
  database::intake_queue::Ended ended;
  /// Writes the dose rows; may change how the object ends (a duplicate is seen only now). May be empty.
  std::function<void(database::Connection&, database::intake_queue::Ended&)> write;
};

/// Reads one spooled object, without the database: may take long, may die. The path is absolute.
using Prepare = std::function<Imported(const database::intake_queue::Claimed& object, const std::string& path)>;

struct WorkerOptions {
  database::DataPaths paths;
  database::intake_queue::WorkerToken token;
  int batch = 32;
  spool::FileSystem* files = &spool::real_file_system();
};

/// Claims a batch, prepares its objects and commits them in one transaction, in which it is checked that the owner is
/// still the owner; then deletes the spool copies that are not kept. Returns how many objects were ended; 0: nothing to
/// do. Errors are of the database.
Result<int> import_batch(database::Connection& connection, const WorkerOptions& options, const Prepare& prepare,
                         const Clock& clock);

/// The main loop of a worker process: standard input wakes it (a byte) or ends it (end of file), standard output tells
/// the pool what it did. Returns the exit code of the process. Dies with its parent.
int run_worker(const WorkerOptions& options, const Prepare& prepare, const Clock& clock);

}  // namespace harvester::intake

#pragma once

#include <map>
#include <memory>
#include <string>

#include "harvester/core/ids.hpp"
#include "harvester/core/result.hpp"
#include "harvester/simulation/archive.hpp"
#include "harvester/simulation/pacs_log.hpp"
#include "harvester/simulation/quirks.hpp"

namespace harvester::simulation {

/// Where a move destination listens.
struct Destination {
  std::string host;
  int port = 0;
};

struct PacsOptions {
  AeTitle ae_title = AeTitle::of("SIMPACS");  ///< calls itself so; is called by any title
  std::string bind = "127.0.0.1";
  int port = 0;                                     ///< 0: a free one
  std::map<std::string, Destination> destinations;  ///< by AE title; others are answered A801H
  Quirks quirks;
  std::filesystem::path log_file;  ///< empty: the log is kept in memory only
};

/// A query/retrieve SCP over an archive of synthetic studies, in this process (PS3.4 Annexes B and C): C-ECHO, C-STORE
/// into it, C-FIND, C-MOVE and C-GET in the Study Root and Patient Root models at (Patient Root only) patient, study,
/// series and image level, relational queries, C-CANCEL. Serves the demo, tests and benchmarks. Thread-safe.
class SimulatedPacs {
 public:
  /// Opens the port. `config` if it cannot be had. dicom::start_toolkit() must have run.
  static Result<std::unique_ptr<SimulatedPacs>> open(const PacsOptions& options, std::shared_ptr<Archive> archive);
  virtual ~SimulatedPacs() = default;

  [[nodiscard]] virtual int port() const = 0;
  [[nodiscard]] virtual PacsLog& log() = 0;

  /// Adds or replaces a destination, e.g. once its port is known.
  virtual void set_destination(const std::string& ae_title, const Destination& destination) = 0;
  /// From the next request on, negotiation from the next association on. max_associations and max_pdu are fixed at the
  /// opening.
  virtual void set_quirks(const Quirks& quirks) = 0;

  /// Closes the port, ends associations, joins all threads.
  virtual void stop() = 0;
};

}  // namespace harvester::simulation

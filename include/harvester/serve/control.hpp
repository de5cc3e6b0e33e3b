#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/core/result.hpp"
#include "harvester/database/data_directory.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/harvesting.hpp"
#include "harvester/serve/importing.hpp"
#include "harvester/serve/reload.hpp"
#include "harvester/serve/scheduling.hpp"
#include "harvester/serve/service_manager.hpp"
#include "harvester/serve/upkeep.hpp"

/// The control socket of a data directory: other processes hand jobs and files to the one that owns it.
///
/// The client speaks first, one line of JSON: {"schema": 1, "job": {…}}, {"schema": 1, "node_test": NAME},
/// {"schema": 1, "import": true}, {"schema": 1, "end": ID, "wish": "pause" | "cancel"}, answered by {} or an error, or
/// {"schema": 1, "quarantine": {…}}, answered by one line with how the objects ended, or an error, or
/// {"schema": 1, "stores": true}, answered by one line with what they have done, or
/// {"schema": 1, "export": {…}}, to record that patient data is exported, answered by {} or an error, or
/// {"schema": 1, "schedule": {…}}, to pause or resume one, answered by {} or an error, or to run it.
/// To a job, a run of a schedule or a test of a node the answers are its events, the last of which is `done`; a line
/// {"cancel": true} cancels it. An import is a row of files, each as pieces of a length (4 bytes, big endian) and so
/// many bytes, ended by an empty piece and answered by one line; a piece of the length FFFFFFFFH begins a line of JSON
/// instead ({"await": […]}, answered by one line). Only bytes are handed over, never paths.
namespace harvester::serve {

/// The owner's side. Thread-safe.
class ControlServer {
 public:
  /// Makes the socket (mode 0660) and serves it. `engine` and `profiles` outlive the server. `beat` is called as long
  /// as it accepts. Fails with `storage`.
  static Result<std::unique_ptr<ControlServer>> open(Engine& engine, const Profiles& profiles, Beat beat = {});

  /// stop().
  virtual ~ControlServer() = default;

  /// Takes nothing more, cancels what runs (it can be resumed), joins.
  virtual void stop() = 0;
};

/// The other side: a connection to the owner. One thread at a time. Errors: `not_found` if nobody listens, `transient`
/// if the owner ended meanwhile, `config` or `refused` as it says.
class ControlClient {
 public:
  static Result<ControlClient> connect(const database::DataPaths& paths);

  ControlClient(ControlClient&&) noexcept;
  ControlClient& operator=(ControlClient&&) noexcept;
  ~ControlClient();

  /// Runs a job over there; a stop cancels it, and its end is waited for. Returns its exit code.
  Result<int> run(const HarvestJob& job, const OnEvent& on_event, std::stop_token stop);

  /// serve::run_node_test over there, as run().
  Result<int> test_node(const std::string& node, const OnEvent& on_event, std::stop_token stop);

  /// serve::run_schedule over there, as run().
  Result<int> run_schedule(const ScheduleOrder& order, const OnEvent& on_event, std::stop_token stop);

  /// serve::pause_schedule over there.
  Status pause_schedule(const ScheduleOrder& order);

  /// Records over there that patient data is exported; `detail`: a JSON object, see audit.hpp.
  Status record_export(const std::string& detail);

  /// serve::end_harvest over there.
  Status end_harvest(HarvestId id, Wish wish);

  /// serve::work_on_quarantine over there; `cancelled` at a stop, which it does not hear of.
  Result<std::vector<ImportEnd>> work_on_quarantine(const QuarantineOrder& order, std::stop_token stop);

  /// Engine::stores() over there.
  Result<std::vector<receive::StoreStatus>> stores();

  /// Begins an import on this connection.
  Status begin_import();
  /// As the functions of importing.hpp, over there.
  Result<Taken> take(std::istream& bytes);
  Result<std::vector<ImportEnd>> await_imports(const std::vector<ObjectId>& ids);

 private:
  struct Link;
  explicit ControlClient(std::unique_ptr<Link> link);
  Status ask(const std::string& hello);
  Result<int> converse(const std::string& hello, const OnEvent& on_event, std::stop_token stop);
  std::unique_ptr<Link> link_;
};

}  // namespace harvester::serve

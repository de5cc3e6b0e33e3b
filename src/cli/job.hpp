#pragma once

#include <stop_token>
#include <string>
#include <variant>

#include "arguments.hpp"
#include "harvester/config/load.hpp"
#include "harvester/serve/control.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/harvesting.hpp"
#include "harvester/serve/node_test.hpp"

/// Work on the data directory: here, or handed to the process that holds it.
namespace harvester::cli {

/// An engine of our own, with this program as its intake worker. Errors as Engine::open().
Result<std::unique_ptr<serve::Engine>> open_engine(const config::Configuration& configuration,
                                                   const std::string& command);

/// Whoever can work on the data directory: an engine of our own, or a line to the process that holds it.
using Worker = std::variant<std::unique_ptr<serve::Engine>, serve::ControlClient>;

/// Fails as Engine::open(): with `refused` and EWOULDBLOCK where the directory is held by a process that takes no jobs.
Result<Worker> find_worker(const config::Configuration& configuration, const std::string& command);

/// Runs a job to its end, wherever; returns its exit code. Errors are printed.
int run_job(const config::Configuration& configuration, const std::string& command, const serve::HarvestJob& job,
            const serve::OnEvent& on_event, std::stop_token stop);

/// Tests a node, wherever the data directory is held; returns the exit code. Errors are printed.
int test_node(const config::Configuration& configuration, const std::string& node, const serve::OnEvent& on_event,
              std::stop_token stop);

/// The same by a worker that was found; nothing is printed.
Result<int> test_node(const config::Configuration& configuration, Worker& worker, const std::string& node,
                      const serve::OnEvent& on_event, std::stop_token stop);

/// serve::run_schedule, wherever; returns the exit code. Errors are printed.
int run_schedule(const config::Configuration& configuration, const serve::ScheduleOrder& order,
                 const serve::OnEvent& on_event, std::stop_token stop);

/// serve::pause_schedule, here or in the process that holds the data directory.
Status pause_schedule(const config::Configuration& configuration, const serve::ScheduleOrder& order);

/// Records that patient data is exported, here or in the process that holds the data directory; `detail`: a JSON
/// object.
Status record_export(const config::Configuration& configuration, const std::string& detail);

/// Pauses or cancels a harvest, here or in the process that holds the data directory.
Status end_harvest(const config::Configuration& configuration, HarvestId id, serve::Wish wish);

/// serve::work_on_quarantine, here or in the process that holds the data directory.
Result<std::vector<serve::ImportEnd>> work_on_quarantine(const config::Configuration& configuration,
                                                         const serve::QuarantineOrder& order, std::stop_token stop);

}  // namespace harvester::cli

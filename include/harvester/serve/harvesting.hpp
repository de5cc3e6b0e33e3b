#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/config/profile.hpp"
#include "harvester/harvest/harvest.hpp"
#include "harvester/serve/engine.hpp"

/// Harvests as somebody asked for them, by whichever process has the data directory open.
namespace harvester::serve {

/// New harvests, those of different nodes at once, those of one node one after the other; or, without any, harvests of
/// the ledger that are to go on.
struct HarvestJob {
  std::vector<harvest::Request> requests{};
  std::optional<HarvestId> resume{};  ///< nothing and no requests: all that were interrupted
  bool day_by_day = false;  ///< each day of a request is a harvest; those that were complete before are left out
  bool operator==(const HarvestJob&) const = default;
};

[[nodiscard]] std::string to_json(const HarvestJob& job);

/// The same without what is asked for by name: as the ledger keeps it.
[[nodiscard]] std::string ledger_json(const HarvestJob& job);

/// Fails with `config` for a text that no version of this program wrote.
Result<HarvestJob> harvest_job_from_json(const std::string& json);

/// Takes what is told of a job as it runs: one JSON object each, without line end (schema 1, see events.hpp). Called
/// from several threads, one at a time.
using OnEvent = std::function<void(const std::string&)>;

/// The days of a request as requests, in the order in which they are asked.
[[nodiscard]] std::vector<harvest::Request> days_of(const harvest::Request& request);

/// What ends a job early.
struct Stops {
  std::stop_token stop{};          ///< everything that does, `process_ends` among it
  std::stop_token process_ends{};  ///< this process ends: the next one is to go on
};

/// Runs a job to its end and returns its exit code (design: command line). `profiles` are those of this process. Never
/// throws; everything is told through `on_event`, a stop leaves what can be resumed.
int run_job(Engine& engine, const std::vector<config::Profile>& profiles, const HarvestJob& job,
            const OnEvent& on_event, const Stops& stops);

/// Pauses or cancels a harvest: one that runs ends what is under way (`cancel`: at once), one that does not is marked.
/// Fails with `not_found`, or `config` where there is nothing to end.
Status end_harvest(Engine& engine, HarvestId id, Wish wish);

/// The exit code of several: the first that applies of 130, 2, 11, 1, 4, 3, 10, 0.
[[nodiscard]] int combined_exit_code(const std::vector<int>& codes);

}  // namespace harvester::serve

#include <fmt/format.h>

#include "commands.hpp"
#include "context.hpp"
#include "date_range.hpp"
#include "event_printer.hpp"
#include "harvester/core/text.hpp"
#include "harvester/report/harvests.hpp"
#include "harvester/serve/node_setup.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

constexpr std::size_t kMostRows = 100000;

harvest::SelectionOverrides overrides_of(const SelectionOptions& options) {
  harvest::SelectionOverrides overrides;
  overrides.include_description = options.include_description;
  overrides.exclude_description = options.exclude_description;
  overrides.include_station = options.include_station;
  overrides.exclude_station = options.exclude_station;
  if (!options.station_level.empty()) overrides.station_at_study_level = options.station_level == "study";
  overrides.empty_sr_is_rdsr = options.empty_sr_is_rdsr;
  overrides.toshiba = options.toshiba;
  return overrides;
}

/// What one node is asked for.
Result<harvest::Request> request_for(const Global& global, const config::Profile& profile,
                                     const HarvestOptions& options) {
  const auto now = civil_now(profile.query.timezone);
  if (!now) return now.error().with(fmt::format("profiles/{}.yaml: query.timezone", profile.name));
  const auto range = date_range(options.dates, *now);
  if (!range) return range.error();
  if (!*range)
    return Error{ErrorKind::config, "which days? e.g. --yesterday, --last 7d, --from 2026-11-01 --until 2026-11-22"};
  const auto& asked = options.selection.sr_only ? std::vector<std::string>{"SR"} : options.modalities;
  auto modalities = serve::modalities_for(profile, asked);
  if (!modalities) return modalities.error();
  if (const auto keys = serve::not_applied(profile); !keys.empty())
    note(global, fmt::format("{}: not applied by this version: {}", profile.name, join(keys, ", ")));
  harvest::Request request;
  request.node = profile.name;
  request.modalities = *std::move(modalities);
  request.from = (*range)->from;
  request.until = (*range)->until;
  request.refetch = options.refetch;
  request.max_studies = options.max_studies;
  request.dry_run = options.dry_run;
  request.selection = overrides_of(options.selection);
  return request;
}

Result<serve::HarvestJob> job_of(const Global& global, const config::Configuration& configuration,
                                 const HarvestOptions& options) {
  const auto profiles = choose_profiles(configuration, options.nodes, options.all);
  if (!profiles) return profiles.error();
  serve::HarvestJob job;
  for (const auto* profile : *profiles) {
    auto request = request_for(global, *profile, options);
    if (!request) return request.error();
    job.requests.push_back(*std::move(request));
  }
  return job;
}

void print_query(const report::QueryView& query, const HarvestSummary& summary) {
  fmt::print("{}\n", report::render(report::candidate_table(query.candidates)));
  fmt::print("{}", report::render(report::verdict_table(summary)));
}

/// A query that was refused, capped or cut short must not pass for one that found little (G11).
void warn_if_partial(const report::QueryView& query, const HarvestSummary& summary) {
  if (summary.windows_not_verified + summary.studies_failed + summary.studies_undecided == 0) return;
  fmt::print(stderr,
             "warning: {}: this is not all: date windows not verified {}, studies not answered {}, not looked at {}"
             " (harvester harvests show {})\n",
             query.node, summary.windows_not_verified, summary.studies_failed, summary.studies_undecided,
             query.harvest.value);
}

/// What the queries of a job found, from the ledger.
int show_queries(const Global& global, const config::Configuration& configuration,
                 const std::vector<EventPrinter::Seen>& seen) {
  if (seen.empty()) return kDone;
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  std::vector<report::QueryView> queries;
  for (const auto& each : seen) {
    auto candidates = report::candidates(*database, each.id, kMostRows);
    const auto detail = report::harvest_detail(*database, each.id, 0);
    if (!candidates) return fail(candidates.error());
    if (!detail) return fail(detail.error());
    queries.push_back({each.node, each.id, each.exit_code, *std::move(candidates)});
    if (!global.json) print_query(queries.back(), detail->harvest.summary);
    warn_if_partial(queries.back(), detail->harvest.summary);
  }
  if (global.json) fmt::print("{}\n", report::queries_json(queries));
  return kDone;
}

}  // namespace

int run(const Global& global, const HarvestOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const auto job = job_of(global, *configuration, options);
  if (!job) return fail(job.error());
  const StopOnSignal stop;
  EventPrinter printer(global, options.dry_run ? EventPrinter::Results::silent : EventPrinter::Results::shown);
  const int code = run_job(
      *configuration, options.dry_run ? "query" : "harvest", *job,
      [&](const std::string& event) { printer.print(event); }, stop.token());
  printer.finish(code);
  if (!options.dry_run) return code;
  const int shown = show_queries(global, *configuration, printer.seen());
  return code == kDone ? shown : code;
}

}  // namespace harvester::cli

#include <fmt/format.h>

#include "commands.hpp"
#include "context.hpp"
#include "event_printer.hpp"
#include "harvest_request.hpp"
#include "harvester/core/text.hpp"
#include "harvester/report/harvests.hpp"
#include "harvester/serve/events.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

void print(const std::string& text) { fmt::print("{}", text); }

Status print_query(database::Connection& database, HarvestId id, const HarvestSummary& summary) {
  if (auto written = report::write_candidates(database, id, print); !written) return written;
  fmt::print("\n{}", report::render(report::verdict_table(summary)));
  return ok();
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
    const auto detail = report::harvest_detail(*database, each.id, 0);
    if (!detail) return fail(detail.error());
    queries.push_back({each.node, each.id, each.exit_code});
    const auto shown = global.json ? ok() : print_query(*database, each.id, detail->harvest.summary);
    if (!shown) return fail(shown.error());
    warn_if_partial(queries.back(), detail->harvest.summary);
  }
  if (!global.json) return kDone;
  const auto written = report::write_queries_json(*database, queries, print);
  return written ? kDone : fail(written.error());
}

void tell_lost(const Global& global, const EventPrinter::Seen& seen, const std::vector<CandidateStudyId>& lost) {
  if (global.json) return (void)fmt::print("{}\n", serve::events::lost(seen.node, seen.id, lost));
  if (lost.empty())
    return note(global,
                fmt::format("{}: everything that was harvested of these days before is still there", seen.node));
  std::vector<std::string> numbers;
  for (const auto id : lost) numbers.push_back(fmt::format("study#{}", id.value));
  fmt::print("{}: harvested before and not on the node any more: {} ({})\n", seen.node, lost.size(),
             join(numbers, ", "));
}

/// Of a reconciliation: what was harvested from the node before, and what it does not have any more. Only a node that
/// answered in full can be said to have lost something (G11).
int show_lost(const Global& global, const config::Configuration& configuration,
              const std::vector<EventPrinter::Seen>& harvests) {
  if (harvests.empty()) return kDone;
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  for (const auto& each : harvests) {
    const auto detail = report::harvest_detail(*database, each.id, 0);
    if (!detail) return fail(detail.error());
    const auto state = detail->harvest.row.state;
    const bool ended = state == HarvestState::complete || state == HarvestState::incomplete;
    if (!ended || detail->harvest.summary.windows_not_verified > 0) {
      note(global, fmt::format("{}: not answered in full: what it has lost cannot be told", each.node));
      continue;
    }
    const auto lost = report::lost_studies(*database, each.id);
    if (!lost) return fail(lost.error());
    tell_lost(global, each, *lost);
  }
  return kDone;
}

/// What a second process is told that this one does.
const char* name_of(const HarvestOptions& options) {
  if (options.dry_run) return "query";
  if (options.way == HarvestOptions::Way::day_by_day) return "backfill";
  return options.way == HarvestOptions::Way::reconcile ? "reconcile" : "harvest";
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
      *configuration, name_of(options), *job, [&](const std::string& event) { printer.print(event); }, stop.token());
  const bool compare = options.way == HarvestOptions::Way::reconcile;
  const int compared = compare ? show_lost(global, *configuration, printer.seen()) : kDone;
  printer.finish(code);
  if (!options.dry_run) return code == kDone ? compared : code;
  const int shown = show_queries(global, *configuration, printer.seen());
  return code == kDone ? shown : code;
}

}  // namespace harvester::cli

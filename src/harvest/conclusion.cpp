#include <algorithm>
#include <limits>

#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

namespace {

bool anything_open(const HarvestSummary& s) {
  return s.studies_undecided > 0 || s.windows_not_verified > 0 || s.open > 0;
}

Result<HarvestSummary> summarise(const Run& run) {
  return run.tools.writer.run([&](database::Connection& c) { return ledger::summary(c, run.id); });
}

/// Waits for the import of what arrived, as long as imports go on.
void await_imports(const Run& run, std::stop_token stop) {
  constexpr auto kLongestPause = std::chrono::minutes(10);
  auto last_end = std::chrono::steady_clock::now();
  for (auto before = std::numeric_limits<std::int64_t>::max();;) {
    const auto seen = run.tools.activity.count();
    const auto waiting =
        run.tools.writer.run([&](database::Connection& c) { return ledger::waiting_for_import(c, run.id); });
    if (!waiting || *waiting == 0 || stop.stop_requested()) return;
    const auto now = std::chrono::steady_clock::now();
    if (*waiting < std::exchange(before, *waiting)) last_end = now;
    if (now - last_end >= kLongestPause) return;
    run.tools.activity.wait_beyond(seen, now + std::chrono::seconds(1), stop);
  }
}

HarvestState end_state(const HarvestSummary& summary, const std::optional<Error>& error) {
  if (error) {
    if (error->kind == ErrorKind::cancelled && error->code == stop_code::kCancelled) return HarvestState::cancelled;
    const bool resumable =
        error->kind == ErrorKind::cancelled || error->kind == ErrorKind::transient || error->kind == ErrorKind::storage;
    return resumable ? HarvestState::interrupted : HarvestState::failed;
  }
  const bool all_imported = !summary.fetched_by_outcome.contains(to_string(ExpectedState::received));
  const bool clean = !anything_open(summary) && all_imported && summary.missing == 0 && summary.failed == 0 &&
                     summary.studies_failed == 0 && summary.not_found == 0;
  return clean ? HarvestState::complete : HarvestState::incomplete;
}

/// Days whose slices brought nothing new had been answered in full.
Status clear_doubts(const Run& run) {
  const auto days = run.caps->cleared();
  return run.tools.writer.run([&](database::Connection& c) {
    for (const auto& day : days) ledger::set_window_state(c, day.id, WindowState::verified);
  });
}

/// What is still open when a harvest ends for good gets its end in the ledger, too.
Status close_open_ends(const Run& run, const std::string& reason) {
  constexpr int kAtOnce = 200;
  for (;;) {
    const auto ended = run.tools.writer.run([&](database::Connection& c) {
      const auto open = ledger::pending_requests(c, run.id, {}, kAtOnce);
      for (const auto& request : open) ledger::end_request(c, request.id, reason, run.tools.clock.now());
      return open.size();
    });
    if (!ended) return ended.error();
    if (*ended < kAtOnce) return ok();
  }
}

/// A query that was stopped goes on where it is asked for again; nobody wants it to go on by itself.
StoppedBy stopper(const Run& run, HarvestState state, const std::optional<Error>& error) {
  if (state != HarvestState::interrupted || !error) return StoppedBy::nobody;
  if (error->kind == ErrorKind::transient) return StoppedBy::node;
  if (error->kind == ErrorKind::storage) return StoppedBy::storage;
  if (error->code == stop_code::kHours) return StoppedBy::hours;
  if (error->code == stop_code::kDuration) return StoppedBy::duration;
  const bool process_ends = !run.request.dry_run && run.tools.process_ends && run.tools.process_ends();
  return process_ends ? StoppedBy::process : StoppedBy::person;
}

}  // namespace

Outcome conclude(const Run& run, std::optional<Error> error, std::stop_token stop) {
  const bool no_room = error && error->kind == ErrorKind::storage;  // then nothing can be imported either
  if (!no_room) await_imports(run, stop);
  Outcome outcome;
  outcome.id = run.id;
  outcome.node = run.request.node;
  if (!error)
    if (const auto cleared = clear_doubts(run); !cleared) error = cleared.error();
  auto before = summarise(run);
  if (!before) error = before.error();
  outcome.state = end_state(before.value_or({}), error);
  const bool final = outcome.state == HarvestState::failed || outcome.state == HarvestState::incomplete;
  if (final && run.request.max_studies == 0) {
    const auto closed = close_open_ends(run, error && error->kind == ErrorKind::refused ? "node_refused" : "given_up");
    if (!closed && !error) error = closed.error();
  }
  const ledger::HarvestEnd end{outcome.state, error ? error->message : "", stopper(run, outcome.state, error)};
  auto ended = run.tools.writer.run([&](database::Connection& c) {
    ledger::end_harvest(c, run.id, end, run.tools.clock.now());
    return ledger::summary(c, run.id);
  });
  if (ended)
    outcome.summary = *std::move(ended);
  else if (!error)
    error = ended.error();
  outcome.error = std::move(error);
  return outcome;
}

}  // namespace harvester::harvest

#include "harvester/harvest/harvest.hpp"

#include <algorithm>
#include <limits>
#include <thread>

#include "harvester/core/log.hpp"
#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

Result<Begun> begin_or_continue(Tools& tools, const Request& request) {
  return tools.writer.run([&](database::Connection& c) {
    const auto node = ledger::node(c, request.node);
    const auto key = request_key(request);
    if (const auto unfinished = ledger::unfinished_harvest(c, node, key)) {
      ledger::reopen_harvest(c, *unfinished, tools.owner);
      ledger::set_request(c, *unfinished, to_json(request));  // the limit on studies may be another one
      return Begun{*unfinished, true};
    }
    return Begun{ledger::begin_harvest(c, {node, to_json(request), key, tools.owner, tools.clock.now()}), false};
  });
}

Result<Begun> reopen(Tools& tools, HarvestId id) {
  auto state = tools.writer.run([&](database::Connection& c) -> std::optional<HarvestState> {
    const auto row = ledger::find_harvest(c, id);
    if (!row) return std::nullopt;
    const bool has_ended = row->state != HarvestState::running && row->state != HarvestState::complete;
    if (has_ended) ledger::reopen_harvest(c, id, tools.owner);
    return row->state;
  });
  if (!state) return state.error();
  const auto number = std::to_string(id.value);
  if (!*state) return Error{ErrorKind::not_found, "there is no harvest " + number + " (harvester harvests list)"};
  if (**state == HarvestState::running) return Error{ErrorKind::config, "harvest " + number + " is running"};
  return Begun{id, **state != HarvestState::complete};
}

namespace {

/// Sleeps for the back-off between passes; false if a stop came first.
bool pause(std::chrono::milliseconds duration, std::stop_token stop) {
  Signal never;
  never.wait_beyond(0, std::chrono::steady_clock::now() + duration, stop);
  return !stop.stop_requested();
}

std::chrono::milliseconds backoff(const NodeSetup& setup, int pass) {
  return std::min(setup.backoff_max, setup.backoff * (1 << std::min(pass, 16)));
}

/// Plans the windows once; a resumed harvest has them.
Status plan(const Run& run) {
  return run.tools.writer.run([&](database::Connection& c) {
    if (ledger::has_windows(c, run.id)) return;
    const bool by_modality = run.setup.style.modality_key != query::ModalityKey::none;
    const auto modalities = by_modality ? run.request.modalities : std::vector<std::string>{""};
    for (const auto& window :
         query::plan_windows(run.request.from, run.request.until, modalities, run.setup.window_days))
      ledger::add_window(c, run.id, window);
  });
}

/// How a pass ended.
struct PassEnd {
  std::optional<Error> error;  ///< the node's latest failure, if the pass could not go on
  bool fatal = false;
  bool ever_succeeded = false;
  std::optional<Error> latest{};  ///< the latest failure, whether or not the pass went on
};

PassEnd run_pass(const Run& run, std::stop_token stop) {
  const int movers = run.request.dry_run ? 0 : std::max(1, run.setup.outstanding_moves);
  const int finders = std::max(1, run.setup.associations - movers);
  Work work(run.tools, run.id, run.request, finders);
  if (auto opened = work.open(); !opened) return {opened.error(), true, false};
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < finders; ++n) threads.emplace_back([&] { find_until_done(run, work, stop); });
    for (int n = 0; n < movers; ++n) threads.emplace_back([&] { move_until_done(run, work, stop); });
  }
  return {work.broken() ? work.last_error() : std::nullopt, work.fatal(), work.ever_succeeded(), work.last_error()};
}

bool anything_open(const HarvestSummary& s) {
  return s.studies_undecided > 0 || s.windows_not_verified > 0 || s.open > 0;
}

Result<HarvestSummary> summarise(const Run& run) {
  return run.tools.writer.run([&](database::Connection& c) { return ledger::summary(c, run.id); });
}

Result<bool> work_left(const Run& run) {
  return run.tools.writer.run([&](database::Connection& c) {
    return !ledger::pending_requests(c, run.id, {}, 1).empty() || !ledger::pending_windows(c, run.id).empty() ||
           !ledger::undecided_studies(c, run.id, {}, 1).empty();
  });
}

/// Passes over everything that is open, with a growing pause between, until nothing is left, the node fails for good
/// or nothing more may be tried. A node that was never reached is given up sooner: somebody may be waiting.
std::optional<Error> run_passes(const Run& run, std::stop_token stop) {
  constexpr auto kFirstPause = std::chrono::milliseconds(2000);
  constexpr int kFirstTries = 3;
  bool reached = false;
  for (int pass = 0;; ++pass) {
    const auto end = run_pass(run, stop);
    reached = reached || end.ever_succeeded;
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
    if (end.fatal) return end.error;
    const auto left = work_left(run);
    if (!left) return left.error();
    const int tries = reached ? run.setup.attempts : std::min(kFirstTries, run.setup.attempts);
    const bool enough = reached && run.request.max_studies > 0;
    if (!*left || enough || pass + 1 >= tries) return reached ? end.error : end.latest;
    if (!pause(reached ? backoff(run.setup, pass) : std::min(kFirstPause, run.setup.backoff), stop))
      return Error{ErrorKind::cancelled, "stopped"};
  }
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
    const bool resumable =
        error->kind == ErrorKind::cancelled || error->kind == ErrorKind::transient || error->kind == ErrorKind::storage;
    return resumable ? HarvestState::interrupted : HarvestState::failed;
  }
  const bool all_imported = !summary.fetched_by_outcome.contains(to_string(ExpectedState::received));
  const bool clean = !anything_open(summary) && all_imported && summary.missing == 0 && summary.failed == 0 &&
                     summary.studies_failed == 0;
  return clean ? HarvestState::complete : HarvestState::incomplete;
}

/// Days whose slices brought nothing new had been answered in full.
Status clear_doubts(const Run& run) {
  const auto days = run.caps->cleared();
  return run.tools.writer.run([&](database::Connection& c) {
    for (const auto& day : days) ledger::verify_window(c, day.id);
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

/// A query that somebody stopped is over: nobody wants it to go on by itself.
HarvestState state_to_keep(const Run& run, HarvestState state, const std::optional<Error>& error) {
  const bool stopped = state == HarvestState::interrupted && error && error->kind == ErrorKind::cancelled;
  return stopped && run.request.dry_run ? HarvestState::cancelled : state;
}

Outcome conclude(const Run& run, std::optional<Error> error) {
  Outcome outcome;
  outcome.id = run.id;
  outcome.node = run.request.node;
  if (!error)
    if (const auto cleared = clear_doubts(run); !cleared) error = cleared.error();
  auto before = summarise(run);
  if (!before) error = before.error();
  outcome.state = state_to_keep(run, end_state(before.value_or({}), error), error);
  const bool final = outcome.state == HarvestState::failed || outcome.state == HarvestState::incomplete;
  if (final && run.request.max_studies == 0) {
    const auto closed = close_open_ends(run, error && error->kind == ErrorKind::refused ? "node_refused" : "given_up");
    if (!closed && !error) error = closed.error();
  }
  const auto message = error ? error->message : std::string();
  auto ended = run.tools.writer.run([&](database::Connection& c) {
    ledger::end_harvest(c, run.id, outcome.state, message, run.tools.clock.now());
    return ledger::summary(c, run.id);
  });
  if (ended)
    outcome.summary = *std::move(ended);
  else if (!error)
    error = ended.error();
  outcome.error = std::move(error);
  return outcome;
}

}  // namespace

Outcome run(Tools& tools, const NodeSetup& setup, HarvestId id, std::stop_token stop) {
  const auto failed = [&](const Error& error) { return Outcome{id, "", HarvestState::failed, {}, error}; };
  auto row = tools.writer.run([&](database::Connection& c) { return ledger::find_harvest(c, id); });
  if (!row) return failed(row.error());
  if (!*row) return failed({ErrorKind::not_found, "there is no such harvest"});
  auto request = request_from_json((*row)->request);
  if (!request) return failed(request.error());
  Run run{tools,
          setup,
          *request,
          id,
          setup.rules,
          std::make_shared<dicom::Pacer>(setup.limits.requests_per_minute),
          std::make_shared<CapWatch>()};
  run.rules.modalities = {request->modalities.begin(), request->modalities.end()};
  run.rules.refetch = request->refetch;
  auto error = std::optional<Error>{};
  if (auto planned = plan(run); !planned)
    error = planned.error();
  else
    error = run_passes(run, stop);
  const bool no_room = error && error->kind == ErrorKind::storage;  // then nothing can be imported either
  if (!no_room) await_imports(run, stop);
  return conclude(run, std::move(error));
}

}  // namespace harvester::harvest

#include "harvester/harvest/harvest.hpp"

#include <algorithm>
#include <limits>

#include "harvester/core/log.hpp"
#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

namespace {

HarvestId begin(database::Connection& connection, const Tools& tools, NodeId node, const Request& request) {
  const auto id = ledger::begin_harvest(
      connection, {node, ledger_json(request), request_key(request), tools.owner, tools.clock.now()});
  for (const auto& window : named_windows(request)) ledger::add_window(connection, id, window);
  return id;
}

}  // namespace

Result<Begun> begin_or_continue(Tools& tools, const Request& request) {
  return tools.writer.run([&](database::Connection& c) {
    const auto node = ledger::node(c, request.node);
    const auto unfinished =
        request.listed > 0 ? std::nullopt : ledger::unfinished_harvest(c, node, request_key(request));
    if (!unfinished) return Begun{begin(c, tools, node, request), false};
    ledger::reopen_harvest(c, *unfinished, tools.owner);
    ledger::set_request(c, *unfinished, ledger_json(request));  // the limits may be other ones
    return Begun{*unfinished, true};
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
  auto learnt = tools.writer.run([&](database::Connection& c) { return ledger::learnt(c, request->node); });
  if (!learnt) return failed(learnt.error());
  const auto habits = habits_from_json(*learnt);
  const auto limit = setup.answer_limit > 0 ? setup.answer_limit : habits.answer_limit;
  Run run{tools,
          setup,
          *request,
          id,
          setup.rules,
          std::make_shared<dicom::Pacer>(setup.limits.requests_per_minute),
          std::make_shared<CapWatch>(limit, habits.most_answers),
          std::make_shared<HabitBook>(habits)};
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

#include "harvester/harvest/harvest.hpp"

#include <algorithm>

#include "harvester/core/log.hpp"
#include "harvester/database/ledger_carry.hpp"
#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

namespace {

/// How long studies that a harvest gave up are tried again by the following ones.
constexpr auto kRememberGivenUp = std::chrono::days(30);

HarvestId begin(database::Connection& connection, const Tools& tools, NodeId node, const Request& request) {
  const auto id = ledger::begin_harvest(
      connection, {node, ledger_json(request), request_key(request), tools.owner, tools.clock.now()});
  for (const auto& window : named_windows(request)) ledger::add_window(connection, id, window);
  if (request.listed == 0 && !request.dry_run)
    ledger::carry_over(connection, id, {request.modalities, tools.clock.now() - kRememberGivenUp});
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
          std::make_shared<HabitBook>(habits),
          std::make_shared<Fetching>(setup.method, setup.get_as_fallback)};
  run.rules.modalities = {request->modalities.begin(), request->modalities.end()};
  run.rules.refetch = request->refetch;
  auto error = std::optional<Error>{};
  if (auto planned = plan(run); !planned)
    error = planned.error();
  else
    error = run_passes(run, stop);
  return conclude(run, std::move(error), stop);
}

}  // namespace harvester::harvest

#include "harvester/serve/harvesting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/jobs.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/serve/audit.hpp"
#include "harvester/serve/events.hpp"
#include "harvester/serve/node_setup.hpp"
#include "permission.hpp"

namespace harvester::serve {

int combined_exit_code(const std::vector<int>& codes) {
  for (const int code : {130, 2, 11, 1, 4, 3, 10})
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) return code;
  return 0;
}

namespace {

/// The exit code of a harvest that could not even begin.
int exit_code_of(const Error& error) {
  harvest::Outcome outcome;
  outcome.error = error;
  return error.kind == ErrorKind::config || error.kind == ErrorKind::not_found ? 2 : harvest::exit_code(outcome);
}

/// What is told of a job, one at a time. Thread-safe.
class Teller {
 public:
  Teller(const Engine& engine, const OnEvent& on_event) : engine_(engine), on_event_(on_event) {}

  void tell(const std::string& event) {
    const std::lock_guard lock(mutex_);
    pass_on(event);
  }

  /// Some five a second are enough for anybody.
  void tell_progress(const harvest::Progress& progress) {
    constexpr std::chrono::milliseconds kApart{200};
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    auto& last = last_progress_[progress.node];
    if (now - last < kApart) return;
    last = now;
    pass_on(events::progress(progress));
  }

  /// A harvest that could not begin; returns its exit code.
  int fail(const std::string& node, const Error& error) {
    const int code = exit_code_of(error);
    tell(events::failed(node, error, code));
    return code;
  }

 private:
  void pass_on(const std::string& event) {
    engine_.tell_job_event(event);
    if (on_event_) on_event_(event);
  }

  const Engine& engine_;
  const OnEvent& on_event_;
  std::mutex mutex_;
  std::map<std::string, std::chrono::steady_clock::time_point> last_progress_;  // guarded by mutex_
};

void log_end(const harvest::Outcome& outcome, const harvest::Request& request) {
  const auto log = room_log("serve");
  const auto level = outcome.state == HarvestState::complete ? spdlog::level::info : spdlog::level::warn;
  log->log(level, "harvest {}: {}{}", to_string(outcome.state), harvest::summary_line(outcome, request),
           outcome.error ? ": " + outcome.error->message : "");
}

/// One job on its way through an engine.
class Runner {
 public:
  Runner(Engine& engine, const std::vector<config::Profile>& profiles, const OnEvent& on_event, const Stops& stops)
      : engine_(engine), profiles_(profiles), teller_(engine, on_event), stops_(stops), by_(asked_by()) {}

  int run(const HarvestJob& job) {
    if (job.resume) return go_on_with(*job.resume);
    if (job.requests.empty()) return go_on_with_all();
    std::map<std::string, std::vector<harvest::Request>> by_node;
    for (const auto& request : job.requests) by_node[request.node].push_back(request);
    std::vector<int> codes(by_node.size());
    std::vector<std::jthread> nodes;  // what is asked of different nodes waits for no other
    for (auto& [node, requests] : by_node)
      nodes.emplace_back([&, &code = codes[nodes.size()], &list = requests] {
        code = job.day_by_day ? day_by_day(list) : one_after_the_other(list);
      });
    nodes.clear();
    return combined_exit_code(codes);
  }

 private:
  using Begin = std::function<Result<harvest::Begun>(harvest::Tools&)>;

  int one_after_the_other(const std::vector<harvest::Request>& requests) {
    std::vector<int> codes;
    for (const auto& request : requests) codes.push_back(begin(request));
    return combined_exit_code(codes);
  }

  /// Each day is a harvest of its own; days that were complete before are left out. The first that does not get to its
  /// end ends the row: the next days would fare the same.
  int day_by_day(const std::vector<harvest::Request>& requests) {
    std::vector<int> codes;
    for (const auto& request : requests)
      for (const auto& day : days_of(request)) {
        if (is_complete(day)) continue;
        codes.push_back(begin(day));
        if (codes.back() != 0 && codes.back() != 3) return combined_exit_code(codes);
      }
    if (codes.empty()) teller_.tell(events::note("every day of the range is complete: nothing to do"));
    return combined_exit_code(codes);
  }

  bool is_complete(const harvest::Request& request) {
    const auto complete = engine_.writer().run([&](database::Connection& c) {
      return database::ledger::complete_harvest(c, request.node, harvest::request_key(request)).has_value();
    });
    return complete && *complete;
  }

  int begin(const harvest::Request& request) {
    return run_one(request, [&](harvest::Tools& tools) { return harvest::begin_or_continue(tools, request); });
  }

  int go_on_with(HarvestId id) {
    auto row = engine_.writer().run([&](database::Connection& c) { return database::ledger::find_harvest(c, id); });
    if (!row) return teller_.fail("", row.error());
    if (!*row)
      return teller_.fail(
          "", {ErrorKind::not_found, fmt::format("there is no harvest {} (harvester harvests list)", id.value)});
    const auto request = harvest::request_from_json((*row)->request);
    if (!request) return teller_.fail((*row)->node, request.error());
    if ((*row)->state == HarvestState::complete) {
      teller_.tell(events::note(fmt::format("harvest {} is complete: nothing to do", id.value)));
      return 0;
    }
    return run_one(*request, [&](harvest::Tools& tools) { return harvest::reopen(tools, id); });
  }

  int go_on_with_all() {
    auto rows = engine_.writer().run([](database::Connection& c) { return database::ledger::interrupted_harvests(c); });
    if (!rows) return teller_.fail("", rows.error());
    if (rows->empty()) teller_.tell(events::note("no harvest was interrupted: nothing to resume"));
    std::vector<int> codes;
    for (const auto& row : *rows) codes.push_back(go_on_with(row.id));
    return combined_exit_code(codes);
  }

  int run_one(const harvest::Request& request, const Begin& begin) {
    const auto profile = find_profile(request.node);
    if (!profile) return teller_.fail(request.node, profile.error());
    const auto setup = prepare(**profile, request);
    if (!setup) return teller_.fail(request.node, setup.error());
    const auto turn = engine_.node_turns().wait(request.node, stops_.stop);
    if (!turn || stops_.stop.stop_requested())
      return teller_.fail(request.node, {ErrorKind::cancelled, "stopped before it began"});
    auto tools = engine_.tools([this](const harvest::Progress& progress) { teller_.tell_progress(progress); });
    tools.process_ends = [this] { return stops_.process_ends.stop_requested(); };
    const auto begun = begin(tools);
    if (!begun) return teller_.fail(request.node, begun.error());
    teller_.tell(events::started(*begun, request));
    return run_begun(request, **profile, *setup, begun->id, tools);
  }

  int run_begun(const harvest::Request& request, const config::Profile& profile, const harvest::NodeSetup& setup,
                HarvestId id, harvest::Tools& tools) {
    const RunningHarvests::Entry entry(engine_.running_harvests(), id, stops_.stop);
    Permission permission(profile, engine_.clock(), request.max_duration, entry);
    tools.may_go_on = [&] { return permission.ask(); };
    const auto outcome = harvest::run(tools, setup, id, entry.stop());
    if (!has_ended(id)) engine_.running_harvests().end_later(id);
    const int code = harvest::exit_code(outcome);
    log_end(outcome, request);
    engine_.tell_harvest_end(profile, outcome, harvest::summary_line(outcome, request));
    teller_.tell(events::finished(outcome, request, code));
    return code;
  }

  /// Whether the ledger says so, too.
  bool has_ended(HarvestId id) {
    const auto row =
        engine_.writer().run([&](database::Connection& c) { return database::ledger::find_harvest(c, id); });
    return row && *row && (*row)->state != HarvestState::running;
  }

  Result<const config::Profile*> find_profile(const std::string& node) const {
    const auto profile =
        std::find_if(profiles_.begin(), profiles_.end(), [&](const auto& p) { return p.name == node; });
    if (profile != profiles_.end()) return &*profile;
    return Error{ErrorKind::config,
                 fmt::format("there is no profile for the node \"{}\" in the process that runs the harvest",
                             escaped_controls(node))};
  }

  Result<harvest::NodeSetup> prepare(const config::Profile& profile, const harvest::Request& request) {
    auto setup = node_setup(engine_.site(), profile);
    if (!setup) return setup;
    if (auto opened = engine_.open_store(profile.local.store); !opened) return opened.error();
    setup->options.on_end = recording_associations(engine_, profile.name, by_, setup->style.model);
    return harvest::overridden(*std::move(setup), request.selection);
  }

  Engine& engine_;
  const std::vector<config::Profile>& profiles_;
  Teller teller_;
  const Stops stops_;
  const std::string by_;  ///< the nodes' threads do not know it
};

const char* job_state(int code) {
  if (code == 130) return "cancelled";
  return code == 0 || code == 3 || code == 10 ? "done" : "failed";
}

}  // namespace

std::vector<harvest::Request> days_of(const harvest::Request& request) {
  std::vector<harvest::Request> days;
  for (auto date = request.from; date <= request.until; date = next_day(date)) {
    days.push_back(request);
    days.back().from = days.back().until = date;
  }
  if (request.newest_first) std::reverse(days.begin(), days.end());
  return days;
}

int run_job(Engine& engine, const std::vector<config::Profile>& profiles, const HarvestJob& job,
            const OnEvent& on_event, const Stops& stops) {
  namespace jobs = database::jobs;
  const char* kind = job.requests.empty() ? "resume" : "harvest";
  const auto who = asked_by();
  const auto row = engine.writer().run([&](database::Connection& c) {
    return jobs::begin(c, {kind, ledger_json(job), engine.owner(), engine.clock().now(), who});
  });
  const int code = row ? Runner(engine, profiles, on_event, stops).run(job) : 1;
  if (!row && on_event) on_event(events::failed("", row.error(), code));
  if (row)
    (void)engine.writer().run(
        [&](database::Connection& c) { jobs::end(c, *row, job_state(code), code, "", engine.clock().now()); });
  return code;
}

Status end_harvest(Engine& engine, HarvestId id, Wish wish) {
  const auto* act = wish == Wish::pause ? "harvest_pause" : "harvest_cancel";
  (void)record_act(engine, act, "", fmt::format(R"({{"harvest":{}}})", id.value));  // possible on a full disk, too
  if (engine.running_harvests().wish(id, wish)) return ok();
  auto row = engine.writer().run([&](database::Connection& c) { return database::ledger::find_harvest(c, id); });
  if (!row) return row.error();
  if (!*row)
    return Error{ErrorKind::not_found, fmt::format("there is no harvest {} (harvester harvests list)", id.value)};
  const auto state = (*row)->state;
  if (state != HarvestState::interrupted && state != HarvestState::incomplete)
    return Error{ErrorKind::config, fmt::format("harvest {} is {} already", id.value, to_string(state))};
  return engine.writer().run([&](database::Connection& c) {
    const bool pause = wish == Wish::pause;
    database::ledger::end_harvest(
        c, id,
        {pause ? HarvestState::interrupted : HarvestState::cancelled, pause ? "paused by hand" : "cancelled by hand",
         pause ? StoppedBy::person : StoppedBy::nobody},
        engine.clock().now());
  });
}

}  // namespace harvester::serve

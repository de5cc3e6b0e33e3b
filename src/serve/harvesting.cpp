#include "harvester/serve/harvesting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/jobs.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/serve/events.hpp"
#include "harvester/serve/node_setup.hpp"

namespace harvester::serve {

std::string to_json(const HarvestJob& job) {
  auto requests = nlohmann::json::array();
  for (const auto& request : job.requests) requests.push_back(nlohmann::json::parse(harvest::to_json(request)));
  nlohmann::json json{{"requests", std::move(requests)}};
  if (job.resume) json["resume"] = job.resume->value;
  return json.dump();
}

Result<HarvestJob> harvest_job_from_json(const std::string& json) {
  try {
    const auto values = nlohmann::json::parse(json);
    HarvestJob job;
    for (const auto& each : values.at("requests")) {
      auto request = harvest::request_from_json(each.dump());
      if (!request) return request.error();
      job.requests.push_back(*std::move(request));
    }
    if (values.contains("resume")) job.resume = HarvestId{values.at("resume").get<std::int64_t>()};
    return job;
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorKind::config, "a job that this version does not understand"};
  }
}

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

/// One job on its way through an engine.
class Runner {
 public:
  Runner(Engine& engine, const std::vector<config::Profile>& profiles, const OnEvent& on_event, std::stop_token stop)
      : engine_(engine),
        profiles_(profiles),
        on_event_(on_event),
        stop_(std::move(stop)),
        tools_(engine.tools([this](const harvest::Progress& progress) { tell_progress(progress); })) {}

  int run(const HarvestJob& job) {
    if (job.resume) return go_on_with(*job.resume);
    if (job.requests.empty()) return go_on_with_all();
    std::vector<int> codes;
    for (const auto& request : job.requests) codes.push_back(begin(request));
    return combined_exit_code(codes);
  }

 private:
  using Begin = std::function<Result<harvest::Begun>()>;

  int begin(const harvest::Request& request) {
    return run_one(request, [&] { return harvest::begin_or_continue(tools_, request); });
  }

  int go_on_with(HarvestId id) {
    auto row = engine_.writer().run([&](database::Connection& c) { return database::ledger::find_harvest(c, id); });
    if (!row) return fail("", row.error());
    if (!*row)
      return fail("",
                  {ErrorKind::not_found, fmt::format("there is no harvest {} (harvester harvests list)", id.value)});
    const auto request = harvest::request_from_json((*row)->request);
    if (!request) return fail((*row)->node, request.error());
    return run_one(*request, [&] { return harvest::reopen(tools_, id); });
  }

  int go_on_with_all() {
    auto ids = engine_.writer().run([](database::Connection& c) { return database::ledger::interrupted_harvests(c); });
    if (!ids) return fail("", ids.error());
    if (ids->empty()) tell(events::note("no harvest was interrupted: nothing to resume"));
    std::vector<int> codes;
    for (const auto id : *ids) codes.push_back(go_on_with(id));
    return combined_exit_code(codes);
  }

  int run_one(const harvest::Request& request, const Begin& begin) {
    const auto setup = prepare(request);
    if (!setup) return fail(request.node, setup.error());
    const auto turn = engine_.node_turns().wait(request.node, stop_);
    if (!turn || stop_.stop_requested()) return fail(request.node, {ErrorKind::cancelled, "stopped before it began"});
    const auto begun = begin();
    if (!begun) return fail(request.node, begun.error());
    tell(events::started(*begun, request));
    const auto outcome = harvest::run(tools_, *setup, begun->id, stop_);
    const int code = harvest::exit_code(outcome);
    log_end(outcome, request);
    tell(events::finished(outcome, request, code));
    return code;
  }

  Result<harvest::NodeSetup> prepare(const harvest::Request& request) {
    const auto profile =
        std::find_if(profiles_.begin(), profiles_.end(), [&](const auto& p) { return p.name == request.node; });
    if (profile == profiles_.end())
      return Error{ErrorKind::config,
                   fmt::format("there is no profile for the node \"{}\" in the process that runs the harvest",
                               escaped_controls(request.node))};
    auto setup = node_setup(engine_.site(), *profile);
    if (!setup) return setup;
    if (auto opened = engine_.open_store(profile->local.store); !opened) return opened.error();
    return harvest::overridden(*std::move(setup), request.selection);
  }

  static void log_end(const harvest::Outcome& outcome, const harvest::Request& request) {
    const auto log = room_log("serve");
    const auto level = outcome.state == HarvestState::complete ? spdlog::level::info : spdlog::level::warn;
    log->log(level, "harvest {}: {}{}", to_string(outcome.state), harvest::summary_line(outcome, request),
             outcome.error ? ": " + outcome.error->message : "");
  }

  int fail(const std::string& node, const Error& error) {
    const int code = exit_code_of(error);
    tell(events::failed(node, error, code));
    return code;
  }

  /// Some five a second are enough for anybody.
  void tell_progress(const harvest::Progress& progress) {
    constexpr std::chrono::milliseconds kApart{200};
    const auto now = std::chrono::steady_clock::now();
    {
      const std::lock_guard lock(mutex_);
      if (now - last_progress_ < kApart) return;
      last_progress_ = now;
    }
    tell(events::progress(progress));
  }

  void tell(const std::string& event) {
    const std::lock_guard lock(mutex_);
    if (on_event_) on_event_(event);
  }

  Engine& engine_;
  const std::vector<config::Profile>& profiles_;
  const OnEvent& on_event_;
  const std::stop_token stop_;
  harvest::Tools tools_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point last_progress_{};  // guarded by mutex_
};

const char* job_state(int code) {
  if (code == 130) return "cancelled";
  return code == 0 || code == 3 ? "done" : "failed";
}

}  // namespace

int run_job(Engine& engine, const std::vector<config::Profile>& profiles, const HarvestJob& job,
            const OnEvent& on_event, std::stop_token stop) {
  namespace jobs = database::jobs;
  const char* kind = job.requests.empty() ? "resume" : "harvest";
  const auto row = engine.writer().run([&](database::Connection& c) {
    return jobs::begin(c, {kind, to_json(job), engine.owner(), engine.clock().now()});
  });
  const int code = row ? Runner(engine, profiles, on_event, stop).run(job) : 1;
  if (!row && on_event) on_event(events::failed("", row.error(), code));
  if (row)
    (void)engine.writer().run(
        [&](database::Connection& c) { jobs::end(c, *row, job_state(code), code, "", engine.clock().now()); });
  return code;
}

}  // namespace harvester::serve

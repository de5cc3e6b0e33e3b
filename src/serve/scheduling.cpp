#include "harvester/serve/scheduling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"
#include "harvester/core/text.hpp"
#include "harvester/schedule/due.hpp"
#include "harvester/serve/audit.hpp"
#include "harvester/serve/events.hpp"
#include "harvester/serve/node_setup.hpp"

namespace harvester::serve {

namespace schedules = database::schedules;

namespace {

struct Found {
  const config::Profile* profile;
  const config::Schedule* schedule;
};

Result<Found> find(const std::vector<config::Profile>& profiles, const schedules::Key& key) {
  for (const auto& profile : profiles)
    for (const auto& schedule : profile.schedule)
      if (profile.name == key.node && schedule.name == key.name) return Found{&profile, &schedule};
  return Error{ErrorKind::not_found, fmt::format("there is no schedule {}/{} (harvester schedule list)",
                                                 escaped_controls(key.node), escaped_controls(key.name))};
}

/// The state as it is now: new schedules begin, watermarks are where the harvests brought them.
Result<ScheduleState> state_of(Engine& engine, const schedules::Key& key) {
  return engine.writer().run([&](database::Connection& c) {
    schedules::settle_watermarks(c);
    return schedules::open(c, key, engine.clock().now());
  });
}

/// A run of a schedule: what it asks for, and what is recorded of it.
struct Plan {
  HarvestJob job;
  schedules::Run record;
};

Result<Plan> plan(Engine& engine, const Found& found, const ScheduleState& state, std::optional<Instant> due) {
  const auto now = engine.clock().now();
  const auto days = schedule::days_of({*found.profile, *found.schedule}, state, due.value_or(now), now);
  if (!days) return days.error();
  auto modalities = modalities_for(*found.profile, {});
  if (!modalities) return modalities.error();
  const auto& zone = found.profile->query.timezone;
  const auto begin = schedule::instant_of({days->from, {}}, zone);
  const auto end = schedule::instant_of({next_day(days->until), {}}, zone);
  if (!begin) return begin.error();
  if (!end) return end.error();
  harvest::Request request;
  request.node = found.profile->name;
  request.modalities = *std::move(modalities);
  request.from = days->from;
  request.until = days->until;
  Plan plan{{{request}}, {due, {}, {}, std::min(now, *end), *begin}};
  if (days->sweep) plan.record.swept = now;
  return plan;
}

void record(Engine& engine, const schedules::Key& key, const schedules::Run& run) {
  const auto done = engine.writer().run([&](database::Connection& c) { schedules::record_run(c, key, run); });
  if (!done) room_log("serve")->error("schedule {}/{}: {}", key.node, key.name, done.error().message);
}

int fail(const schedules::Key& key, const Error& error, const OnEvent& on_event) {
  constexpr int kConfiguration = 2, kFailed = 1;
  const bool faulty = error.kind == ErrorKind::config || error.kind == ErrorKind::not_found;
  room_log("serve")->error("schedule {}/{}: {}", key.node, key.name, error.message);
  if (on_event) on_event(events::failed(key.node, error, faulty ? kConfiguration : kFailed));
  return faulty ? kConfiguration : kFailed;
}

/// The harvest that an event says has begun.
std::optional<HarvestId> begun_by(const std::string& event) {
  const auto words = nlohmann::json::parse(event, nullptr, false);
  if (!words.is_object() || words.value("event", "") != "started") return std::nullopt;
  return HarvestId{words.value("harvest", std::int64_t{0})};
}

}  // namespace

std::string to_json(const ScheduleOrder& order) {
  const char* act = order.act == ScheduleOrder::Act::run     ? "run"
                    : order.act == ScheduleOrder::Act::pause ? "pause"
                                                             : "resume";
  return nlohmann::json{{"act", act}, {"node", order.key.node}, {"name", order.key.name}}.dump();
}

Result<ScheduleOrder> schedule_order_from_json(const std::string& json) {
  const auto words = nlohmann::json::parse(json, nullptr, false);
  const auto act = words.is_object() ? words.value("act", "") : "";
  using Act = ScheduleOrder::Act;
  for (const auto known : {Act::run, Act::pause, Act::resume}) {
    ScheduleOrder order{known, {}};
    if (nlohmann::json::parse(to_json(order))["act"] != act) continue;
    order.key = {words.value("node", ""), words.value("name", "")};
    return order;
  }
  return Error{ErrorKind::config, "an order for a schedule that this version does not understand"};
}

int run_schedule(Engine& engine, const std::vector<config::Profile>& profiles, const schedules::Key& key,
                 std::optional<Instant> due, const OnEvent& on_event, const Stops& stops) {
  const auto found = find(profiles, key);
  if (!found) return fail(key, found.error(), on_event);
  const auto state = state_of(engine, key);
  if (!state) return fail(key, state.error(), on_event);
  const auto planned = plan(engine, *found, *state, due);
  if (!planned) return record(engine, key, {.due = due}), fail(key, planned.error(), on_event);
  bool begun = false;  // events come one at a time
  const auto tell = [&](const std::string& event) {
    if (const auto harvest = begun_by(event)) {
      auto run = planned->record;
      run.harvest = harvest;
      record(engine, key, run);
      begun = true;
    }
    if (on_event) on_event(event);
  };
  const int code = run_job(engine, profiles, planned->job, tell, stops);
  // what could not even begin is not tried again and again, unless it was only told to stop
  if (!begun && !stops.stop.stop_requested()) record(engine, key, {.due = due, .owed = planned->record.owed});
  return code;
}

Status pause_schedule(Engine& engine, const std::vector<config::Profile>& profiles, const ScheduleOrder& order) {
  const auto found = find(profiles, order.key);
  if (!found) return found.error();
  if (const auto noted = record_act(engine, "schedule", order.key.node, to_json(order)); !noted) return noted;
  return engine.writer().run([&](database::Connection& c) {
    schedules::set_paused(c, order.key, order.act == ScheduleOrder::Act::pause, engine.clock().now());
  });
}

const Scheduler::Running* Scheduler::running(const schedules::Key& key) const {
  const auto found =
      std::find_if(running_.begin(), running_.end(), [&](const auto& each) { return !each.ended && each.key == key; });
  return found != running_.end() ? &*found : nullptr;
}

void Scheduler::begin(const schedules::Key& key, Instant due, const std::stop_token& stop) {
  room_log("serve")->info("schedule {}/{}: the run of {} begins", key.node, key.name, utc_text(due));
  auto& running = running_.emplace_back();
  running.key = key;
  running.due = due;
  running.thread = std::jthread([this, &running, stop] {
    const AskedBy schedule(fmt::format("schedule {}/{}", running.key.node, running.key.name));
    (void)run_schedule(engine_, profiles_.get(), running.key, running.due, {}, {stop, stop});
    running.ended = true;
  });
}

void Scheduler::pass_over(const schedules::Key& key, Instant due, const char* why) {
  room_log("serve")->warn("schedule {}/{}: passed over: {}", key.node, key.name, why);
  record(engine_, key, {.due = due});
}

void Scheduler::look_at(const config::Profile& profile, const config::Schedule& schedule, const std::stop_token& stop) {
  if (beat_) beat_();
  const schedules::Key key{profile.name, schedule.name};
  const auto state = state_of(engine_, key);
  if (!state) return;  // the writer has told why
  const auto decision = schedule::decide({profile, schedule}, *state, engine_.clock().now());
  using Act = schedule::Decision::Act;
  if (decision.act == Act::pass_over) pass_over(key, decision.at, "too late for it (catch_up)");
  if (decision.act != Act::run) return;
  const auto* busy = running(key);
  if (busy == nullptr) return begin(key, decision.at, stop);
  if (busy->due < decision.at && schedule.overlap == config::Schedule::Overlap::skip)
    pass_over(key, decision.at, "the run before it still goes on");
}

void Scheduler::look(const std::stop_token& stop) {
  if (beat_) beat_();
  engine_.note_schedules_seen();
  running_.remove_if([](const Running& each) { return each.ended.load(); });
  for (const auto& profile : profiles_.get())
    for (const auto& schedule : profile.schedule)
      if (profile.enabled) look_at(profile, schedule, stop);
}

void Scheduler::run(const std::stop_token& stop) {
  constexpr std::chrono::seconds kLookEvery{5};
  do look(stop);
  while (pause(kLookEvery, stop));
  join();
}

}  // namespace harvester::serve

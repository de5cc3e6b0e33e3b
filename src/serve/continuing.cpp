#include "continuing.hpp"

#include <algorithm>

#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"
#include "harvester/schedule/allowed_hours.hpp"
#include "harvester/serve/audit.hpp"
#include "harvester/serve/harvesting.hpp"

namespace harvester::serve {

namespace ledger = database::ledger;

std::optional<std::chrono::seconds> pause_before_going_on(const ledger::HarvestRow& row) {
  using std::chrono::minutes;
  constexpr int kMostTries = 24;
  constexpr minutes kFirst{5}, kLongest{60};
  switch (row.stopped_by) {
    case StoppedBy::process:
    case StoppedBy::hours:
      return minutes(0);
    case StoppedBy::storage:
      return kFirst;
    case StoppedBy::node:
      if (row.continued >= kMostTries) return std::nullopt;
      return std::min(kLongest, kFirst * (1 << std::min(row.continued, 10)));
    case StoppedBy::nobody:
    case StoppedBy::person:
    case StoppedBy::duration:
      break;
  }
  return std::nullopt;
}

/// A node without a profile, or outside its hours, is not asked.
bool Continuing::may_run(const std::string& node) const {
  const auto busy = [&](const Running& each) { return each.node == node; };
  if (std::any_of(running_.begin(), running_.end(), busy)) return false;
  const auto& profiles = profiles_.get();
  const auto profile = std::find_if(profiles.begin(), profiles.end(), [&](const auto& p) { return p.name == node; });
  if (profile == profiles.end()) return false;
  const auto now = schedule::civil_at(engine_.clock().now(), profile->query.timezone);
  return now && schedule::is_allowed(profile->windows, *now);
}

bool Continuing::is_due(const ledger::HarvestRow& row) {
  const auto pause = pause_before_going_on(row);
  if (!pause) return false;
  const auto now = engine_.clock().now();
  auto& seen = seen_.emplace(std::pair(row.id, row.continued), now).first->second;
  seen = std::min(seen, now);  // where the clock was set back
  return now >= seen + *pause;
}

void Continuing::begin(const ledger::HarvestRow& row, const std::stop_token& stop) {
  const auto counted = engine_.writer().run([&](database::Connection& c) { ledger::count_continuation(c, row.id); });
  if (!counted) return;
  room_log("serve")->info("going on with harvest {} of {}", row.id.value, row.node);
  auto& running = running_.emplace_back();
  running.node = row.node;
  running.thread = std::jthread([this, &running, id = row.id, stop] {
    const AskedBy daemon("daemon");
    HarvestJob job;
    job.resume = id;
    (void)run_job(engine_, profiles_.get(), job, {}, {stop, stop});
    running.ended = true;
  });
}

/// Harvests whose end the ledger had no room for: it has, as soon as there is some again.
void Continuing::end_what_could_not() {
  const auto untold = engine_.running_harvests().untold();
  if (untold.empty()) return;
  const ledger::HarvestEnd end{HarvestState::interrupted, "the disk that holds the database was full",
                               StoppedBy::storage};
  const auto told = engine_.writer().run([&](database::Connection& c) {
    for (const auto id : untold) ledger::end_harvest(c, id, end, engine_.clock().now());
  });
  if (told) engine_.running_harvests().told(untold);
}

void Continuing::look(const std::stop_token& stop) {
  end_what_could_not();
  running_.remove_if([](const Running& each) { return each.ended.load(); });
  const auto rows = engine_.writer().run([](database::Connection& c) { return ledger::interrupted_harvests(c); });
  if (!rows) return;
  std::erase_if(seen_, [&](const auto& seen) {
    return std::none_of(rows->begin(), rows->end(), [&](const auto& row) { return row.id == seen.first.first; });
  });
  for (const auto& row : *rows)
    if (is_due(row) && may_run(row.node)) begin(row, stop);
}

void Continuing::run(const std::stop_token& stop) {
  constexpr std::chrono::seconds kLookEvery{5};
  do look(stop);
  while (pause(kLookEvery, stop));
  join();
}

}  // namespace harvester::serve

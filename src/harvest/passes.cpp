#include <algorithm>
#include <thread>

#include "harvester/core/pause.hpp"
#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

namespace {

std::chrono::milliseconds backoff(const NodeSetup& setup, int pass) {
  return std::min(setup.backoff_max, setup.backoff * (1 << std::min(pass, 16)));
}

/// How a pass ended.
struct PassEnd {
  std::optional<Error> error;  ///< the node's latest failure, if the pass could not go on
  bool fatal = false;
  bool ever_succeeded = false;
  std::optional<Error> latest{};  ///< the latest failure, whether or not the pass went on
};

/// Whether the node was out of reach at the end of a pass: what is left to do then is not given up, but waits.
bool gone(const PassEnd& end) { return end.latest && end.latest->kind == ErrorKind::transient; }

/// What the associations are used for.
struct Shares {
  int finders;
  int movers;
  int joining;  ///< so many of the finders move once there is nothing left to find
};

/// At most so many move as may; but while there is something to find, half of them find it.
Shares share_out(const Run& run) {
  if (run.request.dry_run) return {std::max(1, run.setup.associations), 0, 0};
  const int moves = std::max(1, run.setup.outstanding_moves);
  const int movers = std::clamp(run.setup.associations / 2, 1, moves);
  const int finders = std::max(1, run.setup.associations - movers);
  return {finders, movers, std::min(finders, moves - movers)};
}

PassEnd run_pass(const Run& run, std::stop_token stop) {
  const auto [finders, movers, joining] = share_out(run);
  Work work(run.tools, run.id, run.request, finders, run.setup.level == MoveLevel::study);
  if (auto opened = work.open(); !opened) return {opened.error(), true, false};
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < finders; ++n)
      threads.emplace_back([&, joins = n < joining] {
        find_until_done(run, work, stop);
        if (joins) move_until_done(run, work, stop);
      });
    for (int n = 0; n < movers; ++n) threads.emplace_back([&] { move_until_done(run, work, stop); });
  }
  return {work.broken() ? work.last_error() : std::nullopt, work.fatal(), work.ever_succeeded(), work.last_error()};
}

Result<bool> work_left(const Run& run) {
  return run.tools.writer.run_unflushed([&](database::Connection& c) {
    return !ledger::pending_requests(c, run.id, {}, 1).empty() || !ledger::pending_windows(c, run.id).empty() ||
           !ledger::undecided_studies(c, run.id, {}, 1).empty();
  });
}

/// Opens windows for what is hard to believe; true if there are any.
Result<bool> opened_doubts(const Run& run) {
  return run.tools.writer.run_unflushed([&](database::Connection& c) { return look_again(run, c); });
}

/// Somebody asked to stop; what says that nothing new may be begun knows who.
Error stopped(const Run& run) {
  const auto going = run.tools.may_go_on ? run.tools.may_go_on() : ok();
  return going || going.error().kind != ErrorKind::cancelled ? Error{ErrorKind::cancelled, "stopped"} : going.error();
}

}  // namespace

std::optional<Error> run_passes(const Run& run, std::stop_token stop) {
  constexpr auto kFirstPause = std::chrono::milliseconds(2000);
  constexpr int kFirstTries = 3;
  bool reached = false;
  for (int pass = 0;; ++pass) {
    const auto end = run_pass(run, stop);
    reached = reached || end.ever_succeeded;
    if (end.fatal) return end.error;
    if (stop.stop_requested()) return stopped(run);
    const auto left = work_left(run);
    if (!left) return left.error();
    const auto doubts = *left ? Result<bool>(false) : opened_doubts(run);
    if (!doubts) return doubts.error();
    if (*doubts) continue;
    const int tries = reached ? run.setup.attempts : std::min(kFirstTries, run.setup.attempts);
    const bool enough = reached && run.request.max_studies > 0;
    const bool used_up = pass + 1 >= tries;
    if (!*left || enough || used_up) return reached && !(*left && used_up && gone(end)) ? end.error : end.latest;
    if (!pause(reached ? backoff(run.setup, pass) : std::min(kFirstPause, run.setup.backoff), stop))
      return stopped(run);
  }
}

}  // namespace harvester::harvest

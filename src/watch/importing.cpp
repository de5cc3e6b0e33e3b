#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <thread>

#include "harvester/core/log.hpp"
#include "putting_away.hpp"
#include "work.hpp"

namespace harvester::watch {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kTakers = 4;  // side by side, so that those which wait for the disk share its flushes

}  // namespace

/// Takes what is complete, as far as imports keep up.
void Folder::Work::take_ready(const std::stop_token& stop) {
  const auto moment = std::chrono::steady_clock::now();
  if (ready_.empty() || moment < paused_until_ || safe_.size() >= options_.most_ahead) return;
  if (tools_.spool.is_full())
    return pause({ErrorKind::storage,
                  "the disk that holds the spool has less left than disk.minimum_free: free space, then it goes on",
                  ENOSPC});
  const auto most = std::min({kBatch, ready_.size(), options_.most_ahead - safe_.size()});
  const auto end = ready_.begin() + static_cast<std::ptrdiff_t>(most);
  const std::vector<Ready> batch(std::make_move_iterator(ready_.begin()), std::make_move_iterator(end));
  ready_.erase(ready_.begin(), end);
  for (const auto& each : batch) ready_paths_.erase(each.path);
  const auto attempts = take_all(batch, stop);
  for (std::size_t n = 0; n < batch.size(); ++n)
    if (attempts[n]) handle(batch[n], *attempts[n]);
}

/// What is not attempted when a stop comes is found by the next process.
std::vector<std::optional<Attempt>> Folder::Work::take_all(const std::vector<Ready>& batch,
                                                           const std::stop_token& stop) {
  std::vector<std::optional<Attempt>> attempts(batch.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t n = next++; n < batch.size() && !stop.stop_requested(); n = next++)
      attempts[n] = take_file(place_, batch[n].path, tools_.spool, batch[n].may_be_unfinished);
  };
  std::vector<std::jthread> helpers;
  for (std::size_t n = 1; n < std::min(kTakers, batch.size()); ++n) helpers.emplace_back(work);
  work();
  helpers.clear();
  return attempts;
}

void Folder::Work::handle(const Ready& ready, const Attempt& attempt) {
  using End = Attempt::End;
  const auto moment = std::chrono::steady_clock::now();
  switch (attempt.end) {
    case End::taken:
      if (full_) seen_.push_back(hash_of(ready.path));
      safe_.push_back({attempt.object.id, ready.path, attempt.read});
      ask_ = true;
      next_pause_ = kFirstPause;
      tools_.tally.update([](Counts& counts) { ++counts.taken; });
      if (tools_.tally.is_over("pause")) room_log("watch")->info("{}: goes on", options_.name);
      break;
    case End::not_dicom:
      return handle_not_dicom(ready.path, attempt);
    case End::changed:
    case End::cut_short: {
      const bool cut = attempt.end == End::cut_short;
      awaited_[ready.path] = {{attempt.read, moment, cut, cut}, moment + rules_.settle};
      next_due_ = std::min(next_due_, moment + rules_.settle);
      break;
    }
    case End::unreadable:
      tools_.tally.update([](Counts& counts) { ++counts.unreadable; });
      if (tools_.tally.is_new("unreadable"))
        room_log("watch")->warn("{}: there are files that cannot be read: are the rights as they should be?",
                                options_.name);
      break;
    case End::trouble:
      make_ready(ready);
      pause(*attempt.error);
      break;
    case End::vanished:
      break;
  }
}

/// Remembered, so that it is not read again and again.
void Folder::Work::handle_not_dicom(const std::string& path, const Attempt& attempt) {
  if (full_) seen_.push_back(hash_of(path));
  tools_.tally.update([](Counts& counts) { ++counts.not_dicom; });
  const auto put = tools_.writer.run_unflushed([&](database::Connection& connection) {
    database::watched_files::remember(connection, memory_of(place_, path, attempt.read), std::nullopt);
  });
  if (!put) pause(put.error());
}

void Folder::Work::ask_for_ends() {
  const auto count = tools_.activity.count();
  if (safe_.empty() || (!ask_ && count == activity_seen_)) return;
  activity_seen_ = count;
  ask_ = false;
  std::vector<ObjectId> ids;
  for (const auto& each : safe_) ids.push_back(each.id);
  const auto states =
      tools_.writer.run([&](database::Connection& connection) { return database::inbox::states_of(connection, ids); });
  if (!states) return pause(states.error());
  std::deque<Safe> open;
  for (std::size_t n = 0; n < states->size() && n < safe_.size(); ++n) {
    const auto& state = (*states)[n];
    if (state.state == "received" || state.state == "claimed") {
      open.push_back(std::move(safe_[n]));
      continue;
    }
    tools_.tally.update([&](Counts& counts) { ++counts.ends[state.state][state.reason]; });
    if (state.state == "failed")
      note(safe_[n].path, false);  // judged when it has settled
    else
      put_away(safe_[n].path, safe_[n].read,
               rules_.after_import == config::Watch::AfterImport::move ? Step::move : Step::remove);
  }
  safe_ = std::move(open);
}

/// After the end of its import, which is committed.
void Folder::Work::put_away(const std::string& path, const Sighting& read, Step step) {
  if (rules_.after_import == config::Watch::AfterImport::keep) return;
  auto put = step == Step::remove ? remove_file(root_.get(), path, read)
             : step == Step::move ? move_file(root_.get(), path, read, *options_.watch.move_to)
                                  : set_aside(root_.get(), path, read);
  if (!put) {
    if (tools_.tally.is_new("putting away"))
      room_log("watch")->warn("{}: {}; it is tried again at each sweep", options_.name, put.error().message);
    return;
  }
  if (*put == PutAway::not_the_same) return note(path, false);
  (void)tools_.tally.is_over("putting away");
  (void)tools_.writer.run_unflushed(
      [&](database::Connection& connection) { database::watched_files::forget(connection, place_.id, hash_of(path)); });
}

}  // namespace harvester::watch

#include <algorithm>
#include <limits>

#include "harvester/core/log.hpp"
#include "putting_away.hpp"
#include "work.hpp"

namespace harvester::watch {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAtOnce = 256;  // files that are judged together
constexpr std::size_t kMostNewFolders = 1024;
constexpr int kForgottenAtOnce = 1000;
constexpr int kRest = 20;  // times as long as a sweep took, before the next
constexpr milliseconds kLongestRest{600'000};

std::optional<Remembered> remembered_of(const std::optional<database::watched_files::Known>& known) {
  if (!known) return std::nullopt;
  using End = Remembered::End;
  Remembered remembered;
  remembered.read.size = static_cast<std::uint64_t>(known->file.size_bytes);
  remembered.read.modified = FileTime(known->file.modified_ns);
  remembered.read.inode = static_cast<std::uint64_t>(known->file.inode);
  if (!known->object)
    remembered.end = End::not_dicom;
  else if (known->state == "received" || known->state == "claimed")
    remembered.end = End::open;
  else
    remembered.end = known->state == "failed" ? End::failed : End::imported;
  return remembered;
}

}  // namespace

/// What the system tells of changes.
void Folder::Work::hear() {
  if (!changes_) return;
  using Kind = Change::Kind;
  for (const auto& change : changes_->read()) {
    if (change.kind == Kind::closed || change.kind == Kind::made) note(change.path, change.kind == Kind::closed);
    if (change.kind == Kind::folder_made && !is_unfinished_name(name_of(change.path)))
      new_folders_.push_back(change.path);
    if (change.kind == Kind::lost) {
      room_log("watch")->info("{}: more changed than could be told of; all of it is looked through", options_.name);
      sweep_asked_ = true;
    }
  }
  if (new_folders_.size() <= kMostNewFolders) return;
  new_folders_.clear();
  sweep_asked_ = true;
}

/// A file was heard of.
void Folder::Work::note(const std::string& path, bool closed) {
  if (is_unfinished_name(name_of(path))) return;
  if (awaited_.size() >= options_.most_awaited && !awaited_.contains(path)) {
    sweep_asked_ = true;
    return;
  }
  const auto folder = open_folder_of(root_.get(), path);
  const auto seen = folder ? sight(folder->get(), name_of(path), place_.inodes) : std::nullopt;
  if (!seen || seen->kind != FileKind::regular) return;
  const auto moment = std::chrono::steady_clock::now();
  auto& pending = awaited_[path];
  pending.awaited = {*seen, moment, closed, false};
  pending.due = closed ? moment : moment + rules_.settle;
  next_due_ = std::min(next_due_, pending.due);
}

bool Folder::Work::may_walk() const {
  const auto moment = std::chrono::steady_clock::now();
  if (moment < paused_until_ || ready_.size() >= kMostReady || awaited_.size() >= options_.most_awaited) return false;
  return walk_ || !new_folders_.empty() || sweep_asked_ || moment >= next_sweep_;
}

void Folder::Work::begin_walk() {
  full_ = sweep_asked_ || std::chrono::steady_clock::now() >= next_sweep_;
  std::string start;
  if (full_) {
    new_folders_.clear();
    seen_.clear();
    links_ = 0;
    sweep_asked_ = false;
  } else {
    start = std::move(new_folders_.front());
    new_folders_.pop_front();
  }
  walked_ = {};
  walk_.emplace(root_.get(), start, place_.inodes, [this](int fd, const std::string& path) { listen_in(fd, path); });
}

/// The next piece of a walk.
void Folder::Work::walk_on() {
  if (!may_walk()) return;
  const auto from = std::chrono::steady_clock::now();
  if (!walk_) begin_walk();
  std::vector<Entry> entries;
  bool ended = false;
  while (!ended && entries.size() < kAtOnce) {
    auto entry = walk_->next();
    ended = !entry;
    if (entry) entries.push_back(*std::move(entry));
  }
  if (full_)
    for (const auto& entry : entries) seen_.push_back(hash_of(entry.path));
  judge(entries);
  walked_ += std::chrono::steady_clock::now() - from;
  if (ended) end_walk();
}

void Folder::Work::end_walk() {
  const bool complete = walk_->complete();
  walk_.reset();
  if (!full_) return;
  if (complete) forget_vanished();
  std::vector<std::int64_t>().swap(seen_);
  full_ = false;
  const auto moment = std::chrono::steady_clock::now();
  const auto rest = std::min(kLongestRest, std::chrono::duration_cast<milliseconds>(walked_ * kRest));
  next_sweep_ = moment + std::max(changes_ ? options_.sweep_every : options_.look_every, rest);
  tools_.tally.update([&](Counts& counts) {
    counts.links = links_;
    ++counts.sweeps;
  });
  if (!complete && tools_.tally.is_new("folders"))
    room_log("watch")->warn("{}: not all of its folders can be read: are the rights as they should be?", options_.name);
  if (links_ > 0 && tools_.tally.is_new("links"))
    room_log("watch")->warn("{}: {} links are not followed", options_.name, links_);
}

/// Forgets the files that are no longer there. A folder with nothing in it may be one whose drive is not mounted.
void Folder::Work::forget_vanished() {
  if (seen_.empty()) return;
  std::sort(seen_.begin(), seen_.end());
  auto after = std::optional(std::numeric_limits<std::int64_t>::min());
  while (after) {
    const auto next = tools_.writer.run([&](database::Connection& connection) {
      return database::watched_files::forget_unseen(connection, place_.id, seen_, *after, kForgottenAtOnce);
    });
    if (!next) return pause(next.error());
    after = *next;
  }
}

void Folder::Work::look_at_due() {
  const auto moment = std::chrono::steady_clock::now();
  if (moment < next_due_ || moment < paused_until_ || ready_.size() >= kMostReady) return;
  std::vector<std::string> due;
  for (const auto& [path, pending] : awaited_)
    if (pending.due <= moment && due.size() < kAtOnce) due.push_back(path);
  std::vector<Entry> entries;
  for (const auto& path : due) {
    const auto folder = open_folder_of(root_.get(), path);
    const auto seen = folder ? sight(folder->get(), name_of(path), place_.inodes) : std::nullopt;
    if (seen)
      entries.push_back({path, *seen});
    else
      awaited_.erase(path);
  }
  judge(entries);
  next_due_ = Moment::max();
  for (const auto& [path, pending] : awaited_) next_due_ = std::min(next_due_, pending.due);
}

void Folder::Work::judge(const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  std::vector<std::int64_t> hashes;
  for (const auto& entry : entries) hashes.push_back(hash_of(entry.path));
  const auto known = tools_.writer.run(
      [&](database::Connection& connection) { return database::watched_files::find(connection, place_.id, hashes); });
  if (!known) {
    sweep_asked_ = true;
    return pause(known.error());
  }
  const auto at = now();
  for (std::size_t n = 0; n < entries.size(); ++n) {
    if (ready_paths_.contains(entries[n].path)) {  // it is read anyway
      awaited_.erase(entries[n].path);
      continue;
    }
    const auto found = awaited_.find(entries[n].path);
    const auto awaited = found == awaited_.end() ? std::nullopt : std::optional(found->second.awaited);
    const auto name = name_of(entries[n].path);
    apply(entries[n], decide(name, entries[n].seen, awaited, remembered_of((*known)[n]), rules_, at), (*known)[n]);
  }
}

void Folder::Work::apply(const Entry& entry, const Decision& decision, const Known& known) {
  switch (decision.step) {
    case Step::wait:
      return await_change(entry, decision.again);
    case Step::await_end:
      return await_end(entry, *known->object);
    case Step::skip:
      skip(entry);
      break;
    case Step::try_it:
    case Step::take:
      make_ready({entry.path, decision.step == Step::try_it});
      break;
    case Step::remove:
    case Step::move:
    case Step::set_aside:
      put_away(entry.path, entry.seen, decision.step);
      break;
    case Step::leave:
      break;
  }
  awaited_.erase(entry.path);
}

void Folder::Work::make_ready(const Ready& ready) {
  if (ready_paths_.insert(ready.path).second) ready_.push_back(ready);
}

void Folder::Work::skip(const Entry& entry) {
  if (entry.seen.kind == FileKind::link) ++links_;
  if (full_ && entry.seen.kind == FileKind::regular && name_of(entry.path).starts_with(kOursPrefix))
    seen_.push_back(hash_of(name_back(root_.get(), entry.path)));
}

void Folder::Work::await_change(const Entry& entry, milliseconds again) {
  const auto moment = std::chrono::steady_clock::now();
  auto& pending = awaited_[entry.path];
  if (pending.due == Moment{} || !same_content(pending.awaited.last, entry.seen))
    pending.awaited = {entry.seen, moment, false, false};
  pending.due = moment + again;
  next_due_ = std::min(next_due_, pending.due);
}

/// It is safe already, and is to go when its import has ended.
void Folder::Work::await_end(const Entry& entry, ObjectId id) {
  const auto same = [&](const Safe& each) { return each.id == id; };
  if (safe_.size() >= options_.most_ahead) return await_change(entry, milliseconds(1000));
  if (std::none_of(safe_.begin(), safe_.end(), same)) safe_.push_back({id, entry.path, entry.seen});
  awaited_.erase(entry.path);
  ask_ = true;
}

}  // namespace harvester::watch

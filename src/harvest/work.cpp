#include "work.hpp"

#include <algorithm>

namespace harvester::harvest {

namespace ledger = database::ledger;

Work::Work(Tools& tools, HarvestId harvest, const Request& request, int finders, bool whole_studies)
    : tools_(tools),
      harvest_(harvest),
      max_studies_(request.max_studies),
      whole_studies_(whole_studies),
      finders_(finders) {
  progress_.harvest = harvest;
  progress_.node = request.node;
}

Status Work::open() {
  auto reader = database::open_for_reading(tools_.paths.database());
  if (!reader) return reader.error();
  std::lock_guard lock(mutex_);
  reader_.emplace(*std::move(reader));
  if (!load_windows()) return Error{ErrorKind::storage, "the windows of the harvest cannot be read"};
  return ok();
}

bool Work::load_windows() {
  auto windows =
      database::reading(*reader_, [&](database::Connection& c) { return ledger::pending_windows(c, harvest_); });
  if (!windows) return false;
  std::erase_if(*windows, [&](const auto& stored) { return handed_out_.contains(stored.id); });
  windows_.assign(windows->begin(), windows->end());
  progress_.windows_open = static_cast<std::int64_t>(windows_.size());
  return true;
}

void Work::reload_windows() {
  std::lock_guard lock(mutex_);
  if (load_windows()) ++progress_.windows_open;  // the one that asked for it is not done yet
  tell_change();
}

/// Whether something new may be begun. What says that it may not is remembered: it ends the pass.
bool Work::may_go_on() {
  if (fatal_ || failures_ >= kFailuresInARow) return false;
  const auto going = tools_.may_go_on ? tools_.may_go_on() : ok();
  if (going) return true;
  error_ = going.error();
  fatal_ = true;
  return false;
}

/// Until something is there that was not there before. Now and then anyway: hours and pauses come without a word.
void Work::await_change(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  changed_.wait_for(lock, stop, std::chrono::seconds(1), [&, seen = changes_] { return changes_ != seen; });
}

void Work::tell_change() {
  ++changes_;
  changed_.notify_all();
}

bool Work::load_studies() {
  if (!studies_.empty()) return true;
  auto batch = database::reading(
      *reader_, [&](database::Connection& c) { return ledger::undecided_studies(c, harvest_, study_cursor_, kBatch); });
  if (!batch || batch->empty()) return false;
  study_cursor_ = batch->back().id;
  studies_.assign(batch->begin(), batch->end());
  return true;
}

bool Work::load_requests(ledger::Parked parked, RetrieveRequestId& cursor) {
  if (!requests_.empty()) return true;
  auto batch = database::reading(
      *reader_, [&](database::Connection& c) { return ledger::pending_requests(c, harvest_, cursor, kBatch, parked); });
  if (!batch || batch->empty()) return false;
  cursor = batch->back().id;
  std::erase_if(*batch, [&](const auto& request) { return parked_now_.contains(request.id); });
  requests_.assign(batch->begin(), batch->end());
  return !requests_.empty() || load_requests(parked, cursor);
}

void Work::parked(RetrieveRequestId request) {
  std::lock_guard lock(mutex_);
  parked_now_.insert(request);
}

Work::FindTask Work::next_find(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested() && may_go_on()) {
    const bool enough = max_studies_ > 0 && taken_studies_ >= max_studies_;
    if (!enough && load_studies()) {
      auto study = std::move(studies_.front());
      studies_.pop_front();
      ++finding_;
      ++taken_studies_;
      return study;
    }
    if (!enough && !windows_.empty()) {
      auto window = std::move(windows_.front());
      windows_.pop_front();
      handed_out_.insert(window.id);
      ++finding_;
      return window;
    }
    if (finding_ == 0) return {};
    await_change(lock, stop);
  }
  return {};
}

void Work::window_done() {
  std::lock_guard lock(mutex_);
  --finding_;
  --progress_.windows_open;
  tell();
  tell_change();
}

void Work::finder_ended() {
  std::lock_guard lock(mutex_);
  --finders_;
  tell_change();
}

void Work::study_done(bool decided) {
  std::lock_guard lock(mutex_);
  --finding_;
  if (decided) ++progress_.studies_decided;
  tell();
  tell_change();
}

void Work::add_windows(const std::vector<ledger::StoredWindow>& windows) {
  std::lock_guard lock(mutex_);
  windows_.insert(windows_.begin(), windows.begin(), windows.end());
  progress_.windows_open += static_cast<std::int64_t>(windows.size());
  tell_change();
}

std::optional<ledger::StoredRequest> Work::next_request(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested() && may_go_on()) {
    const bool over = finders_ == 0;  // before the look: what is decided in between is seen by the look
    const bool any = load_requests(ledger::Parked::no, request_cursor_) ||
                     (over && load_requests(ledger::Parked::yes, parked_cursor_));
    if (auto request = any ? take_request() : std::nullopt) return request;
    if (over && !any) return std::nullopt;
    await_change(lock, stop);
  }
  return std::nullopt;
}

/// The first request whose study nobody else moves whole just now.
std::optional<ledger::StoredRequest> Work::take_request() {
  const auto free = std::find_if(requests_.begin(), requests_.end(),
                                 [this](const auto& request) { return !moving_.contains(request.study); });
  if (free == requests_.end()) return std::nullopt;
  auto request = std::move(*free);
  requests_.erase(free);
  if (whole_studies_) moving_.insert(request.study);
  ++progress_.requests_planned;
  return request;
}

void Work::request_done(const StudyUid& study, bool ended) {
  std::lock_guard lock(mutex_);
  if (moving_.erase(study) > 0) tell_change();
  if (ended) ++progress_.requests_ended;
  tell();
}

void Work::succeeded() {
  std::lock_guard lock(mutex_);
  failures_ = 0;
  ever_succeeded_ = true;
  if (!fatal_) error_.reset();
}

void Work::failed(const Error& error, bool fatal) {
  std::lock_guard lock(mutex_);
  if (fatal_) return;
  ++failures_;
  fatal_ = fatal;
  error_ = error;
  tell_change();
}

bool Work::broken() const {
  std::lock_guard lock(mutex_);
  return fatal_ || failures_ >= kFailuresInARow;
}

std::optional<Error> Work::last_error() const {
  std::lock_guard lock(mutex_);
  return error_;
}

bool Work::fatal() const {
  std::lock_guard lock(mutex_);
  return fatal_;
}

bool Work::ever_succeeded() const {
  std::lock_guard lock(mutex_);
  return ever_succeeded_;
}

void Work::tell_found(std::int64_t studies) {
  std::lock_guard lock(mutex_);
  progress_.studies_found += studies;
  tell();
  if (studies > 0) tell_change();
}

void Work::tell() {
  if (tools_.on_progress) tools_.on_progress(progress_);
}

}  // namespace harvester::harvest

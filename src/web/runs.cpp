#include "runs.hpp"

#include <algorithm>

#include "harvester/core/log.hpp"
#include "harvester/serve/audit.hpp"
#include "harvester/serve/events.hpp"

namespace harvester::web {
namespace {

constexpr std::size_t kMostKept = 100, kMostRunning = 16, kMostEvents = 500;
constexpr const char* kBye = R"({"schema":1,"event":"bye"})";

}  // namespace

struct Runs::Run {
  std::int64_t id = 0;
  What what;
  Instant began{};
  std::stop_source cancel{};

  std::mutex mutex{};
  std::condition_variable changed{};
  std::deque<StreamEvent> events{};   // guarded by mutex
  std::int64_t told = 0;              // guarded by mutex
  std::set<std::int64_t> harvests{};  // guarded by mutex
  std::optional<int> exit_code{};     // guarded by mutex
  std::optional<Instant> ended{};     // guarded by mutex
  bool is_over = false;               // guarded by mutex: nothing more comes

  std::jthread thread{};

  void tell(const std::string& event) {
    const auto json = ordered_json::parse(event, nullptr, false);
    const std::lock_guard lock(mutex);
    if (json.is_object() && json.contains("harvest") && json["harvest"].is_number_integer())
      if (const auto harvest = json["harvest"].get<std::int64_t>(); harvest > 0) harvests.insert(harvest);
    if (events.size() == kMostEvents) events.pop_front();
    events.push_back({++told, event});
    changed.notify_all();
  }

  void end(int code, Instant now) {
    tell(serve::events::done(code));
    const std::lock_guard lock(mutex);
    exit_code = code;
    ended = now;
    is_over = true;
    changed.notify_all();
  }

  [[nodiscard]] bool has_ended() {
    const std::lock_guard lock(mutex);
    return is_over;
  }

  ordered_json json(bool with_events) {
    const std::lock_guard lock(mutex);
    ordered_json made{{"run", id},
                      {"kind", what.kind},
                      {"subject", what.subject},
                      {"by", what.by},
                      {"state", is_over ? "ended" : "running"},
                      {"exit_code", exit_code ? ordered_json(*exit_code) : ordered_json()},
                      {"began_at", utc_text(began)},
                      {"ended_at", ended ? ordered_json(utc_text(*ended)) : ordered_json()},
                      {"harvests", harvests}};
    if (!with_events) return made;
    made["events"] = ordered_json::array();
    for (const auto& event : events) made["events"].push_back(ordered_json::parse(event.json, nullptr, false));
    return made;
  }
};

/// Follows one run from a number on.
class Runs::Listener final : public EventStream {
 public:
  Listener(std::shared_ptr<Run> run, std::shared_ptr<void> place, std::int64_t after, std::stop_token process_ends)
      : run_(std::move(run)), place_(std::move(place)), after_(after), process_ends_(std::move(process_ends)) {}

  std::optional<std::vector<StreamEvent>> take(std::chrono::milliseconds longest) override {
    std::unique_lock lock(run_->mutex);
    const auto news = [&] { return run_->is_over || run_->told > after_ || process_ends_.stop_requested(); };
    run_->changed.wait_for(lock, longest, news);
    std::vector<StreamEvent> events;
    for (const auto& event : run_->events)
      if (*event.id > after_) events.push_back(event);
    after_ = std::max(after_, run_->told);
    if (events.empty() && run_->is_over) return std::nullopt;
    if (events.empty() && process_ends_.stop_requested()) {
      if (said_bye_) return std::nullopt;
      said_bye_ = true;
      events.push_back({{}, kBye});
    }
    return events;
  }

 private:
  const std::shared_ptr<Run> run_;
  const std::shared_ptr<void> place_;
  std::int64_t after_;
  const std::stop_token process_ends_;
  bool said_bye_ = false;
};

void Runs::forget_old() {
  for (auto each = runs_.begin(); each != runs_.end() && runs_.size() >= kMostKept;)
    each = each->second->has_ended() ? runs_.erase(each) : std::next(each);
}

Result<std::int64_t> Runs::begin(What what, Work work) {
  const std::lock_guard lock(mutex_);
  if (closed_) return Error{ErrorKind::transient, "the daemon is stopping"};
  const auto running =
      std::count_if(runs_.begin(), runs_.end(), [](const auto& each) { return !each.second->has_ended(); });
  if (static_cast<std::size_t>(running) >= kMostRunning)
    return Error{ErrorKind::transient, "too many runs at once: wait until one has ended"};
  forget_old();
  auto run = std::make_shared<Run>();
  run->id = next_++;
  run->what = std::move(what);
  run->began = clock_.now();
  runs_[run->id] = run;
  auto* raw = run.get();  // the thread is the run's own: it is joined before the run goes
  run->thread = std::jthread([this, raw, work = std::move(work)] {
    const std::stop_callback with_us(process_ends_.get_token(), [raw] { raw->cancel.request_stop(); });
    const serve::AskedBy page("page " + raw->what.by);
    int code = 1;
    try {
      code = work([raw](const std::string& event) { raw->tell(event); },
                  {raw->cancel.get_token(), process_ends_.get_token()});
    } catch (const std::exception& failure) {
      room_log("web")->error("run {}: {}", raw->id, failure.what());
    }
    raw->end(code, clock_.now());
  });
  return run->id;
}

std::vector<ordered_json> Runs::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<ordered_json> all;
  for (auto each = runs_.rbegin(); each != runs_.rend(); ++each) all.push_back(each->second->json(false));
  return all;
}

std::optional<ordered_json> Runs::find(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id);
  return found == runs_.end() ? std::nullopt : std::optional(found->second->json(true));
}

bool Runs::cancel(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id);
  if (found == runs_.end()) return false;
  found->second->cancel.request_stop();
  return true;
}

std::optional<std::shared_ptr<EventStream>> Runs::listen(std::int64_t id, std::int64_t after) {
  std::shared_ptr<Run> run;
  {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(id);
    if (found == runs_.end()) return std::nullopt;
    run = found->second;
  }
  auto place = places_.take();
  if (!place) return std::shared_ptr<EventStream>();
  return std::make_shared<Listener>(run, std::move(place), after, process_ends_.get_token());
}

void Runs::close() {
  std::map<std::int64_t, std::shared_ptr<Run>> runs;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    runs = runs_;
  }
  process_ends_.request_stop();
  for (auto& [id, run] : runs) {
    {
      const std::lock_guard lock(run->mutex);  // nobody is between looking and waiting
      run->changed.notify_all();
    }
    if (run->thread.joinable()) run->thread.join();
  }
}

}  // namespace harvester::web

#include "hub.hpp"

#include "harvester/core/clock.hpp"

namespace harvester::web {

namespace {

constexpr std::size_t kMostWaiting = 256;
constexpr const char* kBye = R"({"schema":1,"event":"bye"})";

std::optional<std::int64_t> harvest_in(const ordered_json& event) {
  const auto found = event.find("harvest");
  if (found == event.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

}  // namespace

std::shared_ptr<void> Places::take() {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->left == 0) return nullptr;
    --state_->left;
  }
  return {static_cast<void*>(state_.get()), [state = state_](void*) {
            const std::lock_guard lock(state->mutex);
            ++state->left;
            state->given_back.notify_all();
          }};
}

void Places::await_all(std::chrono::milliseconds longest) const {
  std::unique_lock lock(state_->mutex);
  state_->given_back.wait_for(lock, longest, [&] { return state_->left == state_->most; });
}

/// One listener: what it has not taken yet.
class Hub::Listener final : public EventStream {
 public:
  Listener(Hub& hub, std::shared_ptr<void> place, std::optional<std::int64_t> harvest)
      : hub_(hub), place_(std::move(place)), harvest_(harvest) {}

  ~Listener() override {
    const std::lock_guard lock(hub_.mutex_);
    hub_.listeners_.erase(this);
  }

  void give(const std::string& event, const ordered_json& json) {
    if (harvest_ && harvest_in(json) != harvest_) return;
    const auto kind = json.value("event", "");
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    if (waiting_.size() == kMostWaiting) waiting_.pop_front();
    waiting_.push_back({{}, event});
    if (harvest_ && kind == "finished") ended_ = true;
    changed_.notify_all();
  }

  void end() {
    const std::lock_guard lock(mutex_);
    if (!ended_) waiting_.push_back({{}, kBye});
    ended_ = true;
    changed_.notify_all();
  }

  std::optional<std::vector<StreamEvent>> take(std::chrono::milliseconds longest) override {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest, [&] { return ended_ || !waiting_.empty(); });
    if (ended_ && waiting_.empty()) return std::nullopt;
    std::vector<StreamEvent> events(waiting_.begin(), waiting_.end());
    waiting_.clear();
    return events;
  }

 private:
  Hub& hub_;
  const std::shared_ptr<void> place_;
  const std::optional<std::int64_t> harvest_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<StreamEvent> waiting_;  // guarded by mutex_
  bool ended_ = false;               // guarded by mutex_
};

void Hub::remember(const ordered_json& event) {
  const auto harvest = harvest_in(event);
  if (!harvest) return;
  const auto kind = event.value("event", "");
  if (kind == "finished") latest_.erase(*harvest);
  if (kind == "started" && !latest_.contains(*harvest))
    latest_[*harvest] = {{"node", event.value("node", "")},
                         {"harvest", *harvest},
                         {"windows_open", 0},
                         {"studies_found", 0},
                         {"studies_decided", 0},
                         {"requests_planned", 0},
                         {"requests_ended", 0},
                         {"at", utc_text(SystemClock().now())}};
  if (kind != "progress") return;
  auto kept = event;
  kept.erase("schema");
  kept.erase("event");
  kept["at"] = utc_text(SystemClock().now());
  latest_[*harvest] = std::move(kept);
}

void Hub::publish(const std::string& event) {
  const auto json = ordered_json::parse(event, nullptr, false);
  if (!json.is_object()) return;
  const std::lock_guard lock(mutex_);
  remember(json);
  for (auto* listener : listeners_) listener->give(event, json);
}

std::shared_ptr<EventStream> Hub::listen(std::optional<std::int64_t> harvest) {
  auto place = places_.take();
  if (!place) return nullptr;
  auto listener = std::make_shared<Listener>(*this, std::move(place), harvest);
  const std::lock_guard lock(mutex_);
  if (harvest)
    if (const auto known = latest_.find(*harvest); known != latest_.end()) {
      ordered_json first{{"schema", 1}, {"event", "progress"}};
      first.update(known->second);
      listener->give(text_of(first), first);
    }
  listeners_.insert(listener.get());
  if (closed_) listener->end();
  return listener;
}

std::vector<ordered_json> Hub::running() const {
  const std::lock_guard lock(mutex_);
  std::vector<ordered_json> all;
  for (const auto& [harvest, progress] : latest_) all.push_back(progress);
  return all;
}

std::optional<ordered_json> Hub::progress_of(std::int64_t harvest) const {
  const std::lock_guard lock(mutex_);
  const auto found = latest_.find(harvest);
  return found == latest_.end() ? std::nullopt : std::optional(found->second);
}

void Hub::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (auto* listener : listeners_) listener->end();
}

}  // namespace harvester::web

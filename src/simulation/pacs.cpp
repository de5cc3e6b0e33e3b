#include "harvester/simulation/pacs.hpp"

#include <optional>

#include "harvester/dicom/listener.hpp"
#include "session.hpp"

namespace harvester::simulation {

PacsState::PacsState(const PacsOptions& options, std::shared_ptr<Archive> archive)
    : ae_title_(options.ae_title),
      inbox_(make_storing_archive()),
      archives_(archive ? Archives{std::move(archive), inbox_} : Archives{inbox_}),
      log_(options.log_file),
      quirks_(options.quirks),
      destinations_(options.destinations) {}

PacsState::~PacsState() { stop_later(); }

Quirks PacsState::quirks() const {
  std::lock_guard lock(mutex_);
  return quirks_;
}

void PacsState::set_quirks(const Quirks& quirks) {
  std::lock_guard lock(mutex_);
  quirks_ = quirks;
  aborts_done_ = 0;
  empty_successes_done_ = 0;
}

std::optional<Destination> PacsState::destination(const std::string& ae_title) const {
  std::lock_guard lock(mutex_);
  const auto found = destinations_.find(ae_title);
  return found == destinations_.end() ? std::nullopt : std::optional(found->second);
}

void PacsState::set_destination(const std::string& ae_title, const Destination& destination) {
  std::lock_guard lock(mutex_);
  destinations_[ae_title] = destination;
}

bool PacsState::take_abort() {
  std::lock_guard lock(mutex_);
  return aborts_done_ < quirks_.aborts && ++aborts_done_ > 0;
}

bool PacsState::take_empty_success() {
  std::lock_guard lock(mutex_);
  return empty_successes_done_ < quirks_.empty_successes && ++empty_successes_done_ > 0;
}

void PacsState::run_later(std::function<void(std::stop_token)> work) {
  std::lock_guard lock(mutex_);
  later_.emplace_back(std::move(work));
}

void PacsState::stop_later() {
  std::list<std::jthread> ending;
  {
    std::lock_guard lock(mutex_);
    ending.swap(later_);
  }
  for (auto& thread : ending) thread.request_stop();
}

namespace {

class ListeningPacs final : public SimulatedPacs {
 public:
  ListeningPacs(const PacsOptions& options, std::shared_ptr<Archive> archive) : state_(options, std::move(archive)) {}
  ~ListeningPacs() override { stop(); }

  Status listen(const PacsOptions& options) {
    dicom::ListenerOptions listening;
    listening.bind = options.bind;
    listening.port = options.port;
    listening.max_associations = options.quirks.max_associations;
    const auto policy = [this](const dicom::AssociationRequest& request) {
      auto answer = dicom::negotiate({.storage = true, .query_retrieve = true}, request);
      if (state_.quirks().relational)
        for (const auto& [sop_class, wanted] : request.extended)
          if (is_relational(request, sop_class)) answer.extended[sop_class] = {1};
      return answer;
    };
    auto opened = dicom::Listener::open(listening, policy, [this](auto& association, std::stop_token token) {
      Session(state_, association, std::move(token)).run();
    });
    if (!opened) return opened.error();
    listener_ = std::move(*opened);
    return ok();
  }

  int port() const override { return listener_->port(); }
  PacsLog& log() override { return state_.log(); }
  void set_destination(const std::string& ae_title, const Destination& destination) override {
    state_.set_destination(ae_title, destination);
  }
  void set_quirks(const Quirks& quirks) override { state_.set_quirks(quirks); }

  void stop() override {
    if (listener_) listener_->stop(std::chrono::milliseconds(0));
    state_.stop_later();
  }

 private:
  PacsState state_;
  std::unique_ptr<dicom::Listener> listener_;
};

}  // namespace

Result<std::unique_ptr<SimulatedPacs>> SimulatedPacs::open(const PacsOptions& options,
                                                           std::shared_ptr<Archive> archive) {
  auto pacs = std::make_unique<ListeningPacs>(options, std::move(archive));
  if (auto opened = pacs->listen(options); !opened) return opened.error();
  return std::unique_ptr<SimulatedPacs>(std::move(pacs));
}

}  // namespace harvester::simulation

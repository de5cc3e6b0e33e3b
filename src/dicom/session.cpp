#include "harvester/dicom/session.hpp"

#include <condition_variable>

namespace harvester::dicom {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Sleeps until `when`; false if a stop came first.
bool sleep_until(SteadyClock::time_point when, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, when, [] { return false; });
  return !stop.stop_requested();
}

/// A connection that breaks within this time after a request, and before anything came, had gone stale before it.
constexpr auto kStale = std::chrono::seconds(2);

Error stopped() { return {ErrorKind::cancelled, "stopped"}; }

}  // namespace

Pacer::Pacer(int requests_per_minute)
    : spacing_(requests_per_minute > 0 ? std::chrono::nanoseconds(std::chrono::minutes(1)) / requests_per_minute
                                       : std::chrono::nanoseconds(0)) {}

bool Pacer::wait_turn(std::stop_token stop) {
  SteadyClock::time_point mine;
  {
    std::lock_guard lock(mutex_);
    mine = std::max(next_, SteadyClock::now());
    next_ = mine + spacing_;
  }
  if (mine <= SteadyClock::now()) return !stop.stop_requested();
  return sleep_until(mine, stop);
}

std::chrono::nanoseconds Pacer::pause_after(const std::string& level, std::chrono::nanoseconds took) {
  std::lock_guard lock(mutex_);
  return slow_down_.pause_after(level, took);
}

Session::Session(Peer peer, ScuOptions options, std::vector<Proposal> proposals, NodeLimits limits,
                 std::shared_ptr<Pacer> pacer)
    : peer_(std::move(peer)),
      options_(std::move(options)),
      proposals_(std::move(proposals)),
      limits_(limits),
      pacer_(std::move(pacer)) {}

Session::~Session() { close(); }

void Session::close() {
  if (!association_) return;
  association_->release();
  association_.reset();
}

Result<ScuAssociation*> Session::ready(std::stop_token stop) {
  sent_ = false;
  if (!pacer_->wait_turn(stop)) return stopped();
  const bool idle_too_long = SteadyClock::now() - last_used_ > limits_.idle_release;
  const bool used_up = limits_.operations_per_association > 0 && operations_ >= limits_.operations_per_association;
  if (association_ && (idle_too_long || used_up)) close();
  if (!association_) {
    auto opened = ScuAssociation::open(peer_, options_, proposals_);
    if (!opened) return opened.error();
    association_.emplace(*std::move(opened));
    operations_ = 0;
  }
  sent_ = true;
  return &*association_;
}

void Session::after_operation(bool good, SteadyClock::time_point began, std::stop_token stop) {
  ++operations_;
  last_used_ = SteadyClock::now();
  if (!good) association_.reset();
  const auto pause = std::chrono::duration_cast<SteadyClock::duration>((last_used_ - began) * limits_.pause_ratio);
  if (pause > SteadyClock::duration::zero()) sleep_until(last_used_ + pause, stop);
}

/// Queries at study level take as long as they have answers: how long says nothing of the node.
void Session::give_time(const std::string& level, std::chrono::nanoseconds took, std::stop_token stop) {
  if (level == "STUDY") return;
  const auto pause = pacer_->pause_after(level, took);
  if (pause > pause.zero()) sleep_until(SteadyClock::now() + pause, stop);
}

Result<FindOutcome> Session::find(Model model, const Attributes& keys, const ScuAssociation::OnMatch& on_match,
                                  std::stop_token stop) {
  bool answered = false;
  const auto counted = [&](const Attributes& match) {
    answered = true;
    return on_match(match);
  };
  for (bool first = true;; first = false) {
    const bool reused = association_.has_value();
    auto association = ready(stop);
    if (!association) return association.error();
    const auto began = SteadyClock::now();
    auto outcome = (*association)->find(model, keys, counted, stop);
    after_operation(outcome.has_value(), began, stop);
    const bool went_stale = !outcome && outcome.error().kind == ErrorKind::transient && reused && first && !answered;
    if (went_stale) continue;
    give_time(keys.text(tag::kQueryRetrieveLevel), last_used_ - began, stop);
    return outcome;
  }
}

Result<MoveOutcome> Session::move(Model model, const Attributes& keys, const AeTitle& destination,
                                  const MoveTimers& timers, const ScuAssociation::LastSign& last_sign,
                                  std::stop_token stop) {
  for (bool first = true;; first = false) {
    const bool reused = association_.has_value();
    auto association = ready(stop);
    if (!association) return association.error();
    const auto began = SteadyClock::now();
    auto outcome = (*association)->move(model, keys, destination, timers, last_sign, stop);
    after_operation(outcome.has_value(), began, stop);
    const bool something_came = last_sign && last_sign() >= began;
    const bool at_once = SteadyClock::now() - began < kStale;
    const bool went_stale =
        !outcome && outcome.error().kind == ErrorKind::transient && reused && first && at_once && !something_came;
    if (!went_stale) return outcome;
  }
}

Result<MoveOutcome> Session::get(Model model, const Attributes& keys, const MoveTimers& timers, const TakeObject& take,
                                 std::stop_token stop) {
  bool something_came = false;
  const TakeObject noted = [&](const StoreCommand& command, const ReceiveDataset& receive) {
    something_came = true;
    return take(command, receive);
  };
  for (bool first = true;; first = false) {
    const bool reused = association_.has_value();
    auto association = ready(stop);
    if (!association) return association.error();
    const auto began = SteadyClock::now();
    auto outcome = (*association)->get(model, keys, timers, noted, stop);
    after_operation(outcome.has_value(), began, stop);
    const bool at_once = SteadyClock::now() - began < kStale;
    const bool went_stale =
        !outcome && outcome.error().kind == ErrorKind::transient && reused && first && at_once && !something_came;
    if (!went_stale) return outcome;
  }
}

void Session::propose(std::vector<Proposal> proposals) {
  close();
  proposals_ = std::move(proposals);
}

Result<DimseStatus> Session::echo(std::stop_token stop) {
  auto association = ready(stop);
  if (!association) return association.error();
  const auto began = SteadyClock::now();
  auto status = (*association)->echo();
  after_operation(status.has_value(), began, stop);
  return status;
}

}  // namespace harvester::dicom

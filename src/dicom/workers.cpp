#include "workers.hpp"

#include "harvester/core/log.hpp"
#include "scp_state.hpp"

namespace harvester::dicom {

Workers::Workers(const ListenerOptions& options, NegotiationPolicy policy, Listener::Handler handler)
    : options_(options), policy_(std::move(policy)), handler_(std::move(handler)) {}

bool Workers::has_room(const std::string& peer) const {
  if (ending_ || busy_ >= options_.max_associations) return false;
  const auto open = per_peer_.find(peer);
  return options_.max_per_peer <= 0 || open == per_peer_.end() || open->second < options_.max_per_peer;
}

bool Workers::take(WholeRequest& request) {
  const std::lock_guard lock(mutex_);
  const auto& peer = request.request.peer_address;
  if (!has_room(peer)) {
    ++counts_.refused_full;
    return false;
  }
  ++busy_;
  ++per_peer_[peer];
  waiting_.push_back(std::move(request));
  if (static_cast<std::size_t>(busy_) > threads_.size()) threads_.emplace_back([this] { work(); });
  changed_.notify_one();
  return true;
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto request = std::move(waiting_.front());
    waiting_.pop_front();
    const auto peer = request.request.peer_address;
    lock.unlock();
    serve(std::move(request));
    lock.lock();
    --busy_;
    if (--per_peer_[peer] == 0) per_peer_.erase(peer);
    changed_.notify_all();
  }
}

void Workers::serve(WholeRequest request) {
  auto transport = options_.transport;
  transport.wake = {};
  transport.abort = cut_.get_token();
  auto accepted = accept_association(std::move(request), transport, options_.max_pdu, policy_);
  {
    const std::lock_guard lock(mutex_);
    if (accepted.association) ++counts_.associations;
    if (accepted.rejected) ++counts_.refused;
  }
  if (!accepted.association) return;
  try {
    handler_(*accepted.association, drain_.get_token());
  } catch (const std::exception& e) {
    room_log("dicom")->error("an association ended on an unexpected fault: {}", e.what());
  }
}

void Workers::stop(std::chrono::milliseconds grace) {
  drain_.request_stop();
  std::vector<std::thread> ending;
  {
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, grace, [&] { return busy_ == 0; });
    cut_.request_stop();
    ending.swap(threads_);
  }
  for (auto& thread : ending) thread.join();
}

ListenerCounts Workers::counts() const {
  const std::lock_guard lock(mutex_);
  auto counts = counts_;
  counts.open = busy_;
  return counts;
}

}  // namespace harvester::dicom

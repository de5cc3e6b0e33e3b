#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "harvester/dicom/listener.hpp"
#include "whole_request.hpp"

namespace harvester::dicom {

/// The threads that serve associations: as many as are needed at once, at most `max_associations`, kept for reuse.
class Workers {
 public:
  Workers(const ListenerOptions& options, NegotiationPolicy policy, Listener::Handler handler);
  ~Workers() { stop(std::chrono::milliseconds(0)); }

  /// Hands a request to a worker. False if all are busy or the peer has its share: the request is given back.
  bool take(WholeRequest& request);

  /// Asks the handlers to stop, waits for `grace`, cuts what is left, joins.
  void stop(std::chrono::milliseconds grace);

  [[nodiscard]] ListenerCounts counts() const;

 private:
  void work();
  void serve(WholeRequest request);
  bool has_room(const std::string& peer) const;  // needs mutex_

  const ListenerOptions options_;
  const NegotiationPolicy policy_;
  const Listener::Handler handler_;
  std::stop_source drain_;
  std::stop_source cut_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<WholeRequest> waiting_;     // guarded by mutex_; each has its worker
  std::map<std::string, int> per_peer_;  // guarded by mutex_
  int busy_ = 0;                         // guarded by mutex_: served or waiting
  bool ending_ = false;                  // guarded by mutex_
  ListenerCounts counts_;                // guarded by mutex_
  std::vector<std::thread> threads_;     // guarded by mutex_
};

}  // namespace harvester::dicom

#pragma once

#include <poll.h>

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "harvester/dicom/listener.hpp"
#include "sockets.hpp"
#include "tls_stream.hpp"
#include "workers.hpp"

namespace harvester::dicom {

/// One thread that accepts connections and gathers their association requests, with TLS after the handshake, without
/// waiting for any one of them. A connection costs a descriptor and at most one request's bytes, with TLS some tens of
/// kilobytes more, until its request is there in whole.
class Doorway {
 public:
  Doorway(Socket listening, const ListenerOptions& options, Workers& workers);
  ~Doorway() { stop(); }

  /// Closes the port and every connection that has no association yet; joins. Once.
  void stop();

  void add_counts(ListenerCounts& counts) const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  /// A connection before its association: it is at the TLS handshake, its request comes in, or it was refused and reads
  /// our answer.
  struct Visitor {
    Socket socket;
    std::string peer_address;
    Time until;
    std::unique_ptr<TlsStream> tls{};  // null: plain TCP
    std::vector<std::uint8_t> pdu{};
    bool greeted = false;  // the TLS handshake is over
    bool refused = false;
    short wanted = POLLIN;

    ssize_t receive(std::uint8_t* buffer, std::size_t size);
    void send(const std::vector<std::uint8_t>& bytes);
    void end_sending();
  };
  using Visitors = std::list<Visitor>;

  enum class Next { stay, leave };

  void run();
  int poll_once(std::vector<pollfd>& polled);
  void accept_all();
  void back_off(int code);
  void drop_late();
  void make_room();
  void let_in(Accepted accepted);
  Next hear(Visitor& visitor);
  Next drain(Visitor& visitor);
  Next greet(Visitor& visitor);
  Next hear_request(Visitor& visitor);
  Next whole(Visitor& visitor);
  Next dismiss(Visitor& visitor, const std::vector<std::uint8_t>& pdu);
  Next turn_away(Visitor& visitor, const std::string& why);
  Next turn_away_from_tls(Visitor& visitor);

  const ListenerOptions options_;
  Workers& workers_;
  Socket listening_;
  Socket wake_;
  Visitors visitors_;  // used by thread_ only, oldest first
  Time accept_again_{};
  Time told_{};
  std::atomic<std::uint64_t> connections_{0};
  std::atomic<std::uint64_t> broken_{0};
  std::atomic<std::uint64_t> late_{0};
  std::atomic<std::uint64_t> refused_by_tls_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace harvester::dicom

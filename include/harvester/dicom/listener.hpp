#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "harvester/core/result.hpp"
#include "harvester/dicom/negotiation.hpp"
#include "harvester/dicom/scp.hpp"
#include "harvester/dicom/tls.hpp"
#include "harvester/dicom/transport.hpp"

namespace harvester::dicom {

struct ListenerOptions {
  std::string bind = "0.0.0.0";  ///< numeric IPv4 address
  int port = 0;                  ///< 0: a free one, see Listener::port()
  int max_associations = 32;     ///< beyond it: A-ASSOCIATE-RJ 2/3/2
  int max_per_peer = 0;          ///< associations from one address; 0: no limit of its own
  int max_waiting = 256;         ///< connections whose request has not come in whole; beyond it the oldest is dropped
  std::chrono::milliseconds request_timeout{10000};  ///< for the whole A-ASSOCIATE-RQ (ARTIM, PS3.8 9.1.5), with TLS
                                                     ///< for handshake and request together
  TransportOptions transport;                        ///< of accepted associations; wake is not used
  long max_pdu = 131072;

  /// Asked for each new connection; empty: plain TCP. Never null. Called on the accepting thread: must not wait.
  std::function<std::shared_ptr<TlsServer>()> tls{};
  /// Told of a peer that the TLS handshake failed with, and why in words that go on after its name; as `tls`.
  std::function<void(const std::string& peer_address, const std::string& why)> on_tls_refusal{};
};

/// What a listener counted; a snapshot.
struct ListenerCounts {
  std::uint64_t connections = 0;      ///< accepted sockets
  std::uint64_t associations = 0;     ///< accepted associations
  std::uint64_t refused_full = 0;     ///< local limit exceeded
  std::uint64_t refused = 0;          ///< rejected by the policy
  std::uint64_t broken_requests = 0;  ///< no DICOM, lying items, closed before the end
  std::uint64_t late_requests = 0;    ///< dropped at the request time-out or for lack of room
  std::uint64_t refused_by_tls = 0;   ///< handshakes that failed: no TLS, too old, no certificate that holds
  int open = 0;                       ///< associations now
};

/// A listening socket of our own, one thread that accepts and collects association requests without ever waiting for a
/// peer, and at most `max_associations` workers. A request reaches a worker only when it is there in whole, so that
/// slow and silent clients hold up nobody. Thread-safe.
class Listener {
 public:
  /// Runs on a worker thread for each accepted association; must not throw. `stop` asks it to end soon.
  using Handler = std::function<void(ScpAssociation& association, std::stop_token stop)>;

  /// Opens the port and starts. Fails with `config` (address in use or not ours, no right to the port).
  static Result<std::unique_ptr<Listener>> open(const ListenerOptions& options, NegotiationPolicy policy,
                                                Handler handler);
  /// stop() with no grace.
  virtual ~Listener() = default;

  [[nodiscard]] virtual int port() const = 0;
  [[nodiscard]] virtual ListenerCounts counts() const = 0;

  /// Closes the port at once, asks the handlers to stop, lets them end within `grace`, then cuts what is left; joins.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace harvester::dicom

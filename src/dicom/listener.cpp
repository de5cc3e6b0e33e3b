#include "harvester/dicom/listener.hpp"

#include <fmt/format.h>

#include <cstring>

#include "doorway.hpp"
#include "harvester/core/log.hpp"
#include "sockets.hpp"
#include "workers.hpp"

namespace harvester::dicom {
namespace {

/// The doorway takes connections and requests, the workers take whole requests.
class RunningListener final : public Listener {
 public:
  RunningListener(Socket socket, const ListenerOptions& options, NegotiationPolicy policy, Handler handler)
      : port_(local_port(socket)),
        workers_(options, std::move(policy), std::move(handler)),
        doorway_(std::move(socket), options, workers_) {}

  ~RunningListener() override { end(std::chrono::milliseconds(0)); }

  [[nodiscard]] int port() const override { return port_; }

  [[nodiscard]] ListenerCounts counts() const override {
    auto counts = workers_.counts();
    doorway_.add_counts(counts);
    return counts;
  }

  void stop(std::chrono::milliseconds grace) override { end(grace); }

 private:
  void end(std::chrono::milliseconds grace) {
    doorway_.stop();
    workers_.stop(grace);
  }

  const int port_;
  Workers workers_;
  Doorway doorway_;
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const ListenerOptions& options, NegotiationPolicy policy,
                                                 Handler handler) {
  auto socket = listen_on(options.bind, options.port);
  if (!socket) return socket.error();
  return std::unique_ptr<Listener>(
      std::make_unique<RunningListener>(std::move(*socket), options, std::move(policy), std::move(handler)));
}

}  // namespace harvester::dicom

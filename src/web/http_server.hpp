#pragma once

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cstddef>

namespace harvester::web {

/// What one server may take of this machine, and one caller of the server.
struct HttpLimits {
  std::size_t threads = 40;   ///< each open connection that says something holds one; streams do so as long as they run
  std::size_t waiting = 200;  ///< connections that wait for a thread; those beyond are closed at once
  std::size_t header_bytes = 16384;
  std::size_t body_bytes = 256 * 1024;
  std::chrono::milliseconds request_time{15000};  ///< for a request to arrive, from its first byte on
  std::chrono::milliseconds idle_time{3000};      ///< between requests, while no other connection waits for the thread
  std::chrono::milliseconds write_time{10000};    ///< for a caller who does not read
};

/// httplib's server with an end to everything: a slow, silent or endless caller costs a thread for a bounded time, and
/// a stop is seen within a tenth of a second.
class HttpServer final : public httplib::Server {
 public:
  explicit HttpServer(HttpLimits limits);

  /// Ends the listener and all connections; listen_after_bind() returns once they are gone. Any thread.
  void end();
  [[nodiscard]] bool is_ending() const { return ending_.load(); }
  [[nodiscard]] const HttpLimits& limits() const { return limits_; }

  /// The connection of the request that this thread handles ends with its answer: something of the request may be left
  /// in it.
  static void close_after_answer();

  /// So many bytes of a body may be read by this thread.
  static void allow_body(std::size_t bytes);

 private:
  bool process_and_close_socket(socket_t socket) override;
  void converse(socket_t socket);

  const HttpLimits limits_;
  std::atomic<bool> ending_ = false;
  std::atomic<std::size_t> waiting_ = 0;
};

}  // namespace harvester::web

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connection.hpp"
#include "tls_stream.hpp"

namespace harvester::dicom {

/// A TLS connection that waits as its base does. The handshake is somebody else's.
class TlsConnection : public Connection {
 public:
  /// Takes socket and stream. `received` are bytes that were read from the stream before.
  TlsConnection(DcmNativeSocketType socket, const TransportOptions& options, std::unique_ptr<TlsStream> stream,
                std::vector<std::uint8_t> received)
      : Connection(socket, options, std::move(received)), stream_(std::move(stream)) {}

  void close() override;

 protected:
  ssize_t take(void* buffer, std::size_t size, short& wanted) override;
  ssize_t give(const void* buffer, std::size_t size, short& wanted) override;
  bool holds_some() override { return stream_ && stream_->holds_some(); }
  bool means_data() override;
  void end_sending() override;

  [[nodiscard]] TlsStream& stream() { return *stream_; }

 private:
  std::unique_ptr<TlsStream> stream_;  ///< null once closed
};

/// Why TLS with a peer failed, in words that go on after the peer's name.
struct TlsTrouble {
  std::string words;
  bool for_good = true;  ///< another try would fare the same
};

/// A transport layer for associations that we open with TLS; its connections wait as plain ones do. What goes wrong is
/// noted in `trouble`.
[[nodiscard]] std::shared_ptr<DcmTransportLayer> make_tls_layer(const TransportOptions& options,
                                                                std::shared_ptr<TlsClient> client,
                                                                std::chrono::milliseconds handshake_timeout,
                                                                std::shared_ptr<TlsTrouble> trouble);

}  // namespace harvester::dicom

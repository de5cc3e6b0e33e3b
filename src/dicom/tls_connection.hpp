#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "connection.hpp"
#include "harvester/dicom/tls.hpp"

namespace harvester::dicom {

class TlsClient {
 public:
  TlsClient() : layer_(NET_REQUESTOR, nullptr, OFFalse) {}

  [[nodiscard]] DcmTLSTransportLayer& layer() { return layer_; }
  [[nodiscard]] SSL_CTX* context() { return layer_.getNativeHandle(); }

  bool shows_certificate = false;

 private:
  DcmTLSTransportLayer layer_;
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

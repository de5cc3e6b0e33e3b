#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <openssl/ssl.h>

#include <memory>

#include "harvester/dicom/tls.hpp"

namespace harvester::dicom {

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using X509Ptr = std::unique_ptr<X509, FreeX509>;

/// Certificates, key, versions and ciphers for either role. Constant once it is made.
class TlsContext {
 public:
  explicit TlsContext(T_ASC_NetworkRole role) : layer_(role, nullptr, OFFalse) {}

  [[nodiscard]] DcmTLSTransportLayer& layer() { return layer_; }
  [[nodiscard]] SSL_CTX* native() { return layer_.getNativeHandle(); }

 private:
  DcmTLSTransportLayer layer_;
};

class TlsClient final : public TlsContext {
 public:
  TlsClient() : TlsContext(NET_REQUESTOR) {}

  bool shows_certificate = false;
  X509Ptr only;  ///< the one certificate that the peer may show; null: what the CA file vouches for
};

class TlsServer final : public TlsContext {
 public:
  TlsServer() : TlsContext(NET_ACCEPTOR) {}
};

}  // namespace harvester::dicom

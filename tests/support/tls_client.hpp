#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>

#include <memory>
#include <stdexcept>

#include "support/certificates.hpp"
#include "support/sockets.hpp"

namespace harvester::tests {

/// How a caller speaks TLS.
struct TlsCaller {
  const Certificate* shows = nullptr;
  int oldest = TLS1_2_VERSION;
  int newest = 0;  ///< 0: whatever there is
};

/// A TCP connection with TLS over it, for peers that misbehave inside. It believes any certificate.
class TlsClient : public RawClient {
 public:
  explicit TlsClient(int port, const TlsCaller& how = {})
      : RawClient(port), context_(SSL_CTX_new(TLS_client_method())) {
    ::signal(SIGPIPE, SIG_IGN);                     // the store may close first
    SSL_CTX_set_security_level(context_.get(), 0);  // else nothing older than TLS 1.2 is tried at all
    SSL_CTX_set_min_proto_version(context_.get(), how.oldest);
    SSL_CTX_set_max_proto_version(context_.get(), how.newest);
    if (how.shows != nullptr) {
      SSL_CTX_use_certificate_file(context_.get(), how.shows->file().c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context_.get(), how.shows->key_file().c_str(), SSL_FILETYPE_PEM);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), fd());
  }

  /// The handshake as far as it can be seen from here.
  bool shake_hands() {
    ERR_clear_error();
    return SSL_connect(ssl_.get()) == 1;
  }
  [[nodiscard]] SSL* ssl() { return ssl_.get(); }

 protected:
  ssize_t put(const std::uint8_t* bytes, std::size_t size) override {
    ERR_clear_error();
    return SSL_write(ssl_.get(), bytes, static_cast<int>(size));
  }
  ssize_t get(std::uint8_t* bytes, std::size_t size) override {
    ERR_clear_error();
    return SSL_read(ssl_.get(), bytes, static_cast<int>(size));
  }
  bool readable(std::chrono::milliseconds limit) override {
    return SSL_pending(ssl_.get()) > 0 || RawClient::readable(limit);
  }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace harvester::tests

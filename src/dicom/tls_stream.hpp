#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <limits>
#include <memory>

#include "tls_context.hpp"

namespace harvester::dicom {

/// TLS over a socket, without ever waiting: no SIGPIPE, quick acknowledgements after each reading. One thread at a
/// time.
class TlsStream {
 public:
  enum class Side { client, server };
  enum class Step { done, must_wait, ended, broken };

  /// The socket stays the caller's. What is read of it altogether is at most `most_bytes`; then it reads as broken.
  TlsStream(std::shared_ptr<TlsContext> context, int socket, Side side,
            std::size_t most_bytes = std::numeric_limits<std::size_t>::max());

  /// Goes on with the handshake; must_wait: until the socket is ready for `wanted` (POLLIN, POLLOUT).
  Step handshake(short& wanted);

  /// As recv and send of a socket that does not block: EAGAIN with `wanted`, EPROTO for all other failures.
  ssize_t read(void* buffer, std::size_t size, short& wanted);
  ssize_t write(const void* buffer, std::size_t size, short& wanted);

  /// Whether something is decrypted already, where no poll of the socket sees it.
  [[nodiscard]] bool holds_some() const { return SSL_pending(ssl_.get()) > 0; }
  /// Tells the peer that nothing more comes (close_notify), if the socket takes it at once.
  void say_end();
  /// What is read of the socket from now on is not limited.
  void lift_limit() { wire_.left = std::numeric_limits<std::size_t>::max(); }

  /// Whether the peer has sent anything at all.
  [[nodiscard]] bool heard() const { return wire_.heard; }
  /// OpenSSL's reason for the latest failure (SSL_R_…), 0 if it gave none.
  [[nodiscard]] int reason() const { return reason_; }
  /// What was found of the peer's certificate (X509_V_…).
  [[nodiscard]] long verdict() const { return SSL_get_verify_result(ssl_.get()); }

  /// The socket as OpenSSL's reader and writer see it.
  struct Wire {
    int socket;
    std::size_t left;
    bool heard = false;
  };

 private:
  Step step_of(int result, short& wanted);
  ssize_t outcome(int result, short& wanted);

  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  std::shared_ptr<TlsContext> context_;
  Side side_;
  Wire wire_;
  int reason_ = 0;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

}  // namespace harvester::dicom

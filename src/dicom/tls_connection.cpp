#include "tls_connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace harvester::dicom {
namespace {

// ── the socket as OpenSSL sees it: never waiting, no SIGPIPE, quick acknowledgements ──

int socket_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int bio_result(BIO* bio, ssize_t count, int retry) {
  BIO_clear_retry_flags(bio);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_flags(bio, retry);
  return static_cast<int>(count);
}

int bio_read(BIO* bio, char* buffer, int size) {
  const auto count = ::recv(socket_of(bio), buffer, static_cast<std::size_t>(size), MSG_DONTWAIT);
  const int on = 1;
  if (count > 0) (void)::setsockopt(socket_of(bio), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
  return bio_result(bio, count, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
}

int bio_write(BIO* bio, const char* buffer, int size) {
  const auto count = ::send(socket_of(bio), buffer, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
  return bio_result(bio, count, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

struct FreeMethod {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

BIO* socket_bio(int socket) {
  static const std::unique_ptr<BIO_METHOD, FreeMethod> kMethod = [] {
    std::unique_ptr<BIO_METHOD, FreeMethod> method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket"));
    BIO_meth_set_read(method.get(), bio_read);
    BIO_meth_set_write(method.get(), bio_write);
    BIO_meth_set_ctrl(method.get(), bio_control);
    return method;
  }();
  auto* bio = BIO_new(kMethod.get());
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  return bio;
}

// ── what went wrong, in words ──

std::string words_for_certificate(long verdict) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "its certificate has expired: its administrator has to renew it";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet: compare the clocks";
    case X509_V_ERR_CERT_REVOKED:
      return "its certificate has been revoked";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its certificate is signed by nobody whom remote.tls.ca_file vouches for (unknown CA)";
    default:
      return std::string("its certificate is not good: ") + X509_verify_cert_error_string(verdict);
  }
}

std::string words_for_alert(int reason, bool shows_certificate) {
  const std::string ask = "it asks for a certificate of ours: give remote.tls.cert_file and key";
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      return "it does not speak TLS on that port: remote.port, or remote.tls.enabled: false";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return ask;
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return shows_certificate ? "it does not accept our certificate (remote.tls.cert_file)" : ask;
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return "it has no TLS version or cipher in common with the profile (remote.tls.profile), or misses a certificate"
             " of ours";
    default:
      return {};
  }
}

/// A TLS connection that waits as its base does.
class TlsConnection final : public Connection {
 public:
  TlsConnection(DcmNativeSocketType socket, const TransportOptions& options, std::shared_ptr<TlsClient> client,
                std::chrono::milliseconds handshake_timeout, std::shared_ptr<TlsTrouble> trouble)
      : Connection(socket, options, {}),
        client_(std::move(client)),
        handshake_timeout_(handshake_timeout),
        trouble_(std::move(trouble)),
        ssl_(SSL_new(client_->context())) {
    auto* bio = socket_bio(socket);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }

  OFCondition clientSideHandshake() override {
    const auto deadline = std::chrono::steady_clock::now() + handshake_timeout_;
    for (;;) {
      ERR_clear_error();
      const int done = SSL_connect(ssl_.get());
      if (done == 1) return EC_Normal;
      short wanted = POLLIN;
      if (failed(done, wanted) != Failure::must_wait) return note_handshake(false);
      if (!wait_for(wanted, deadline)) return note_handshake(true);
    }
  }

  void close() override {
    ERR_clear_error();
    if (ssl_ && SSL_is_init_finished(ssl_.get())) (void)SSL_shutdown(ssl_.get());
    ssl_.reset();
    Connection::close();
  }

 protected:
  ssize_t take(void* buffer, std::size_t size, short& wanted) override {
    ERR_clear_error();
    const int count = SSL_read(ssl_.get(), buffer, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
    heard_ = heard_ || count > 0;
    return count > 0 ? count : outcome(count, wanted);
  }

  ssize_t give(const void* buffer, std::size_t size, short& wanted) override {
    if (size == 0 || !ssl_) return 0;
    ERR_clear_error();
    const int count = SSL_write(ssl_.get(), buffer, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
    if (count > 0) return count;
    const auto result = outcome(count, wanted);
    if (result == 0 || errno != EAGAIN) hear_last_words();
    if (result == 0) errno = EPIPE;
    return result == 0 ? -1 : result;
  }

  bool holds_some() override { return SSL_pending(ssl_.get()) > 0; }

  /// A readable socket may hold what TLS says to itself, or a part of a record.
  bool means_data() override {
    std::vector<std::uint8_t> bytes(16384);
    short wanted = POLLIN;
    const auto count = take(bytes.data(), bytes.size(), wanted);
    if (count <= 0) return count == 0 || errno != EAGAIN;
    bytes.resize(static_cast<std::size_t>(count));
    keep(std::move(bytes));
    return true;
  }

 private:
  enum class Failure { must_wait, ended, broken };

  Failure failed(int result, short& wanted) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        wanted = POLLIN;
        return Failure::must_wait;
      case SSL_ERROR_WANT_WRITE:
        wanted = POLLOUT;
        return Failure::must_wait;
      case SSL_ERROR_ZERO_RETURN:
        return Failure::ended;
      default:
        note_alert();
        return Failure::broken;
    }
  }

  ssize_t outcome(int result, short& wanted) {
    const auto failure = failed(result, wanted);
    if (failure != Failure::must_wait && !heard_) note_hang_up();
    errno = failure == Failure::must_wait ? EAGAIN : EPROTO;
    return failure == Failure::ended ? 0 : -1;
  }

  void note_alert() {
    const auto words = words_for_alert(ERR_GET_REASON(ERR_peek_error()), client_->shows_certificate);
    if (!words.empty()) *trouble_ = {words};
  }

  /// What the peer said before it closed stands unread where our message found nobody.
  void hear_last_words() {
    char byte = 0;
    ERR_clear_error();
    if (SSL_read(ssl_.get(), &byte, 1) <= 0) note_alert();
    errno = EPROTO;
  }

  /// With TLS 1.3 our side of the handshake is over before the peer has judged our certificate (RFC 8446 4.4), and its
  /// alert is lost where it closes with our first message unread.
  void note_hang_up() {
    if (!trouble_->words.empty()) return;
    *trouble_ = {client_->shows_certificate
                     ? "it hung up after the TLS handshake: perhaps it does not accept our certificate"
                       " (remote.tls.cert_file)"
                     : "it hung up after the TLS handshake: perhaps it asks for a certificate of ours"
                       " (remote.tls.cert_file and key)",
                 false};
  }

  OFCondition note_handshake(bool timed_out) {
    if (const auto verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK)
      *trouble_ = {words_for_certificate(verdict)};
    if (trouble_->words.empty())
      *trouble_ = {timed_out ? "it did not answer the TLS handshake: perhaps it speaks no TLS on that port"
                             : "it broke off the TLS handshake: perhaps it speaks no TLS on that port",
                   false};
    return makeOFCondition(OFM_dcmnet, DULC_TLSERROR, OF_error, "TLS handshake failed");
  }

  static constexpr auto kFree = [](SSL* ssl) { SSL_free(ssl); };

  std::shared_ptr<TlsClient> client_;
  std::chrono::milliseconds handshake_timeout_;
  std::shared_ptr<TlsTrouble> trouble_;
  bool heard_ = false;  ///< anything but the handshake
  std::unique_ptr<SSL, decltype(kFree)> ssl_;
};

class TlsLayer final : public DcmTransportLayer {
 public:
  TlsLayer(const TransportOptions& options, std::shared_ptr<TlsClient> client,
           std::chrono::milliseconds handshake_timeout, std::shared_ptr<TlsTrouble> trouble)
      : options_(options),
        client_(std::move(client)),
        handshake_timeout_(handshake_timeout),
        trouble_(std::move(trouble)) {}

  DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool use_secure_layer) override {
    if (!use_secure_layer) return nullptr;
    return new TlsConnection(socket, options_, client_, handshake_timeout_, trouble_);
  }

 private:
  TransportOptions options_;
  std::shared_ptr<TlsClient> client_;
  std::chrono::milliseconds handshake_timeout_;
  std::shared_ptr<TlsTrouble> trouble_;
};

}  // namespace

std::shared_ptr<DcmTransportLayer> make_tls_layer(const TransportOptions& options, std::shared_ptr<TlsClient> client,
                                                  std::chrono::milliseconds handshake_timeout,
                                                  std::shared_ptr<TlsTrouble> trouble) {
  return std::make_shared<TlsLayer>(options, std::move(client), handshake_timeout, std::move(trouble));
}

}  // namespace harvester::dicom

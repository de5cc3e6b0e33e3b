#include "tls_connection.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <poll.h>

#include <cerrno>

#include "tls_words.hpp"

namespace harvester::dicom {

void TlsConnection::close() {
  if (stream_) stream_->say_end();
  stream_.reset();
  Connection::close();
}

ssize_t TlsConnection::take(void* buffer, std::size_t size, short& wanted) {
  return stream_->read(buffer, size, wanted);
}

ssize_t TlsConnection::give(const void* buffer, std::size_t size, short& wanted) {
  return stream_ ? stream_->write(buffer, size, wanted) : 0;
}

/// A readable socket may hold what TLS says to itself, or a part of a record.
bool TlsConnection::means_data() {
  std::vector<std::uint8_t> bytes(16384);
  short wanted = POLLIN;
  const auto count = take(bytes.data(), bytes.size(), wanted);
  if (count <= 0) return count == 0 || errno != EAGAIN;
  bytes.resize(static_cast<std::size_t>(count));
  keep(std::move(bytes));
  return true;
}

void TlsConnection::end_sending() {
  if (stream_) stream_->say_end();
  Connection::end_sending();
}

namespace {

/// A TLS connection that we open; what goes wrong is noted in words.
class CallingConnection final : public TlsConnection {
 public:
  CallingConnection(DcmNativeSocketType socket, const TransportOptions& options, std::shared_ptr<TlsClient> client,
                    std::chrono::milliseconds handshake_timeout, std::shared_ptr<TlsTrouble> trouble)
      : TlsConnection(socket, options, std::make_unique<TlsStream>(client, socket, TlsStream::Side::client), {}),
        client_(std::move(client)),
        handshake_timeout_(handshake_timeout),
        trouble_(std::move(trouble)) {}

  OFCondition clientSideHandshake() override {
    const auto deadline = std::chrono::steady_clock::now() + handshake_timeout_;
    for (;;) {
      short wanted = POLLIN;
      const auto step = stream().handshake(wanted);
      if (step == TlsStream::Step::done) return EC_Normal;
      if (step != TlsStream::Step::must_wait) return note_handshake(false);
      if (!wait_for(wanted, deadline)) return note_handshake(true);
    }
  }

 protected:
  ssize_t take(void* buffer, std::size_t size, short& wanted) override {
    const auto count = TlsConnection::take(buffer, size, wanted);
    heard_ = heard_ || count > 0;
    if (count < 0 && errno != EAGAIN) note_alert();
    if (count == 0 || (count < 0 && errno != EAGAIN)) note_hang_up();
    return count;
  }

  ssize_t give(const void* buffer, std::size_t size, short& wanted) override {
    const auto count = TlsConnection::give(buffer, size, wanted);
    if (count >= 0 || errno == EAGAIN) return count;
    note_alert();
    hear_last_words();
    note_hang_up();
    return count;
  }

 private:
  void note_alert() {
    const int code = errno;
    const auto words = words_for_alert(stream().reason(), client_->shows_certificate);
    if (!words.empty()) *trouble_ = {words};
    errno = code;
  }

  /// What the peer said before it closed stands unread where our message found nobody.
  void hear_last_words() {
    const int code = errno;
    char byte = 0;
    short wanted = POLLIN;
    if (stream().read(&byte, 1, wanted) < 0 && errno != EAGAIN) note_alert();
    errno = code;
  }

  /// With TLS 1.3 our side of the handshake is over before the peer has judged our certificate (RFC 8446 4.4), and its
  /// alert is lost where it closes with our first message unread.
  void note_hang_up() {
    if (heard_ || !trouble_->words.empty()) return;
    *trouble_ = {client_->shows_certificate
                     ? "it hung up after the TLS handshake: perhaps it does not accept our certificate"
                       " (remote.tls.cert_file)"
                     : "it hung up after the TLS handshake: perhaps it asks for a certificate of ours"
                       " (remote.tls.cert_file and key)",
                 false};
  }

  OFCondition note_handshake(bool timed_out) {
    if (!timed_out) note_alert();
    if (const auto verdict = stream().verdict(); verdict != X509_V_OK) *trouble_ = {words_for_certificate(verdict)};
    if (trouble_->words.empty())
      *trouble_ = {timed_out ? "it did not answer the TLS handshake: perhaps it speaks no TLS on that port"
                             : "it broke off the TLS handshake: perhaps it speaks no TLS on that port",
                   false};
    return makeOFCondition(OFM_dcmnet, DULC_TLSERROR, OF_error, "TLS handshake failed");
  }

  std::shared_ptr<TlsClient> client_;
  std::chrono::milliseconds handshake_timeout_;
  std::shared_ptr<TlsTrouble> trouble_;
  bool heard_ = false;  ///< anything but the handshake
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
    return new CallingConnection(socket, options_, client_, handshake_timeout_, trouble_);
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

#include "tls_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace harvester::dicom {
namespace {

TlsStream::Wire& wire_of(BIO* bio) { return *static_cast<TlsStream::Wire*>(BIO_get_data(bio)); }

int bio_result(BIO* bio, ssize_t count, int retry) {
  BIO_clear_retry_flags(bio);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_flags(bio, retry);
  return static_cast<int>(count);
}

int bio_read(BIO* bio, char* buffer, int size) {
  auto& wire = wire_of(bio);
  const auto most = std::min(static_cast<std::size_t>(size), wire.left);
  if (most == 0) return bio_result(bio, 0, 0);
  const auto count = ::recv(wire.socket, buffer, most, MSG_DONTWAIT);
  const auto result = bio_result(bio, count, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
  if (count <= 0) return result;
  wire.heard = true;
  wire.left -= static_cast<std::size_t>(count);
  const int on = 1;
  (void)::setsockopt(wire.socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
  return result;
}

int bio_write(BIO* bio, const char* buffer, int size) {
  const auto count = ::send(wire_of(bio).socket, buffer, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
  return bio_result(bio, count, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

struct FreeMethod {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

BIO* wire_bio(TlsStream::Wire& wire) {
  static const std::unique_ptr<BIO_METHOD, FreeMethod> kMethod = [] {
    std::unique_ptr<BIO_METHOD, FreeMethod> method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket"));
    BIO_meth_set_read(method.get(), bio_read);
    BIO_meth_set_write(method.get(), bio_write);
    BIO_meth_set_ctrl(method.get(), bio_control);
    return method;
  }();
  auto* bio = BIO_new(kMethod.get());
  BIO_set_data(bio, &wire);
  BIO_set_init(bio, 1);
  return bio;
}

int at_most_int(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

TlsStream::TlsStream(std::shared_ptr<TlsContext> context, int socket, Side side, std::size_t most_bytes)
    : context_(std::move(context)), side_(side), wire_{socket, most_bytes}, ssl_(SSL_new(context_->native())) {
  auto* bio = wire_bio(wire_);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_mode(ssl_.get(),
               SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
}

TlsStream::Step TlsStream::handshake(short& wanted) {
  ERR_clear_error();
  const int result = side_ == Side::client ? SSL_connect(ssl_.get()) : SSL_accept(ssl_.get());
  return result == 1 ? Step::done : step_of(result, wanted);
}

ssize_t TlsStream::read(void* buffer, std::size_t size, short& wanted) {
  ERR_clear_error();
  const int count = SSL_read(ssl_.get(), buffer, at_most_int(size));
  return count > 0 ? count : outcome(count, wanted);
}

ssize_t TlsStream::write(const void* buffer, std::size_t size, short& wanted) {
  if (size == 0) return 0;
  ERR_clear_error();
  const int count = SSL_write(ssl_.get(), buffer, at_most_int(size));
  if (count > 0) return count;
  if (outcome(count, wanted) != 0) return -1;
  errno = EPIPE;
  return -1;
}

void TlsStream::say_end() {
  ERR_clear_error();
  if (SSL_is_init_finished(ssl_.get())) (void)SSL_shutdown(ssl_.get());
}

TlsStream::Step TlsStream::step_of(int result, short& wanted) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      wanted = POLLIN;
      return Step::must_wait;
    case SSL_ERROR_WANT_WRITE:
      wanted = POLLOUT;
      return Step::must_wait;
    case SSL_ERROR_ZERO_RETURN:
      return Step::ended;
    default:
      reason_ = ERR_GET_REASON(ERR_peek_error());
      return Step::broken;
  }
}

ssize_t TlsStream::outcome(int result, short& wanted) {
  const auto step = step_of(result, wanted);
  errno = step == Step::must_wait ? EAGAIN : EPROTO;
  return step == Step::ended ? 0 : -1;
}

}  // namespace harvester::dicom

#include "connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace harvester::dicom {
namespace {

constexpr std::size_t kReadAhead = 16384;
constexpr std::size_t kDataHead = 12;
constexpr std::uint8_t kDataPdu = 0x04;

int milliseconds_until(SteadyTime until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

void set_option(int socket, int option, int value) {
  (void)::setsockopt(socket, IPPROTO_TCP, option, &value, sizeof(value));
}

ssize_t fail(int code) {
  errno = code;
  return -1;
}

}  // namespace

std::vector<std::uint8_t> abort_pdu(std::uint8_t source, std::uint8_t reason) {
  return {7, 0, 0, 0, 0, 4, 0, 0, source, reason};
}

void PduMeter::consumed(const std::uint8_t* bytes, std::size_t count) {
  while (count > 0) {
    if (body_ > 0) {
      const auto part = std::min<std::uint64_t>(body_, count);
      body_ -= part;
      bytes += part;
      count -= static_cast<std::size_t>(part);
      continue;
    }
    if (head_ == 0) length_ = 0;
    if (head_ >= 2) length_ = (length_ << 8) | *bytes;
    ++bytes;
    --count;
    if (++head_ == 6) {
      head_ = 0;
      body_ = length_;
    }
  }
}

Connection::Connection(DcmNativeSocketType socket, const TransportOptions& options, std::vector<std::uint8_t> received)
    : DcmTCPConnection(socket), options_(options), ahead_(std::move(received)) {
  wake_fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  set_option(socket, TCP_NODELAY, 1);
  set_option(socket, TCP_QUICKACK, 1);
  if (options_.wake.stop_possible()) on_wake_.emplace(options_.wake, [this] { interrupt(); });
  if (options_.abort.stop_possible()) on_abort_.emplace(options_.abort, [this] { interrupt(); });
}

Connection::~Connection() {
  on_wake_.reset();
  on_abort_.reset();
  if (wake_fd_ >= 0) ::close(wake_fd_);
}

void Connection::interrupt() {
  const std::uint64_t one = 1;
  (void)!::write(wake_fd_, &one, sizeof(one));
}

void Connection::drain_wake() {
  std::uint64_t count = 0;
  (void)!::read(wake_fd_, &count, sizeof(count));
}

Connection::Waited Connection::wait(SteadyTime until) {
  if (ahead_begin_ < ahead_.size() || holds_some()) return Waited::data;
  for (;;) {
    if (options_.abort.stop_requested() || std::exchange(woken_, false)) return Waited::interrupted;
    pollfd polled[] = {{getSocket(), POLLIN, 0}, {wake_fd_, POLLIN, 0}};
    const int found = ::poll(polled, 2, milliseconds_until(until));
    if (found < 0 && errno != EINTR) return Waited::data;  // the read will tell
    if (found > 0 && polled[0].revents != 0 && means_data()) return Waited::data;
    if (found > 0 && polled[1].revents != 0) {
      drain_wake();
      woken_ = true;
    } else if (std::chrono::steady_clock::now() >= until) {
      return Waited::nothing;
    }
  }
}

OFBool Connection::networkDataAvailable(int timeout_seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(std::max(0, timeout_seconds));
  return wait(until) == Waited::data;
}

/// Waits inside a message: a wake-up is kept for later, only an abort ends it.
bool Connection::wait_for(short events, SteadyTime until) {
  for (;;) {
    if (options_.abort.stop_requested()) return fail(ECONNABORTED) == 0;
    pollfd polled[] = {{getSocket(), events, 0}, {wake_fd_, POLLIN, 0}};
    const int found = ::poll(polled, 2, milliseconds_until(until));
    if (found < 0 && errno != EINTR) return false;
    if (found > 0 && polled[1].revents != 0) {
      drain_wake();
      woken_ = true;
    }
    if (found > 0 && polled[0].revents != 0) return true;
    if (std::chrono::steady_clock::now() >= until) return fail(ETIMEDOUT) == 0;
  }
}

SteadyTime Connection::read_deadline() {
  if (pdu_deadline_) return *pdu_deadline_;
  return std::chrono::steady_clock::now() + options_.pdu_timeout;
}

ssize_t Connection::take(void* buffer, std::size_t size, short& wanted) {
  wanted = POLLIN;
  const auto count = ::recv(getSocket(), buffer, size, MSG_DONTWAIT);
  if (count > 0) set_option(getSocket(), TCP_QUICKACK, 1);  // not sticky: a sender with Nagle on waits 40 ms without it
  return count;
}

/// The toolkit writes a P-DATA-TF's head (PS3.8 table 9-22: PDU and PDV, up to the message control header) and its data
/// one after the other: they go out in one packet, for the peer to wake up once.
ssize_t Connection::give(const void* buffer, std::size_t size, short& wanted) {
  wanted = POLLOUT;
  const bool more_follows = size == kDataHead && *static_cast<const std::uint8_t*>(buffer) == kDataPdu;
  return ::send(getSocket(), buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0));
}

void Connection::end_sending() { (void)::shutdown(getSocket(), SHUT_WR); }

ssize_t Connection::receive(void* buffer, std::size_t size) {
  const auto deadline = read_deadline();
  for (;;) {
    short wanted = POLLIN;
    const auto count = take(buffer, size, wanted);
    if (count > 0) {
      if (options_.counters) options_.counters->received += static_cast<std::uint64_t>(count);
      if (on_bytes_) on_bytes_();
      return count;
    }
    if (count == 0) return 0;
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return -1;
    if (!wait_for(wanted, deadline)) return -1;
  }
}

ssize_t Connection::from_buffer(void* buffer, std::size_t size) {
  const auto count = std::min(size, ahead_.size() - ahead_begin_);
  std::memcpy(buffer, ahead_.data() + ahead_begin_, count);
  ahead_begin_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::read(void* buffer, size_t size) {
  if (options_.abort.stop_requested()) return fail(ECONNABORTED);
  if (meter_.inside() && meter_.length() > options_.max_pdu_bytes) return fail(EMSGSIZE);
  if (pdu_deadline_ && std::chrono::steady_clock::now() >= *pdu_deadline_) return fail(ETIMEDOUT);
  ssize_t count = 0;
  if (ahead_begin_ == ahead_.size() && size < kReadAhead) {
    ahead_.resize(kReadAhead);
    const auto filled = receive(ahead_.data(), ahead_.size());
    ahead_.resize(filled > 0 ? static_cast<std::size_t>(filled) : 0);
    ahead_begin_ = 0;
    if (filled <= 0) return filled;
  }
  count = ahead_begin_ < ahead_.size() ? from_buffer(buffer, size) : receive(buffer, size);
  if (count <= 0) return count;
  meter_.consumed(static_cast<const std::uint8_t*>(buffer), static_cast<std::size_t>(count));
  if (!meter_.inside())
    pdu_deadline_.reset();
  else if (!pdu_deadline_)
    pdu_deadline_ = std::chrono::steady_clock::now() + options_.pdu_timeout;
  return count;
}

ssize_t Connection::write(void* buffer, size_t size) {
  const auto deadline = std::chrono::steady_clock::now() + options_.write_timeout;
  const auto* bytes = static_cast<const std::uint8_t*>(buffer);
  std::size_t done = 0;
  while (done < size) {
    if (options_.abort.stop_requested()) return fail(ECONNABORTED);
    short wanted = POLLOUT;
    const auto count = give(bytes + done, size - done, wanted);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
      continue;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return -1;
    if (!wait_for(wanted, deadline)) return -1;
  }
  if (options_.counters) options_.counters->sent += done;
  return static_cast<ssize_t>(done);
}

void Connection::last_words(const std::vector<std::uint8_t>& bytes, std::chrono::milliseconds linger) {
  short wanted = POLLOUT;
  (void)give(bytes.data(), bytes.size(), wanted);
  if (linger <= std::chrono::milliseconds::zero()) return;
  end_sending();
  const auto until = std::chrono::steady_clock::now() + linger;
  std::array<std::uint8_t, 4096> thrown_away;
  while (std::chrono::steady_clock::now() < until && !options_.abort.stop_requested()) {
    const auto count = ::recv(getSocket(), thrown_away.data(), thrown_away.size(), MSG_DONTWAIT);
    if (count > 0) continue;
    if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) return;
    if (!wait_for(POLLIN, until)) return;
  }
}

}  // namespace harvester::dicom

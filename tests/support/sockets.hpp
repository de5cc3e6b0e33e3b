#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace harvester::tests {

/// A loopback port that was free a moment ago, for peers that cannot bind port 0 themselves.
inline int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(where);
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&where), size) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size) == 0;
  ::close(fd);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(where.sin_port);
}

/// A bare TCP connection to a port on this machine, for peers that misbehave.
class RawClient {
 public:
  using Bytes = std::vector<std::uint8_t>;

  explicit RawClient(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&where), sizeof(where)) != 0)
      throw std::runtime_error("cannot connect");
  }
  RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  RawClient& operator=(RawClient&&) = delete;
  virtual ~RawClient() { close(); }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  /// Closes with RST.
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    close();
  }
  /// Sends small pieces at once (no Nagle), as a fast sender does.
  void no_delay() {
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  void half_close() { ::shutdown(fd_, SHUT_WR); }

  /// False once the peer is gone.
  bool send(const Bytes& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto count = put(bytes.data() + done, bytes.size() - done);
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
    }
    return true;
  }

  /// Exactly this many bytes; fewer if the peer closes or is silent for `limit`.
  Bytes receive(std::size_t size, std::chrono::milliseconds limit = std::chrono::seconds(30)) {
    Bytes bytes(size);
    std::size_t done = 0;
    while (done < size && readable(limit)) {
      const auto count = get(bytes.data() + done, size - done);
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    bytes.resize(done);
    return bytes;
  }

  /// What one read gives.
  Bytes receive_once(std::chrono::milliseconds limit = std::chrono::seconds(30)) {
    Bytes bytes(4096);
    const auto count = readable(limit) ? get(bytes.data(), bytes.size()) : 0;
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return bytes;
  }

  /// Whether the peer closes within the limit; what it still sends is thrown away.
  bool closed_within(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < until) {
      std::uint8_t byte[4096];
      if (readable(std::chrono::milliseconds(50)) && get(byte, sizeof(byte)) <= 0) return true;
    }
    return false;
  }

  /// The next PDU, head included; empty if none comes.
  Bytes receive_pdu() {
    auto pdu = receive(6);
    if (pdu.size() < 6) return {};
    const auto length = std::size_t{pdu[2]} << 24 | std::size_t{pdu[3]} << 16 | std::size_t{pdu[4]} << 8 | pdu[5];
    const auto body = receive(length);
    pdu.insert(pdu.end(), body.begin(), body.end());
    return pdu;
  }

 protected:
  [[nodiscard]] int fd() const { return fd_; }
  /// Once, as send and recv do.
  virtual ssize_t put(const std::uint8_t* bytes, std::size_t size) { return ::send(fd_, bytes, size, MSG_NOSIGNAL); }
  virtual ssize_t get(std::uint8_t* bytes, std::size_t size) { return ::recv(fd_, bytes, size, 0); }
  virtual bool readable(std::chrono::milliseconds limit) {
    pollfd polled{fd_, POLLIN, 0};
    return ::poll(&polled, 1, static_cast<int>(limit.count())) > 0;
  }

 private:
  int fd_;
};

}  // namespace harvester::tests

#pragma once

#include <string>
#include <utility>

#include "harvester/core/result.hpp"

namespace harvester::dicom {

/// A socket or another descriptor, closed with its owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket();

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void close();

 private:
  int fd_ = -1;
};

/// A listening socket (CLOEXEC, not blocking) on a numeric IPv4 address; port 0 takes a free one. Fails with `config`.
Result<Socket> listen_on(const std::string& address, int port);

[[nodiscard]] int local_port(const Socket& socket);

struct Accepted {
  Socket socket;
  std::string peer_address;
};

/// The next connection (CLOEXEC, not blocking, descriptor above 2). The error's code is errno; EAGAIN: none is there.
Result<Accepted> accept_from(const Socket& listening);

}  // namespace harvester::dicom

#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string>

#include "support/temp_dir.hpp"

namespace harvester::tests {

/// The other side of sd_notify(3): what a service manager hears.
class NotifySocket {
 public:
  NotifySocket() : path_((folder_ / "notify").string()), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, path_.c_str(), path_.size() + 1);
    if (fd_ < 0 || ::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof(at)) != 0)
      throw std::runtime_error("no notify socket");
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  ~NotifySocket() { ::close(fd_); }

  [[nodiscard]] const std::string& path() const { return path_; }

  /// The next message; empty if none comes within the limit, which is generous.
  [[nodiscard]] std::string next(int limit_ms = 30000) const {
    pollfd about{fd_, POLLIN, 0};
    if (::poll(&about, 1, limit_ms) != 1) return "";
    std::array<char, 4096> buffer{};
    const auto count = ::recv(fd_, buffer.data(), buffer.size(), 0);
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
  }

  /// The next one that is another than this.
  [[nodiscard]] std::string next_but(const std::string& passed_over) const {
    auto message = next();
    while (message == passed_over) message = next();
    return message;
  }

  /// Throws away what has come; returns how many.
  int forget() const {
    int count = 0;
    while (!next(0).empty()) ++count;
    return count;
  }

 private:
  TempDir folder_;
  std::string path_;
  int fd_;
};

}  // namespace harvester::tests

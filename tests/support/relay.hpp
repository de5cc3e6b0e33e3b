#pragma once

#include <fcntl.h>

#include <array>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "support/sockets.hpp"

namespace harvester::tests {

/// A loopback port that passes every connection on to another one, until it is told to break one: at any byte, in
/// either direction.
class Relay {
 public:
  enum class Way { there, back };            ///< to the target, from it
  enum class Break { reset, close, stall };  ///< stall: neither side hears of the other any more

  explicit Relay(int target) : target_(target), listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto where = loopback(0);
    socklen_t size = sizeof(where);
    const bool open = ::bind(listening_, reinterpret_cast<sockaddr*>(&where), size) == 0 &&
                      ::listen(listening_, 64) == 0 &&
                      ::getsockname(listening_, reinterpret_cast<sockaddr*>(&where), &size) == 0;
    if (!open) throw std::runtime_error("the relay cannot listen");
    port_ = ntohs(where.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay() {
    ::shutdown(listening_, SHUT_RDWR);
    accepting_.join();
    end_lines(false);
    for (auto& thread : threads_) thread.join();
    ::close(listening_);
  }

  [[nodiscard]] int port() const { return port_; }

  /// Where the next connections lead.
  void set_target(int port) {
    const std::lock_guard lock(mutex_);
    target_ = port;
  }

  /// The connection that carries the byte after so many more, all connections together, breaks before it. Once.
  void break_after(Way way, std::size_t bytes, Break how) {
    const std::lock_guard lock(mutex_);
    fault_ = Fault{way, bytes, how};
  }

  /// No break that is still to come; connections that are stalled end.
  void heal() {
    {
      const std::lock_guard lock(mutex_);
      fault_.reset();
    }
    end_lines(true);
  }

 private:
  struct Fault {
    Way way;
    std::size_t left;
    Break how;
  };
  struct Line {
    int client;
    int server;
    bool stalled = false;
  };
  using Bytes = std::array<char, 4096>;

  static sockaddr_in loopback(int port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(static_cast<std::uint16_t>(port));
    return where;
  }

  void accept_all() {
    for (;;) {
      const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      const std::lock_guard lock(mutex_);
      const auto where = loopback(target_);
      const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const int on = 1;
      for (const int fd : {client, server}) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      if (::connect(server, reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0) {
        close_both(client, server, true);
        continue;
      }
      lines_.push_back({client, server});
      threads_.emplace_back([this, line = std::prev(lines_.end())] { carry(line); });
    }
  }

  void end_lines(bool stalled_only) {
    const std::lock_guard lock(mutex_);
    for (auto& line : lines_) {
      if (stalled_only && !line.stalled) continue;
      ::shutdown(line.client, SHUT_RDWR);
      ::shutdown(line.server, SHUT_RDWR);
    }
  }

  static void close_both(int client, int server, bool reset) {
    const linger hard{1, 0};
    for (const int fd : {client, server}) {
      if (reset) ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
      ::close(fd);
    }
  }

  void carry(std::list<Line>::iterator line) {
    bool reset = false;
    pollfd polled[] = {{line->client, POLLIN, 0}, {line->server, POLLIN, 0}};
    for (bool open = true; open;) {
      if (::poll(polled, 2, -1) < 0) break;
      if (polled[0].revents != 0) open = pass_on(*line, Way::there, reset);
      if (open && polled[1].revents != 0) open = pass_on(*line, Way::back, reset);
    }
    const std::lock_guard lock(mutex_);
    close_both(line->client, line->server, reset);
    lines_.erase(line);
  }

  /// False once the connection is over.
  bool pass_on(Line& line, Way way, bool& reset) {
    Bytes bytes;
    const int from = way == Way::there ? line.client : line.server;
    const int to = way == Way::there ? line.server : line.client;
    const auto count = ::recv(from, bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    if (line.stalled) return true;
    auto size = static_cast<std::size_t>(count);
    const auto broken = due(way, size);
    for (std::size_t done = 0; done < size;) {
      const auto sent = ::send(to, bytes.data() + done, size - done, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      done += static_cast<std::size_t>(sent);
    }
    if (!broken) return true;
    reset = *broken == Break::reset;
    const std::lock_guard lock(mutex_);
    line.stalled = *broken == Break::stall;
    return line.stalled;
  }

  /// Whether one of these bytes is the one to break at; `size` becomes what is still passed on.
  std::optional<Break> due(Way way, std::size_t& size) {
    const std::lock_guard lock(mutex_);
    if (!fault_ || fault_->way != way) return std::nullopt;
    if (size <= fault_->left) {
      fault_->left -= size;
      return std::nullopt;
    }
    size = fault_->left;
    const auto how = fault_->how;
    fault_.reset();
    return how;
  }

  std::mutex mutex_;  // guards target_, fault_, lines_, threads_
  int target_;
  std::optional<Fault> fault_;
  std::list<Line> lines_;
  std::list<std::thread> threads_;
  int listening_;
  int port_ = 0;
  std::thread accepting_;  // last: ends first
};

}  // namespace harvester::tests

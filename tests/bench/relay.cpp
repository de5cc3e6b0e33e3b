#include "relay.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <string>
#include <system_error>

namespace harvester::bench {
namespace {

using Time = std::chrono::steady_clock::time_point;

constexpr auto kLook = std::chrono::milliseconds(50);  ///< how often a stop is looked for

sockaddr_in loopback(int port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  return where;
}

void set_option(int fd, int option) {
  const int on = 1;
  (void)::setsockopt(fd, IPPROTO_TCP, option, &on, sizeof(on));
}

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto where = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof(where)) == 0) return fd;
  ::close(fd);
  return -1;
}

/// The bytes that are on their way in one direction.
class Direction {
 public:
  Direction(int from, int to, std::chrono::microseconds delay) : from_(from), to_(to), delay_(delay) {}

  [[nodiscard]] pollfd watched() const { return {ended_ ? -1 : from_, POLLIN, 0}; }
  [[nodiscard]] bool over() const { return over_; }

  /// When the next bytes are due.
  [[nodiscard]] Time due(Time latest) const { return pieces_.empty() ? latest : std::min(latest, pieces_.front().due); }

  void take() {
    std::string bytes(65536, '\0');
    const auto count = ::recv(from_, bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    ended_ = bytes.empty();
    set_option(from_, TCP_QUICKACK);
    pieces_.push_back({std::chrono::steady_clock::now() + delay_, std::move(bytes)});
  }

  /// Passes on what is due; the end, too.
  void pass(Time now) {
    for (; !pieces_.empty() && pieces_.front().due <= now; pieces_.pop_front()) {
      if (!over_ && !send(pieces_.front().bytes)) over_ = true;
    }
  }

 private:
  struct Piece {
    Time due;
    std::string bytes;  ///< none: the end
  };

  bool send(const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
      const auto count = ::send(to_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
    }
    if (bytes.empty()) ::shutdown(to_, SHUT_WR);
    return !bytes.empty();
  }

  const int from_;
  const int to_;
  const std::chrono::microseconds delay_;
  std::deque<Piece> pieces_;
  bool ended_ = false;
  bool over_ = false;
};

timespec to_timespec(Time::duration duration) {
  const auto nanoseconds = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(duration)).count();
  return {static_cast<time_t>(nanoseconds / 1000000000), static_cast<long>(nanoseconds % 1000000000)};
}

void forward(int near, int far, std::chrono::microseconds delay, const std::stop_token& stop) {
  Direction there(near, far, delay);
  Direction back(far, near, delay);
  while (!stop.stop_requested() && !(there.over() && back.over())) {
    const auto now = std::chrono::steady_clock::now();
    const auto wait = to_timespec(back.due(there.due(now + kLook)) - now);
    pollfd polled[2] = {there.watched(), back.watched()};
    (void)::ppoll(polled, 2, &wait, nullptr);
    if (polled[0].revents != 0) there.take();
    if (polled[1].revents != 0) back.take();
    const auto after = std::chrono::steady_clock::now();
    there.pass(after);
    back.pass(after);
  }
}

}  // namespace

Relay::Relay(int target_port, std::chrono::microseconds each_way)
    : target_port_(target_port), each_way_(each_way), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto where = loopback(0);
  socklen_t size = sizeof(where);
  auto* address = reinterpret_cast<sockaddr*>(&where);
  if (::bind(listener_, address, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, address, &size) != 0) {
    ::close(listener_);
    throw std::system_error(errno, std::generic_category(), "no port for a relay");
  }
  port_ = ntohs(where.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
}

Relay::~Relay() {
  thread_.request_stop();
  thread_.join();
  for (auto& connection : connections_) connection.thread.request_stop();
  connections_.clear();
  ::close(listener_);
}

void Relay::accept_all(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd polled{listener_, POLLIN, 0};
    if (::poll(&polled, 1, static_cast<int>(kLook.count())) <= 0) continue;
    const int near = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (near < 0) continue;
    connections_.remove_if([](const Connection& connection) { return connection.over.load(); });
    auto& connection = connections_.emplace_back();
    connection.thread = std::jthread([this, near, &connection](const std::stop_token& ending) {
      const int far = connect_to(target_port_);
      set_option(near, TCP_NODELAY);
      set_option(far, TCP_NODELAY);
      if (far >= 0) forward(near, far, each_way_, ending);
      if (far >= 0) ::close(far);
      ::close(near);
      connection.over = true;
    });
  }
}

}  // namespace harvester::bench

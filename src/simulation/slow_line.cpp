#include "slow_line.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

namespace harvester::simulation {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLook = std::chrono::milliseconds(50);  ///< how often a stop is looked for
constexpr int kPiecesPerSecond = 50;

class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

bool readable(int fd, std::chrono::milliseconds time) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, static_cast<int>(time.count())) > 0;
}

void send_small_pieces_at_once(int fd) {
  const int on = 1;
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

Socket connect_to(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return Socket();
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = fd >= 0 && ::connect(fd, found->ai_addr, found->ai_addrlen) == 0;
  ::freeaddrinfo(found);
  Socket socket(fd);
  if (!connected) return Socket();
  send_small_pieces_at_once(fd);
  return socket;
}

/// Passes on what is there, up to `most`; the bytes passed, 0 at an end of the connection.
std::size_t pass(int from, int to, std::size_t most) {
  std::vector<char> bytes(most);
  const auto count = ::recv(from, bytes.data(), bytes.size(), 0);
  for (ssize_t sent = 0; sent < count;) {
    const auto more = ::send(to, bytes.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
    if (more <= 0) return 0;
    sent += more;
  }
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

/// Forward by the piece, each after the time that the last one took; back at once.
void relay(int near, int far, int bytes_per_second, const std::stop_token& stop) {
  const auto piece = static_cast<std::size_t>(std::max(1, bytes_per_second / kPiecesPerSecond));
  auto free_at = Clock::now();
  while (!stop.stop_requested()) {
    const bool busy = Clock::now() < free_at;
    pollfd polled[2] = {{far, POLLIN, 0}, {near, POLLIN, 0}};
    const auto wait = busy ? std::chrono::ceil<std::chrono::milliseconds>(free_at - Clock::now()) : kLook;
    (void)::poll(polled, busy ? 1 : 2, static_cast<int>(std::clamp(wait, kLook / kLook.count(), kLook).count()));
    if (polled[0].revents != 0 && pass(far, near, 65536) == 0) return;
    if (busy || polled[1].revents == 0) continue;
    const auto count = pass(near, far, piece);
    if (count == 0) return;
    free_at = Clock::now() + std::chrono::microseconds(1000000 * count / static_cast<std::size_t>(bytes_per_second));
  }
}

}  // namespace

SlowLine::SlowLine(std::string host, int port, int kilobytes_per_second)
    : host_(std::move(host)), target_port_(port), bytes_per_second_(std::max(1, kilobytes_per_second) * 1000) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(where);
  auto* address = reinterpret_cast<sockaddr*>(&where);
  if (::bind(listener_, address, size) != 0 || ::listen(listener_, 1) != 0 ||
      ::getsockname(listener_, address, &size) != 0) {
    ::close(listener_);
    throw std::system_error(errno, std::generic_category(), "no port for a slow line");
  }
  port_ = ntohs(where.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

SlowLine::~SlowLine() {
  thread_.request_stop();
  thread_.join();
  ::close(listener_);
}

void SlowLine::run(const std::stop_token& stop) const {
  while (!readable(listener_, kLook)) {
    if (stop.stop_requested()) return;
  }
  const Socket near(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
  const Socket far = connect_to(host_, target_port_);
  if (!near.open() || !far.open()) return;
  send_small_pieces_at_once(near.fd());
  relay(near.fd(), far.fd(), bytes_per_second_, stop);
}

}  // namespace harvester::simulation

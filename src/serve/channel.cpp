#include "channel.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

namespace harvester::serve {
namespace {

constexpr std::size_t kLongestLine = 16 << 20;  // a list of some hundred thousand accession numbers
constexpr std::chrono::hours kForever{24 * 365};
const Error kGone{ErrorKind::transient, "the other side of the control socket is gone"};

Error failure(const char* doing) {
  return {ErrorKind::storage, fmt::format("{}: {}", doing, std::strerror(errno)), errno};
}

}  // namespace

Channel::Channel(int fd) : fd_(fd) {
  const timeval limit{10, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Channel::~Channel() {
  if (fd_ >= 0) ::close(fd_);
}

Status Channel::fill(std::chrono::milliseconds patience, const std::stop_token& stop) {
  constexpr int kLookEveryMs = 100;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  pollfd about{fd_, POLLIN, 0};
  while (::poll(&about, 1, kLookEveryMs) <= 0) {
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
    if (std::chrono::steady_clock::now() > deadline) return Error{ErrorKind::transient, "the other side says nothing"};
  }
  std::array<char, 65536> bytes;
  const auto got = ::recv(fd_, bytes.data(), bytes.size(), 0);
  if (got <= 0) return kGone;
  rest_.append(bytes.data(), static_cast<std::size_t>(got));
  return ok();
}

Result<std::string> Channel::read_line(std::chrono::milliseconds patience, std::stop_token stop) {
  for (;;) {
    if (const auto end = rest_.find('\n'); end != std::string::npos) {
      auto line = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      return line;
    }
    if (rest_.size() > kLongestLine) return Error{ErrorKind::bad_data, "a line without end"};
    if (const auto filled = fill(patience, stop); !filled) return filled.error();
  }
}

Status Channel::read_exactly(std::span<char> bytes, std::stop_token stop) {
  while (!bytes.empty()) {
    if (rest_.empty())
      if (const auto filled = fill(kForever, stop); !filled) return filled.error();
    const auto count = std::min(bytes.size(), rest_.size());
    std::copy_n(rest_.begin(), count, bytes.begin());
    rest_.erase(0, count);
    bytes = bytes.subspan(count);
  }
  return ok();
}

Result<std::uint32_t> Channel::read_length(std::stop_token stop) {
  std::array<char, 4> bytes{};
  if (const auto read = read_exactly(bytes, stop); !read) return read.error();
  std::uint32_t length = 0;
  for (const char byte : bytes) length = length << 8 | static_cast<std::uint8_t>(byte);
  return length;
}

Status Channel::write_bytes(std::string_view bytes) {
  const std::lock_guard lock(writing_);
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return kGone;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return ok();
}

Status Channel::write_line(std::string_view line) { return write_bytes(std::string(line) + "\n"); }

Status Channel::write_length(std::uint32_t length) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(length >> shift & 0xFF));
  return write_bytes(bytes);
}

namespace {

/// A descriptor that is closed with its scope unless it is released.
struct Descriptor {
  int fd = -1;
  Descriptor(int value) : fd(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  int release() { return std::exchange(fd, -1); }
};

/// Opens a socket and hands it to `use` with the address of the control socket. A socket's path holds 107 characters
/// at most, so the folder is addressed by a descriptor.
template <class Use>
Result<int> with_socket(const database::DataPaths& paths, const char* doing, Use use) {
  const Descriptor folder = ::open(paths.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  Descriptor socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (folder.fd < 0 || socket.fd < 0) return failure(doing);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = fmt::format("/proc/self/fd/{}/{}", folder.fd, paths.control_socket().filename().string());
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (use(socket.fd, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(sizeof address)) != 0)
    return failure(doing);
  return socket.release();
}

}  // namespace

Result<int> listen_on(const database::DataPaths& paths) {
  constexpr int kWaiting = 16;
  ::unlink(paths.control_socket().c_str());  // left by a process that is gone: we hold the lock
  auto socket = with_socket(paths, "cannot make the control socket", ::bind);
  if (!socket) return socket;
  ::chmod(paths.control_socket().c_str(), 0660);
  if (::listen(*socket, kWaiting) == 0) return socket;
  const auto error = failure("cannot listen on the control socket");
  ::close(*socket);
  return error;
}

Result<int> connect_to(const database::DataPaths& paths) {
  return with_socket(paths, "cannot reach the process that holds the data directory", ::connect);
}

namespace {

constexpr std::array kKinds{ErrorKind::transient, ErrorKind::refused, ErrorKind::bad_data, ErrorKind::not_found,
                            ErrorKind::config,    ErrorKind::storage, ErrorKind::cancelled};

}  // namespace

std::string to_json(const Error& error) {
  return nlohmann::json{{"error", error.message}, {"kind", to_string(error.kind)}, {"code", error.code}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Error error_from_json(const std::string& json) {
  const auto values = nlohmann::json::parse(json, nullptr, false);
  if (!values.is_object() || !values.contains("error")) return {ErrorKind::transient, "an answer without sense"};
  const auto name = values.value("kind", "");
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](ErrorKind each) { return name == to_string(each); });
  return {kind == kKinds.end() ? ErrorKind::transient : *kind, values.value("error", ""), values.value("code", 0)};
}

}  // namespace harvester::serve

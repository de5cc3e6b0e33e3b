#include "syslog_sender.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace harvester::serve {
namespace {

constexpr std::chrono::minutes kNameHolds{10};
constexpr std::chrono::seconds kPause{30};  // before it is looked up again after a failure: that may take long

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

/// A socket that is connected to the first address that takes it, or -1 and errno.
int connected_socket(const addrinfo* addresses) {
  for (const auto* each = addresses; each != nullptr; each = each->ai_next) {
    const int fd = ::socket(each->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    const timeval longest{0, 200'000};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof(longest));
    if (::connect(fd, each->ai_addr, each->ai_addrlen) == 0) return fd;
    const int why = errno;
    ::close(fd);
    errno = why;
  }
  return -1;
}

Error not_sent(int error) { return {ErrorKind::transient, std::strerror(error), error}; }

}  // namespace

SyslogSender::~SyslogSender() {
  if (fd_ >= 0) ::close(fd_);
}

Status SyslogSender::send(std::string_view message) {
  if (auto found = find(); !found) return found;
  int error = put(message);
  if (error == ECONNREFUSED) error = put(message);  // that was said of the message before; this one was not sent
  if (error == 0) return ok();
  next_look_up_ = std::min(next_look_up_, std::chrono::steady_clock::now() + kPause);
  return not_sent(error);
}

/// An old socket is kept where the name is not found any more.
Status SyslogSender::find() {
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_look_up_) {
    const auto found = look_up();
    next_look_up_ = std::chrono::steady_clock::now() + (found ? std::chrono::seconds(kNameHolds) : kPause);
    if (!found) not_found_ = found.error();
  }
  if (fd_ >= 0) return ok();
  return not_found_;
}

Status SyslogSender::look_up() {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(to_.host.c_str(), std::to_string(to_.port).c_str(), &wanted, &list);
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(list);
  if (code != 0) return Error{ErrorKind::transient, ::gai_strerror(code), code};
  const int fd = connected_socket(list);
  if (fd < 0) return not_sent(errno);
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  return ok();
}

int SyslogSender::put(std::string_view message) const {
  return ::send(fd_, message.data(), message.size(), MSG_NOSIGNAL) < 0 ? errno : 0;
}

}  // namespace harvester::serve

#include "harvester/dicom/reach.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "sockets.hpp"

namespace harvester::dicom {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// The addresses of a host, or a code of getaddrinfo.
int look_up(const std::string& host, const std::string& port, int flags, Addresses& found) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.c_str(), port.empty() ? nullptr : port.c_str(), &wanted, &list);
  found.reset(list);
  return code;
}

Reach meaning_of(int error) {
  if (error == 0) return Reach::open;
  if (error == ECONNREFUSED) return Reach::closed;
  if (error == ETIMEDOUT) return Reach::silent;
  if (error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN) return Reach::unreachable;
  return Reach::failed;
}

/// What became of a connection that is being opened.
int end_of_connecting(const Socket& socket, std::chrono::milliseconds limit) {
  pollfd about{socket.fd(), POLLOUT, 0};
  if (::poll(&about, 1, static_cast<int>(limit.count())) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof(error);
  return ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

Result<std::vector<std::string>> addresses_of(const std::string& host) {
  Addresses found;
  if (const int code = look_up(host, "", 0, found); code != 0) {
    const bool unknown = code == EAI_NONAME || code == EAI_NODATA;
    return Error{unknown ? ErrorKind::not_found : ErrorKind::transient, ::gai_strerror(code), code};
  }
  std::vector<std::string> all;
  for (const auto* each = found.get(); each != nullptr; each = each->ai_next) {
    char text[NI_MAXHOST] = "";
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof(text), nullptr, 0, NI_NUMERICHOST) != 0) continue;
    if (std::find(all.begin(), all.end(), text) == all.end()) all.emplace_back(text);
  }
  return all;
}

Reach reach(const std::string& address, int port, std::chrono::milliseconds limit) {
  Addresses found;
  if (look_up(address, std::to_string(port), AI_NUMERICHOST | AI_NUMERICSERV, found) != 0) return Reach::failed;
  const Socket socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.fd() < 0) return Reach::failed;
  if (::connect(socket.fd(), found->ai_addr, found->ai_addrlen) == 0) return Reach::open;
  return meaning_of(errno == EINPROGRESS ? end_of_connecting(socket, limit) : errno);
}

}  // namespace harvester::dicom

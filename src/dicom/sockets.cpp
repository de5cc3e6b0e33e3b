#include "sockets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace harvester::dicom {

Socket::~Socket() { close(); }

void Socket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

namespace {

Error cannot_listen(const std::string& address, int port, int code) {
  std::string remedy = std::strerror(code);
  if (code == EADDRINUSE) remedy = "the port is in use by another program, or by this one already running";
  if (code == EACCES) remedy = "no right to a port below 1024: choose a higher one, such as 8104, or grant the right";
  if (code == EADDRNOTAVAIL) remedy = "this machine does not have that address";
  return {ErrorKind::config, fmt::format("cannot listen on {} port {}: {}", address, port, remedy), code};
}

}  // namespace

Result<Socket> listen_on(const std::string& address, int port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  if (port < 0 || port > 65535 || ::inet_pton(AF_INET, address.c_str(), &where.sin_addr) != 1)
    return cannot_listen(address, port, EADDRNOTAVAIL);
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (socket.fd() < 0 || ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0 ||
      ::listen(socket.fd(), SOMAXCONN) != 0)
    return cannot_listen(address, port, errno);
  return socket;
}

int local_port(const Socket& socket) {
  sockaddr_in where{};
  socklen_t size = sizeof(where);
  if (::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&where), &size) != 0) return 0;
  return ntohs(where.sin_port);
}

Result<Accepted> accept_from(const Socket& listening) {
  sockaddr_in peer{};
  socklen_t size = sizeof(peer);
  Socket socket(::accept4(listening.fd(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (socket.fd() < 0) return Error{ErrorKind::transient, std::strerror(errno), errno};
  if (socket.fd() <= 2) {  // DCMTK takes descriptor 0 for none
    socket = Socket(::fcntl(socket.fd(), F_DUPFD_CLOEXEC, 3));
    if (socket.fd() < 0) return Error{ErrorKind::transient, std::strerror(errno), errno};
  }
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof(text));
  return Accepted{std::move(socket), text};
}

}  // namespace harvester::dicom

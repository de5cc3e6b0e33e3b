#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/files.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace harvester::tests {

/// Who collects audit messages: a UDP port of this machine.
class AuditCollector {
 public:
  /// `port` 0: a free one.
  explicit AuditCollector(std::uint16_t port = 0) : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const int room = 4 << 20;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(port);
    socklen_t size = sizeof(where);
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&where), size) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&where), &size) != 0)
      throw std::runtime_error("no collector");
    port_ = ntohs(where.sin_port);
  }
  AuditCollector(const AuditCollector&) = delete;
  AuditCollector& operator=(const AuditCollector&) = delete;
  ~AuditCollector() { ::close(fd_); }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// The next message, whole; empty if none comes within the limit, which is generous.
  [[nodiscard]] std::string next(int limit_ms = 30000) const {
    pollfd about{fd_, POLLIN, 0};
    if (::poll(&about, 1, limit_ms) != 1) return "";
    std::string message(65536, '\0');
    const auto count = ::recv(fd_, message.data(), message.size(), 0);
    message.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return message;
  }

  /// The next one of that event, what comes before it is passed over; empty if none comes.
  [[nodiscard]] std::string next_of(const std::string& event) const {
    auto message = next();
    while (!message.empty() && message.find("<EventID csd-code=\"" + event + "\"") == std::string::npos)
      message = next();
    return message;
  }

  /// All that have come by now.
  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> messages;
    for (auto message = next(0); !message.empty(); message = next(0)) messages.push_back(std::move(message));
    return messages;
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

/// The XML text in a syslog message.
inline std::string xml_in(const std::string& message) {
  const auto mark = message.find("\xEF\xBB\xBF");
  return mark == std::string::npos ? "" : message.substr(mark + 3);
}

/// What xmllint has against these texts by the schema of PS3.15 A.5.1; empty: nothing.
inline std::string faults_of(const std::vector<std::string>& texts) {
  const TempDir folder;
  std::vector<std::string> command{"xmllint", "--noout", "--relaxng", HARVESTER_AUDIT_SCHEMA};
  for (std::size_t n = 0; n < texts.size(); ++n) {
    command.push_back((folder / (std::to_string(n) + ".xml")).string());
    write_text(command.back(), texts[n]);
  }
  const auto ran = run(command);
  return ran.code == 0 ? "" : ran.output;
}

}  // namespace harvester::tests

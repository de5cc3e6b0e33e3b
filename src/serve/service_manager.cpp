#include "harvester/serve/service_manager.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>

#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"
#include "harvester/core/text.hpp"

namespace harvester::serve {
namespace {

std::string value_of(const config::Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found != environment.end() ? found->second : std::string();
}

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc() || read.ptr != end || value <= 0) return std::nullopt;
  return value;
}

}  // namespace

ServiceManager ServiceManager::of(const config::Environment& environment, pid_t process) {
  ServiceManager manager;
  manager.socket_ = value_of(environment, "NOTIFY_SOCKET");
  const auto waits_for = number(value_of(environment, "WATCHDOG_PID"));
  const auto length = number(value_of(environment, "WATCHDOG_USEC"));
  if (length && (!waits_for || *waits_for == process)) manager.watchdog_ = std::chrono::microseconds(*length);
  return manager;
}

void ServiceManager::tell(const std::string& state) const {
  sockaddr_un to{};
  if (socket_.empty() || socket_.size() >= sizeof(to.sun_path)) return;
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, socket_.data(), socket_.size());
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  (void)::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), length);
  ::close(fd);
}

void ServiceManager::tell_reloading() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                   std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

Beat Heartbeats::add(std::string name) {
  auto& part = parts_.emplace_back(std::move(name), now_());
  return [this, &part] { part.last = now_(); };
}

std::vector<std::string> Heartbeats::silent(std::chrono::steady_clock::duration longest) const {
  std::vector<std::string> names;
  for (const auto& part : parts_)
    if (now_() - part.last.load() > longest) names.push_back(part.name);
  return names;
}

void feed_watchdog(const ServiceManager& manager, const Heartbeats& parts, const std::function<void()>& probe,
                   std::stop_token stop) {
  if (!manager.watchdog()) return;
  constexpr int kTimesInTime = 3;
  constexpr std::chrono::milliseconds kMostOften{10};
  const auto often =
      std::max(kMostOften, std::chrono::duration_cast<std::chrono::milliseconds>(*manager.watchdog() / kTimesInTime));
  std::vector<std::string> known;
  do {
    probe();
    auto silent = parts.silent(kLongestSilence);
    if (silent.empty()) manager.tell("WATCHDOG=1");
    if (!silent.empty() && silent != known)
      room_log("serve")->error("nothing is heard of {} any more: the watchdog is not fed", join(silent, ", "));
    known = std::move(silent);
  } while (pause(often, stop));
}

}  // namespace harvester::serve

#include "doctor_facts.hpp"

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harvester/database/data_directory.hpp"

namespace harvester::cli {
namespace {

constexpr mode_t kRights = 07777;
constexpr int kMostGroups = 256;

/// What a user is called, and the group that is their own.
struct Account {
  std::string name;
  gid_t group = 0;
};

Account account_of(uid_t id) {
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return {std::to_string(id), 0};
  return {found->pw_name, found->pw_gid};
}

void add_secret(std::vector<Secret>& all, std::string key, const std::optional<config::SecretRef>& secret) {
  if (secret && secret->from == config::SecretRef::From::file) all.push_back({std::move(key), secret->name});
}

serve::PortFacts::State state_of(int code) {
  using State = serve::PortFacts::State;
  if (code == 0) return State::free;
  if (code == EACCES || code == EPERM) return State::forbidden;
  return code == EADDRNOTAVAIL ? State::no_such_address : State::taken;
}

/// Does something with a new socket and a numeric address; 0, or the errno of what failed.
template <class Do>
int with_socket(const std::string& address, int port, Do&& act) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  v4.sin_port = v6.sin6_port = htons(static_cast<std::uint16_t>(port));
  const bool is_v6 = ::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1;
  if (!is_v6 && ::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) != 1) return EADDRNOTAVAIL;
  const int fd = ::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const auto* to = is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  const int code = act(fd, to, is_v6 ? sizeof(v6) : sizeof(v4)) ? 0 : errno;
  ::close(fd);
  return code;
}

}  // namespace

serve::Entry look_at(const std::filesystem::path& path) {
  serve::Entry entry;
  entry.path = path;
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) entry.unreadable = std::strerror(errno);
    return entry;
  }
  if (S_ISLNK(found.st_mode) && ::stat(path.c_str(), &found) != 0) return entry;
  entry.there = true;
  entry.owner = found.st_uid;
  entry.group = found.st_gid;
  entry.mode = found.st_mode & kRights;
  entry.owner_name = account_of(found.st_uid).name;
  return entry;
}

serve::User daemon_user(const serve::Entry& data_directory) {
  serve::User user;
  user.id = data_directory.there ? data_directory.owner : ::geteuid();
  const auto account = account_of(user.id);
  user.name = account.name;
  int count = kMostGroups;
  user.groups.resize(static_cast<std::size_t>(count));
  if (::getgrouplist(account.name.c_str(), account.group, user.groups.data(), &count) < 0) count = kMostGroups;
  user.groups.resize(static_cast<std::size_t>(count));
  return user;
}

std::vector<serve::Entry> look_into(const std::filesystem::path& data_directory) {
  const database::DataPaths paths{data_directory};
  const auto database = paths.database().string();
  std::vector<serve::Entry> entries;
  for (const auto& path :
       {paths.database(), std::filesystem::path(database + "-wal"), std::filesystem::path(database + "-shm"),
        paths.lock(), paths.control_socket(), paths.spool(), paths.spool() / "incoming", paths.spool() / "objects"})
    entries.push_back(look_at(path));
  return entries;
}

std::vector<Secret> secret_files(const config::Configuration& configuration) {
  std::vector<Secret> all;
  add_secret(all, "patient_identity.hash_key", configuration.site.patient_identity.hash_key);
  for (const auto& token : configuration.site.http.tokens) add_secret(all, "http.tokens " + token.name, token.secret);
  for (const auto& store : configuration.site.stores)
    add_secret(all, "store " + store.name + ": tls.key", store.tls.enabled ? store.tls.key : std::nullopt);
  for (const auto& profile : configuration.profiles)
    add_secret(all, profile.name + ": remote.tls.key",
               profile.enabled && profile.remote.tls.enabled ? profile.remote.tls.key : std::nullopt);
  return all;
}

serve::PortFacts::State try_port(const std::string& address, int port) {
  return state_of(with_socket(address, port, [](int fd, const sockaddr* to, socklen_t length) {
    const int on = 1;
    (void)::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    return ::bind(fd, to, length) == 0 && ::listen(fd, 1) == 0;
  }));
}

bool takes_connections(const std::string& address, int port) {
  const auto here = address == "0.0.0.0" || address == "::" ? (address == "::" ? "::1" : "127.0.0.1") : address;
  return with_socket(here, port,
                     [](int fd, const sockaddr* to, socklen_t length) { return ::connect(fd, to, length) == 0; }) == 0;
}

std::optional<std::uint64_t> free_bytes(std::filesystem::path folder) {
  std::error_code failure;
  while (!std::filesystem::exists(folder, failure) && folder.has_relative_path()) folder = folder.parent_path();
  const auto space = std::filesystem::space(folder, failure);
  if (failure) return std::nullopt;
  return space.available;
}

std::optional<bool> clock_is_synchronised() {
  timex clock{};
  const int state = ::adjtimex(&clock);
  if (state < 0) return std::nullopt;
  return state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
}

}  // namespace harvester::cli

#include "harvester/watch/changes.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "descriptor.hpp"

namespace harvester::watch {
namespace {

constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR | IN_EXCL_UNLINK;

Error failure(const char* doing) {
  const int code = errno;
  return {ErrorKind::storage, fmt::format("{}: {}", doing, std::strerror(code)), code};
}

class Inotify final : public Changes {
 public:
  explicit Inotify(Descriptor fd) : fd_(std::move(fd)) {}

  Status listen(int fd, const std::string& path) override {
    // by its descriptor: whatever has taken the folder's place meanwhile is not followed
    const auto name = fmt::format("/proc/self/fd/{}", fd);
    const int number = ::inotify_add_watch(fd_.get(), name.c_str(), kMask);
    if (number < 0) return failure("cannot listen for changes in a folder");
    folders_[number] = path;  // one that was renamed keeps its number
    return ok();
  }

  std::vector<Change> read() override {
    std::vector<Change> changes;
    alignas(inotify_event) std::array<char, 64 * 1024> buffer;
    while (changes.size() < kMostAtOnce) {
      const auto count = ::read(fd_.get(), buffer.data(), buffer.size());
      if (count <= 0) break;
      for (ssize_t at = 0; at < count;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        add(*event, changes);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return changes;
  }

  [[nodiscard]] int descriptor() const override { return fd_.get(); }

 private:
  static constexpr std::size_t kMostAtOnce = 4096;

  void add(const inotify_event& event, std::vector<Change>& changes) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return changes.push_back({Change::Kind::lost, ""});
    const auto folder = folders_.find(event.wd);
    if (folder == folders_.end()) return;
    if ((event.mask & IN_IGNORED) != 0) return (void)folders_.erase(folder);
    if (event.len == 0) return;
    const auto path = folder->second.empty() ? std::string(event.name) : folder->second + "/" + event.name;
    if ((event.mask & IN_ISDIR) != 0) return add_folder(event.mask, path, changes);
    if ((event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) changes.push_back({Change::Kind::closed, path});
    if ((event.mask & IN_CREATE) != 0) changes.push_back({Change::Kind::made, path});
  }

  void add_folder(std::uint32_t mask, const std::string& path, std::vector<Change>& changes) {
    if ((mask & IN_MOVED_FROM) != 0) {
      let_go(path);
      changes.push_back({Change::Kind::folder_gone, path});
    } else if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
      changes.push_back({Change::Kind::folder_made, path});
    }
  }

  /// What was moved away is none of ours; if it was only renamed, it is listened to anew under its new name.
  void let_go(const std::string& path) {
    for (const auto& [number, folder] : folders_)
      if (folder == path || folder.starts_with(path + "/")) (void)::inotify_rm_watch(fd_.get(), number);
  }

  const Descriptor fd_;
  std::unordered_map<int, std::string> folders_;
};

}  // namespace

Result<std::unique_ptr<Changes>> inotify_changes() {
  Descriptor fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (fd.get() < 0) return failure("cannot listen for changes");
  return std::unique_ptr<Changes>(std::make_unique<Inotify>(std::move(fd)));
}

}  // namespace harvester::watch

#include "harvester/watch/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harvester/core/log.hpp"
#include "work.hpp"

namespace harvester::watch {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskEvery{100};      // whether imports have ended
constexpr milliseconds kLongestWait{5000};  // until it is seen that the folder is gone
constexpr milliseconds kLongestPause{60'000};

Error gone() {
  return {ErrorKind::not_found, "the folder is not there, or its drive is not mounted; it is tried again"};
}

}  // namespace

Folder::Folder(std::unique_ptr<Work> work) : work_(std::move(work)) {}
Folder::~Folder() = default;

Result<std::unique_ptr<Folder>> Folder::open(FolderOptions options, const FolderTools& tools) {
  auto work = std::make_unique<Work>(std::move(options), tools);
  if (auto opened = work->open(); !opened) return opened.error();
  return std::unique_ptr<Folder>(new Folder(std::move(work)));
}

Status Folder::run(const std::stop_token& stop) { return work_->run(stop); }

Folder::Work::Work(FolderOptions options, const FolderTools& tools) : options_(std::move(options)), tools_(tools) {
  rules_.settle = options_.watch.settle;
  rules_.after_import = options_.watch.after_import;
  rules_.set_aside_after = options_.set_aside_after;
}

Status Folder::Work::open() {
  root_ = Descriptor(::open(options_.watch.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root_ && (errno == ENOENT || errno == ENOTDIR)) return gone();
  if (!root_)
    return Error{ErrorKind::storage, fmt::format("the folder cannot be opened: {}", std::strerror(errno)), errno};
  wake_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  struct stat about {};
  struct statfs kind {};
  if (!wake_ || ::fstat(root_.get(), &about) != 0 || ::fstatfs(root_.get(), &kind) != 0)
    return Error{ErrorKind::storage, fmt::format("the folder cannot be asked: {}", std::strerror(errno)), errno};
  device_ = about.st_dev;
  inode_ = about.st_ino;
  const bool remote = is_remote_file_system(static_cast<std::uint64_t>(kind.f_type));
  rules_.same_clock = !remote;
  auto id = tools_.writer.run([&](database::Connection& connection) {
    return database::watched_files::open_folder(connection, hash_of(options_.watch.folder.lexically_normal()),
                                                tools_.clock.now());
  });
  if (!id) return id.error();
  place_ = {root_.get(), *id, !remote};
  const auto mode = options_.watch.mode;
  if (mode == config::Watch::Mode::inotify || (mode == config::Watch::Mode::automatic && !remote)) begin_to_listen();
  room_log("watch")->info("{}: {}", options_.name, changes_ ? "listens for changes" : "is looked through at intervals");
  return ok();
}

void Folder::Work::begin_to_listen() {
  auto changes = options_.changes();
  if (!changes) return listen_no_more(changes.error());
  changes_ = std::move(*changes);
}

void Folder::Work::listen_in(int fd, const std::string& path) {
  if (!changes_) return;
  const auto listening = changes_->listen(fd, path);
  if (!listening) listen_no_more(listening.error());
}

void Folder::Work::listen_no_more(const Error& why) {
  changes_.reset();
  if (!tools_.tally.is_new("listening")) return;
  room_log("watch")->warn(
      "{}: {}; it is looked through at intervals instead. The system allows so many watches: raise "
      "fs.inotify.max_user_watches and fs.inotify.max_user_instances (sysctl), or set mode: poll",
      options_.name, why.message);
}

/// Whether the folder of that name is still the one that was opened.
Status Folder::Work::check_root() const {
  struct stat about {};
  if (::stat(options_.watch.folder.c_str(), &about) != 0 || about.st_dev != device_ || about.st_ino != inode_)
    return gone();
  return ok();
}

Status Folder::Work::run(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { (void)::eventfd_write(wake_.get(), 1); });
  while (!stop.stop_requested()) {
    if (auto there = check_root(); !there) return there;
    hear();
    walk_on();
    look_at_due();
    take_ready(stop);
    ask_for_ends();
    wait(stop);
  }
  ask_ = true;
  ask_for_ends();
  return ok();
}

Now Folder::Work::now() const {
  return {std::chrono::steady_clock::now(), std::chrono::system_clock::now().time_since_epoch()};
}

/// When there is something to do at the latest.
Moment Folder::Work::next_moment() const {
  const auto moment = std::chrono::steady_clock::now();
  const bool paused = moment < paused_until_;
  if (may_walk()) return moment;
  if (!ready_.empty() && !paused && safe_.size() < options_.most_ahead) return moment;
  auto next = moment + kLongestWait;
  if (paused)
    next = std::min(next, paused_until_);
  else if (ready_.size() < kMostReady)
    next = std::min(next, awaited_.size() < options_.most_awaited ? std::min(next_due_, next_sweep_) : next_due_);
  if (!safe_.empty()) next = std::min(next, moment + kAskEvery);
  return next;
}

void Folder::Work::wait(const std::stop_token& stop) {
  if (stop.stop_requested()) return;
  const auto left = next_moment() - std::chrono::steady_clock::now();
  const auto most = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(left));
  pollfd polled[2] = {{wake_.get(), POLLIN, 0}, {changes_ ? changes_->descriptor() : -1, POLLIN, 0}};
  (void)::poll(polled, 2, static_cast<int>(most.count()));
}

/// Disk or database: nothing is lost, the files are still there. Told once, tried again after pauses that grow.
void Folder::Work::pause(const Error& error) {
  if (tools_.tally.is_new("pause")) room_log("watch")->warn("{}: pauses: {}", options_.name, error.message);
  paused_until_ = std::chrono::steady_clock::now() + next_pause_;
  next_pause_ = std::min(kLongestPause, next_pause_ * 2);
}

}  // namespace harvester::watch

#include "harvester/intake/pool.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

#include "harvester/core/log.hpp"
#include "harvester/database/intake_queue.hpp"

namespace harvester::intake {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
namespace queue = database::intake_queue;

/// A descriptor that is closed with its scope.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// One worker process as the pool sees it.
struct Child {
  pid_t pid = -1;
  Fd to, from;
  queue::WorkerToken token;
  bool busy = true;
  SteadyTime last_word{};
};

/// A file in memory that holds `text`; none if it cannot be made.
Fd file_in_memory(const std::string& text) {
  Fd file(::memfd_create("settings", MFD_CLOEXEC));
  if (file.get() >= 0 && ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    file.reset();
  return file;
}

/// Spawns a worker: standard input and output are pipes, descriptor 3 is `settings`, everything else of ours is closed
/// on exec.
std::optional<Child> spawn(const std::vector<std::string>& command, queue::WorkerToken token, int settings) {
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0) return std::nullopt;
  Fd in_read(in[0]), in_write(in[1]);
  if (::pipe2(out.data(), O_CLOEXEC) != 0) return std::nullopt;
  Fd out_read(out[0]), out_write(out[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in_read.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out_write.get(), STDOUT_FILENO);
  if (settings >= 0) ::posix_spawn_file_actions_adddup2(&actions, settings, 3);
  auto words = command;
  words.push_back("--generation=" + std::to_string(token.generation));
  words.push_back("--serial=" + std::to_string(token.serial));
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  return Child{pid, std::move(in_write), std::move(out_read), token, true, std::chrono::steady_clock::now()};
}

class ProcessPool final : public Pool {
 public:
  ProcessPool(PoolOptions options, database::Writer& writer, Signal& activity, const Clock& clock)
      : options_(std::move(options)),
        writer_(writer),
        activity_(activity),
        clock_(clock),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    // Workers die with the thread that spawned them, so one thread spawns them all and outlives them.
    thread_ = std::jthread([this](std::stop_token stop) { supervise(stop); });
  }
  ~ProcessPool() override { stop(std::chrono::milliseconds(1000)); }

  void nudge() override {
    keep_nudge();
    wake();
  }

  [[nodiscard]] bool stuck() const override { return own_failures_ >= kOwnFailures; }

  bool drain(std::stop_token stop) override;

  void stop(std::chrono::milliseconds grace) override {
    {
      std::lock_guard lock(mutex_);
      grace_ = grace;
    }
    thread_.request_stop();
    wake();
    if (thread_.joinable()) thread_.join();
  }

 private:
  static constexpr int kOwnFailures = 6;

  void wake() const {
    const std::uint64_t one = 1;
    if (::write(wake_.get(), &one, sizeof one) < 0) return;  // full means that it is awake
  }
  void keep_nudge() {
    std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  bool take_nudge() {
    std::lock_guard lock(mutex_);
    return std::exchange(nudged_, false);
  }

  void supervise(std::stop_token stop);
  void give_work();
  std::optional<Child> spawn_worker();
  void start_worker();
  [[nodiscard]] std::chrono::milliseconds longest_wait() const;
  void wait_for_words(std::chrono::milliseconds longest);
  void hear(Child& child);
  void bury_the_dead();
  enum class Blame { its_objects, nobody };
  void bury(Child& child, Blame blame = Blame::its_objects);
  void end_all();

  const PoolOptions options_;
  database::Writer& writer_;
  Signal& activity_;
  const Clock& clock_;
  Fd wake_;

  std::mutex mutex_;
  bool nudged_ = true;                     // guarded by mutex_; whatever an earlier process left is work
  std::chrono::milliseconds grace_{1000};  // guarded by mutex_

  std::atomic<int> own_failures_ = 0;  ///< in a row; written by thread_

  // used by thread_ only
  Fd settings_;
  std::vector<Child> children_;
  std::int64_t serial_ = 0;
  int deaths_in_a_row_ = 0;
  SteadyTime not_before_{};
  bool look_again_ = false;  ///< something came while all workers were busy: the next idle one looks again

  std::jthread thread_;
};

bool ProcessPool::drain(std::stop_token stop) {
  for (;;) {
    const auto seen = activity_.count();
    nudge();
    const auto open = writer_.run([](database::Connection& c) { return queue::open_objects(c); });
    if (!open) return false;
    if (*open == 0) return true;
    if (stop.stop_requested() || stuck()) return false;
    activity_.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::seconds(1), stop);
  }
}

/// A worker without its settings would not even begin: they are made until they could be.
std::optional<Child> ProcessPool::spawn_worker() {
  if (settings_.get() < 0 && !options_.settings.empty()) settings_ = file_in_memory(options_.settings);
  if (settings_.get() < 0 && !options_.settings.empty()) return std::nullopt;
  return spawn(options_.command, {options_.generation, ++serial_}, settings_.get());
}

void ProcessPool::start_worker() {
  if (std::chrono::steady_clock::now() < not_before_) return;
  if (auto child = spawn_worker()) {
    children_.push_back(std::move(*child));
    return;
  }
  room_log("intake")->error("cannot start a worker process: {}", std::strerror(errno));
  ++own_failures_;
  activity_.notify();
  not_before_ = std::chrono::steady_clock::now() + std::chrono::seconds(5);
}

/// Wakes an idle worker; one more is started while all are busy and more may run.
void ProcessPool::give_work() {
  if (!take_nudge()) return;
  for (auto& child : children_) {
    if (child.busy) continue;
    child.busy = true;
    child.last_word = std::chrono::steady_clock::now();
    if (::write(child.to.get(), "w", 1) == 1) return;
  }
  if (static_cast<int>(children_.size()) < options_.workers) start_worker();
  if (children_.empty()) keep_nudge();  // not started yet: try again when the pause is over
  look_again_ = true;
}

void ProcessPool::hear(Child& child) {
  std::array<char, 4096> bytes{};
  const auto got = ::read(child.from.get(), bytes.data(), bytes.size());
  if (got <= 0) return bury(child);
  const std::string_view words(bytes.data(), static_cast<std::size_t>(got));
  child.last_word = std::chrono::steady_clock::now();
  child.busy = !words.ends_with("idle\n");
  deaths_in_a_row_ = 0;
  own_failures_ = 0;
  if (words.find("done") != std::string_view::npos) activity_.notify();
  if (!child.busy && std::exchange(look_again_, false)) nudge();
}

/// A worker has ended. By itself only at our wish; else what it had claimed is given back, as a death against it.
void ProcessPool::bury(Child& child, Blame blame) {
  if (child.pid < 0) return;
  int status = 0;
  ::kill(child.pid, SIGKILL);
  ::waitpid(child.pid, &status, 0);
  const bool crashed = WIFSIGNALED(status) && blame == Blame::its_objects;
  child.pid = -1;
  const auto returned =
      writer_.run([&](database::Connection& c) { return queue::give_back(c, child.token, crashed, clock_.now()); });
  if (blame == Blame::nobody || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) return;
  room_log("intake")->warn("a worker process ended by {} {}; {} objects given back", crashed ? "signal" : "exit code",
                           crashed ? WTERMSIG(status) : WEXITSTATUS(status), returned.value_or(0));
  if (!crashed) ++own_failures_;  // it ended by itself: it could not begin, or could not write what it had imported
  deaths_in_a_row_ = std::min(deaths_in_a_row_ + 1, 8);
  not_before_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(50 << deaths_in_a_row_);
  activity_.notify();
  nudge();
}

void ProcessPool::bury_the_dead() {
  for (auto& child : children_) {
    const bool silent = child.busy && std::chrono::steady_clock::now() - child.last_word > options_.longest_object;
    if (silent) bury(child);
  }
  std::erase_if(children_, [](const Child& child) { return child.pid < 0; });
}

void ProcessPool::wait_for_words(std::chrono::milliseconds longest) {
  std::vector<pollfd> fds{{wake_.get(), POLLIN, 0}};
  for (const auto& child : children_) fds.push_back({child.from.get(), POLLIN, 0});
  if (::poll(fds.data(), fds.size(), static_cast<int>(longest.count())) <= 0) return;
  std::uint64_t count = 0;
  if (fds[0].revents != 0 && ::read(wake_.get(), &count, sizeof count) < 0) return;
  for (std::size_t n = 0; n < children_.size(); ++n)
    if (fds[n + 1].revents != 0) hear(children_[n]);
}

void ProcessPool::end_all() {
  for (auto& child : children_) child.to.reset();  // end of file: end after the batch at work
  std::chrono::milliseconds grace;
  {
    std::lock_guard lock(mutex_);
    grace = grace_;
  }
  const auto deadline = std::chrono::steady_clock::now() + grace;
  while (!children_.empty() && std::chrono::steady_clock::now() < deadline) {
    wait_for_words(std::chrono::milliseconds(50));
    bury_the_dead();
  }
  for (auto& child : children_) bury(child, Blame::nobody);
}

/// How long to listen before looking again: not beyond the pause after which a worker may be started.
std::chrono::milliseconds ProcessPool::longest_wait() const {
  constexpr std::chrono::milliseconds kLongest{1000};
  const auto now = std::chrono::steady_clock::now();
  if (now >= not_before_) return kLongest;
  return std::min(kLongest, std::chrono::ceil<std::chrono::milliseconds>(not_before_ - now));
}

void ProcessPool::supervise(std::stop_token stop) {
  while (!stop.stop_requested()) {
    give_work();
    wait_for_words(longest_wait());
    bury_the_dead();
  }
  end_all();
}

}  // namespace

std::unique_ptr<Pool> Pool::start(PoolOptions options, database::Writer& writer, Signal& activity, const Clock& clock) {
  return std::make_unique<ProcessPool>(std::move(options), writer, activity, clock);
}

}  // namespace harvester::intake

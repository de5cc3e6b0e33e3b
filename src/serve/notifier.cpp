#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"
#include "harvester/serve/notification.hpp"

extern char** environ;

namespace harvester::serve {
namespace {

constexpr std::chrono::seconds kCommandTime{60};

/// Our environment with what the command is told in it.
std::vector<std::string> environment_for(const Notification& notification) {
  std::vector<std::string> words;
  for (char** each = environ; *each != nullptr; ++each)
    if (std::strncmp(*each, "HARVESTER_", 10) != 0) words.emplace_back(*each);
  words.push_back(fmt::format("HARVESTER_EVENT={}", to_string(notification.occasion)));
  words.push_back(fmt::format("HARVESTER_NODE={}", notification.node));
  if (notification.harvest) words.push_back(fmt::format("HARVESTER_HARVEST={}", notification.harvest->value));
  return words;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// A pipe that holds the text; its reading end. It is small enough for the pipe to hold it all.
int pipe_with(const std::string& text) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return -1;
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  const bool written = ::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(ends[1]);
  if (written) return ends[0];
  ::close(ends[0]);
  return -1;
}

/// A process group of its own, so that it can be ended with all that it began; -errno where it cannot be spawned.
pid_t spawn(const std::string& command, const Notification& notification) {
  const int input = pipe_with(to_json(notification) + "\n");
  if (input < 0) return -EIO;
  std::vector<std::string> words{command};
  auto variables = environment_for(notification);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  ::posix_spawnattr_init(&attributes);
  sigset_t none, ignored_by_us;
  ::sigemptyset(&none);
  ::sigemptyset(&ignored_by_us);
  ::sigaddset(&ignored_by_us, SIGPIPE);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &ignored_by_us);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, command.c_str(), &actions, &attributes, pointers_to(words).data(),
                                   pointers_to(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  ::close(input);
  return failed == 0 ? pid : -failed;
}

/// How it ended, in words; nothing: well.
std::optional<std::string> wait_for(pid_t pid) {
  constexpr std::chrono::milliseconds kLookEvery{50};
  const auto until = std::chrono::steady_clock::now() + kCommandTime;
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= until) {
      ::kill(-pid, SIGKILL);
      ::waitpid(pid, &status, 0);
      return fmt::format("did not end within {} s and was killed", kCommandTime.count());
    }
    pause(kLookEvery, {});
  }
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
  if (WEXITSTATUS(status) == 0) return std::nullopt;
  return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

void run_command(const std::string& command, const Notification& notification) {
  const auto pid = spawn(command, notification);
  const auto fault = pid > 0 ? wait_for(pid) : std::optional("cannot be run: " + std::string(std::strerror(-pid)));
  if (fault) room_log("serve")->warn("notify of {}: {} {}", notification.node, command, *fault);
}

/// "https://host:port" and the rest of an address.
std::pair<std::string, std::string> split_url(const std::string& url) {
  const auto path = url.find('/', url.find("://") + 3);
  if (path == std::string::npos) return {url, "/"};
  return {url.substr(0, path), url.substr(path)};
}

/// Why it was not taken; nothing: it was.
std::optional<std::string> post(const std::string& url, const std::string& json) {
  constexpr int kSeconds = 10, kGood = 300;
  const auto [host, path] = split_url(url);
  httplib::Client client(host);
  client.set_connection_timeout(kSeconds);
  client.set_read_timeout(kSeconds);
  client.set_write_timeout(kSeconds);
  const auto answer = client.Post(path.c_str(), json, "application/json");
  if (!answer) return httplib::to_string(answer.error());
  if (answer->status < kGood) return std::nullopt;
  return fmt::format("HTTP status {}", answer->status);
}

/// The host alone is logged: the rest may be a secret.
void call_url(const std::string& url, const Notification& notification, const std::stop_token& stop) {
  constexpr int kTries = 3;
  constexpr std::chrono::seconds kBetween{5};
  std::optional<std::string> fault;
  for (int n = 0; n < kTries; ++n) {
    if (n > 0 && !pause(kBetween, stop)) break;
    fault = post(url, to_json(notification));
    if (!fault) return;
  }
  room_log("serve")->warn("notify of {}: {}: {}", notification.node, split_url(url).first, fault.value_or(""));
}

}  // namespace

struct Notifier::State {
  struct Letter {
    config::Notify to;
    Notification notification;
    std::function<void()> handed_over;
  };

  State() : thread([this](const std::stop_token& stop) { hand_over(stop); }) {}

  void hand_over(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (changed.wait(lock, stop, [&] { return !waiting.empty(); }) && !stop.stop_requested()) {
      const auto letter = std::move(waiting.front());
      waiting.pop_front();
      busy = true;
      lock.unlock();
      if (letter.to.command) run_command(letter.to.command->string(), letter.notification);
      if (letter.to.ping_url) call_url(*letter.to.ping_url, letter.notification, stop);
      if (letter.handed_over) letter.handed_over();
      lock.lock();
      busy = false;
      changed.notify_all();
    }
    if (!waiting.empty()) room_log("serve")->warn("{} notifications were not handed over any more", waiting.size());
    waiting.clear();
  }

  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<Letter> waiting;  // guarded by mutex
  bool busy = false;           // guarded by mutex
  std::jthread thread;         // last: it uses the rest
};

Notifier::Notifier() : state_(std::make_unique<State>()) {}
Notifier::~Notifier() = default;

void Notifier::send(const config::Notify& to, const Notification& notification, std::function<void()> handed_over) {
  constexpr std::size_t kMost = 1000;
  if (!is_wanted(to, notification) || (!to.command && !to.ping_url)) return;
  const std::lock_guard lock(state_->mutex);
  if (state_->waiting.size() >= kMost) state_->waiting.pop_front();
  state_->waiting.push_back({to, notification, std::move(handed_over)});
  state_->changed.notify_all();
}

void Notifier::flush() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->waiting.empty() && !state_->busy; });
}

}  // namespace harvester::serve

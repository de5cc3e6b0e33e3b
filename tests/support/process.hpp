#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace harvester::tests {

/// A child process; killed and reaped with its owner if it still runs. Its output is read by wait().
class Process {
 public:
  explicit Process(const std::vector<std::string>& command,
                   const std::map<std::string, std::string>& environment = {}) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    auto arguments = pointers(command);
    auto merged = merged_environment(environment);
    auto variables = pointers(merged);
    const int failed = ::posix_spawnp(&pid_, command[0].c_str(), &actions, nullptr, arguments.data(), variables.data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed != 0) throw std::runtime_error("cannot start " + command[0]);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      reap();
    }
    ::close(output_);
  }

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const { ::kill(pid_, number); }

  /// Reads its output to the end and its exit code; a signal gives 128 + its number.
  int wait() {
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(output_, buffer, sizeof(buffer))) > 0;)
      text_.append(buffer, static_cast<std::size_t>(count));
    return reap();
  }

  [[nodiscard]] const std::string& output() const { return text_; }

 private:
  static std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
  }

  static std::vector<std::string> merged_environment(const std::map<std::string, std::string>& more) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string text = *entry;
      if (!more.contains(text.substr(0, text.find('=')))) all.push_back(text);
    }
    for (const auto& [name, value] : more) all.push_back(name + "=" + value);
    return all;
  }

  int reap() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  pid_t pid_ = -1;
  int output_ = -1;
  std::string text_;
};

struct Ran {
  int code = 0;
  std::string output;  ///< standard output and error
};

/// Runs a command to its end.
inline Ran run(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment = {}) {
  Process process(command, environment);
  const int code = process.wait();
  return {code, process.output()};
}

/// Waits until a condition holds; false if it does not within the limit, which is generous since the machine may be
/// slow.
template <class Condition>
bool eventually(Condition&& condition, std::chrono::milliseconds limit = std::chrono::seconds(30)) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace harvester::tests

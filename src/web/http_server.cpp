#include "http_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace harvester::web {
namespace {

using Time = std::chrono::steady_clock::time_point;
constexpr std::chrono::milliseconds kSlice{100};     // how long a stop may stay unseen
constexpr std::chrono::milliseconds kParting{1000};  // for the last answer to be read

thread_local bool no_thread_left = false;  // this task is run by the accepting thread: only to close its connection

/// As many threads as are needed, up to the limit; what has to wait is bounded, too.
class Threads final : public httplib::TaskQueue {
 public:
  Threads(std::size_t most, std::size_t most_waiting, std::atomic<std::size_t>& waiting)
      : most_(most), most_waiting_(most_waiting), waiting_(waiting) {}

  void enqueue(std::function<void()> task) override {
    {
      const std::lock_guard lock(mutex_);
      if (tasks_.size() < most_waiting_) {
        tasks_.push_back(std::move(task));
        waiting_ = tasks_.size();
        if (idle_ < tasks_.size() && threads_.size() < most_) threads_.emplace_back([this] { work(); });
        changed_.notify_one();
        return;
      }
    }
    no_thread_left = true;
    task();
    no_thread_left = false;
  }

  void shutdown() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      changed_.notify_all();
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void work() {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        ++idle_;
        changed_.wait(lock, [&] { return ending_ || !tasks_.empty(); });
        --idle_;
        if (tasks_.empty()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
        waiting_ = tasks_.size();
      }
      task();
    }
  }

  const std::size_t most_, most_waiting_;
  std::atomic<std::size_t>& waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;  // guarded by mutex_
  std::size_t idle_ = 0;                     // guarded by mutex_
  bool ending_ = false;                      // guarded by mutex_
  std::vector<std::thread> threads_;         // changed by the accepting thread only
};

/// One connection, read and written with a deadline.
class BoundedStream final : public httplib::Stream {
 public:
  BoundedStream(int socket, const HttpLimits& limits, const std::atomic<bool>& ending)
      : socket_(socket), limits_(limits), ending_(ending) {}

  bool is_readable() const override { return at_ < filled_ || ready(POLLIN, std::chrono::milliseconds(0)); }
  bool is_writable() const override { return ready(POLLOUT, std::chrono::milliseconds(0)) && !is_gone(); }
  socket_t socket() const override { return socket_; }

  ssize_t read(char* into, std::size_t size) override {
    if (at_ == filled_ && !fill()) return ended_ ? 0 : -1;
    const auto count = std::min(size, filled_ - at_);
    std::memcpy(into, buffer_.data() + at_, count);
    at_ += count;
    if (count > allowance_) {
      exceeded_ = true;
      return -1;
    }
    allowance_ -= count;
    return static_cast<ssize_t>(count);
  }

  /// Of a request that did not come as it should have nothing is answered but what say() says.
  ssize_t write(const char* bytes, std::size_t size) override {
    if (exceeded() || too_slow()) return -1;
    return put(bytes, size);
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override { name_of(::getpeername, ip, port); }
  void get_local_ip_and_port(std::string& ip, int& port) const override { name_of(::getsockname, ip, port); }

  /// Waits for the first byte of a request; false: none comes. Looks whether others need the thread.
  bool await_request(std::chrono::milliseconds longest, const std::atomic<std::size_t>& others) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (at_ == filled_) {
      if (ready(POLLIN, std::min(kSlice, longest))) break;
      if (ending_ || others > 0 || std::chrono::steady_clock::now() >= deadline) return false;
    }
    deadline_ = std::chrono::steady_clock::now() + limits_.request_time;
    allowance_ = limits_.header_bytes;
    exceeded_ = answered_ = closing_ = late_ = false;
    return true;
  }

  void allow(std::size_t bytes) { allowance_ = bytes; }
  void close_after_answer() { closing_ = true; }
  [[nodiscard]] bool closing() const { return closing_; }
  [[nodiscard]] bool exceeded() const { return exceeded_ && !answered_; }
  [[nodiscard]] bool too_slow() const { return late_ && !answered_; }

  void say(std::string_view text) { (void)put(text.data(), text.size()); }

  /// Says that nothing more comes, and lets the caller read that: closing at once would take back what was sent last
  /// if the caller still sends.
  void part() const {
    constexpr std::size_t kMost = 1 << 20;
    const auto deadline = std::chrono::steady_clock::now() + kParting;
    ::shutdown(socket_, SHUT_WR);
    std::array<char, 8192> ignored;
    for (std::size_t taken = 0; taken < kMost && wait(POLLIN, deadline);) {
      const auto count = ::recv(socket_, ignored.data(), ignored.size(), MSG_DONTWAIT);
      if (count <= 0) return;
      taken += static_cast<std::size_t>(count);
    }
  }

 private:
  ssize_t put(const char* bytes, std::size_t size) {
    if (!wait(POLLOUT, std::chrono::steady_clock::now() + limits_.write_time)) return -1;
    answered_ = true;
    return ::send(socket_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  bool fill() {
    if (!wait(POLLIN, deadline_)) {
      late_ = !ending_;
      return false;
    }
    const auto count = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    ended_ = count == 0;
    at_ = 0;
    filled_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    return count > 0;
  }

  bool wait(short what, Time deadline) const {
    while (!ending_ || what == POLLOUT) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      if (ready(what, std::min(left, kSlice))) return true;
      if (ending_) return false;
    }
    return false;
  }

  bool ready(short what, std::chrono::milliseconds longest) const {
    pollfd about{socket_, what, 0};
    return ::poll(&about, 1, static_cast<int>(longest.count())) > 0;
  }

  bool is_gone() const {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }

  template <class Ask>
  void name_of(Ask ask, std::string& ip, int& port) const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (ask(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = address.ss_family == AF_INET6
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
                            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    if (::inet_ntop(address.ss_family, bytes, text.data(), text.size()) != nullptr) ip = text.data();
    port = ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }

  const int socket_;
  const HttpLimits& limits_;
  const std::atomic<bool>& ending_;
  std::array<char, 8192> buffer_{};
  std::size_t at_ = 0, filled_ = 0;
  Time deadline_{};
  std::size_t allowance_ = 0;
  bool exceeded_ = false, late_ = false, ended_ = false, answered_ = false, closing_ = false;
};

thread_local BoundedStream* current = nullptr;  // of the request that this thread handles

/// Brotli as httplib has it takes a second for a megabyte.
void only_gzip(httplib::Request& request) {
  const bool gzip = request.get_header_value("Accept-Encoding").find("gzip") != std::string::npos;
  request.headers.erase("Accept-Encoding");
  if (gzip) request.headers.emplace("Accept-Encoding", "gzip");
}

}  // namespace

HttpServer::HttpServer(HttpLimits limits) : limits_(limits) {
  set_tcp_nodelay(true);
  set_payload_max_length(limits.body_bytes);
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  new_task_queue = [this] { return new Threads(limits_.threads, limits_.waiting, waiting_); };
}

void HttpServer::end() {
  ending_ = true;
  stop();
}

void HttpServer::close_after_answer() {
  if (current != nullptr) current->close_after_answer();
}

void HttpServer::allow_body(std::size_t bytes) {
  if (current != nullptr) current->allow(bytes);
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  if (!no_thread_left) converse(socket);
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  return true;
}

void HttpServer::converse(socket_t socket) {
  constexpr int kMostRequests = 1000;
  static constexpr std::string_view kTooLarge =
      "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  static constexpr std::string_view kTooSlow =
      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  BoundedStream stream(socket, limits_, ending_);
  static const std::atomic<std::size_t> nobody = 0;
  for (int n = 0; n < kMostRequests && !ending_; ++n) {
    if (!stream.await_request(n == 0 ? limits_.request_time : limits_.idle_time, n == 0 ? nobody : waiting_)) break;
    bool closed = false;
    current = &stream;
    const bool handled = process_request(stream, false, closed, only_gzip);
    current = nullptr;
    const bool refused = stream.exceeded() || stream.too_slow() || stream.closing();
    if (stream.exceeded())
      stream.say(kTooLarge);
    else if (stream.too_slow())
      stream.say(kTooSlow);
    if (refused) stream.part();
    if (refused || !handled || closed) break;
  }
}

}  // namespace harvester::web

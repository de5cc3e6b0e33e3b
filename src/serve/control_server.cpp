#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <list>
#include <nlohmann/json.hpp>
#include <streambuf>
#include <thread>

#include "channel.hpp"
#include "harvester/core/log.hpp"
#include "harvester/serve/audit.hpp"
#include "harvester/serve/control.hpp"
#include "harvester/serve/events.hpp"
#include "harvester/serve/node_test.hpp"
#include "harvester/serve/store_words.hpp"

namespace harvester::serve {
namespace {

constexpr std::size_t kMostConnections = 16;
constexpr std::chrono::seconds kFirstLine{10};
constexpr std::chrono::hours kPatience{24 * 365};

/// The pieces of one file as a stream buffer. A connection that ends inside a file, or a file that its sender could not
/// read to the end, is a read error, never the end of the file.
class Pieces final : public std::streambuf {
 public:
  Pieces(Channel& channel, std::uint32_t first_length, std::stop_token stop)
      : channel_(channel), stop_(std::move(stop)), left_(first_length), ended_(first_length == 0) {}

  /// Reads what is left of the file, so that the answer comes in its turn. False if the connection is gone.
  bool skip_rest() {
    try {
      while (underflow() != traits_type::eof()) setg(nullptr, nullptr, nullptr);
      return true;
    } catch (const std::ios_base::failure&) {
      return broken_off_;
    }
  }

 protected:
  int_type underflow() override {
    if (left_ == 0 && !ended_) next_piece();
    if (broken_off_) throw std::ios_base::failure("broken off");
    if (ended_) return traits_type::eof();
    const auto count = std::min<std::size_t>(left_, buffer_.size());
    if (!channel_.read_exactly({buffer_.data(), count}, stop_)) throw std::ios_base::failure("gone");
    left_ -= static_cast<std::uint32_t>(count);
    setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
    return traits_type::to_int_type(buffer_[0]);
  }

 private:
  void next_piece() {
    const auto length = channel_.read_length(stop_);
    if (!length) throw std::ios_base::failure("gone");
    broken_off_ = *length == kBrokenOff;
    ended_ = *length == 0 || broken_off_;
    left_ = ended_ ? 0 : *length;
  }

  Channel& channel_;
  const std::stop_token stop_;
  std::uint32_t left_;  ///< of the piece
  bool ended_;
  bool broken_off_ = false;
  std::array<char, 65536> buffer_;
};

/// Who is on the other side of a socket of this machine.
std::string user_behind(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  const bool known = ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  return known ? user_words(peer.uid) : "user unknown";
}

/// One client being served.
class Conversation {
 public:
  Conversation(Engine& engine, const Profiles& profiles, int fd, std::stop_token stop)
      : engine_(engine), profiles_(profiles), user_(user_behind(fd)), channel_(fd), stop_(std::move(stop)) {}

  void run() {
    const AskedBy user(user_);
    const auto hello = channel_.read_line(kFirstLine, stop_);
    if (!hello) return;
    const auto words = nlohmann::json::parse(*hello, nullptr, false);
    if (words.is_object() && words.contains("job")) return run_job_of(words["job"].dump());
    if (words.is_object() && words.contains("node_test")) return test_node(words.value("node_test", std::string()));
    if (words.is_object() && words.contains("import")) return import();
    if (words.is_object() && words.contains("end")) return end(words);
    if (words.is_object() && words.contains("stores")) return (void)channel_.write_line(to_json(engine_.stores()));
    if (words.is_object() && words.contains("schedule")) return schedule(words["schedule"].dump());
    if (words.is_object() && words.contains("export")) return note_export(words["export"].dump());
    if (words.is_object() && words.contains("quarantine")) return quarantine(words["quarantine"].dump());
    (void)channel_.write_line(to_json(Error{ErrorKind::config, "a request that this version does not understand"}));
  }

 private:
  void run_job_of(const std::string& text) {
    const auto job = harvest_job_from_json(text);
    if (!job) return (void)channel_.write_line(to_json(job.error()));
    converse([&](const OnEvent& tell, std::stop_token cancel) {
      return run_job(engine_, profiles_.get(), *job, tell, {std::move(cancel), stop_});
    });
  }

  void test_node(const std::string& node) {
    converse([&](const OnEvent& tell, std::stop_token cancel) {
      return run_node_test(engine_, profiles_.get(), node, tell, std::move(cancel));
    });
  }

  /// Runs something that the client may cancel, and tells it what happens; the last is the exit code.
  void converse(const std::function<int(const OnEvent&, std::stop_token)>& run) {
    std::stop_source cancel;
    const std::stop_callback with_us(stop_, [&] { cancel.request_stop(); });
    std::jthread listening([&](std::stop_token end) { listen_for_cancel(cancel, end); });
    std::atomic<bool> heard = true;  // a client that went away without a word leaves its job running
    const auto tell = [&](const std::string& event) {
      if (heard && !channel_.write_line(event)) heard = false;
    };
    const int code = run(tell, cancel.get_token());
    tell(events::done(code));
  }

  void end(const nlohmann::json& words) {
    const auto wish = words.value("wish", "") == "pause" ? Wish::pause : Wish::cancel;
    const HarvestId id{words["end"].is_number_integer() ? words["end"].get<std::int64_t>() : 0};
    const auto ended = end_harvest(engine_, id, wish);
    (void)channel_.write_line(ended ? "{}" : to_json(ended.error()));
  }

  void schedule(const std::string& text) {
    const auto order = schedule_order_from_json(text);
    if (!order) return (void)channel_.write_line(to_json(order.error()));
    if (order->act == ScheduleOrder::Act::run)
      return converse([&](const OnEvent& tell, std::stop_token cancel) {
        return run_schedule(engine_, profiles_.get(), order->key, {}, tell, {std::move(cancel), stop_});
      });
    const auto done = pause_schedule(engine_, profiles_.get(), *order);
    (void)channel_.write_line(done ? "{}" : to_json(done.error()));
  }

  void note_export(const std::string& detail) {
    const auto done = record_act(engine_, "export", "", detail);
    (void)channel_.write_line(done ? "{}" : to_json(done.error()));
  }

  void quarantine(const std::string& text) {
    const auto order = quarantine_order_from_json(text);
    if (!order) return (void)channel_.write_line(to_json(order.error()));
    const auto ends = work_on_quarantine(engine_, *order, stop_);
    (void)channel_.write_line(ends ? ends_json(*ends) : to_json(ends.error()));
  }

  void listen_for_cancel(std::stop_source& cancel, const std::stop_token& end) {
    while (const auto line = channel_.read_line(kPatience, end)) {
      const auto words = nlohmann::json::parse(*line, nullptr, false);
      if (words.is_object() && words.value("cancel", false)) cancel.request_stop();
    }
  }

  void import() {
    for (;;) {
      const auto length = channel_.read_length(stop_);
      if (!length) return;
      const auto answer = *length == kWordsFollow ? await() : take_one(*length);
      if (!answer || !channel_.write_line(*answer)) return;
    }
  }

  /// Nothing: the connection is gone.
  std::optional<std::string> take_one(std::uint32_t first_length) {
    Pieces pieces(channel_, first_length, stop_);
    std::istream bytes(&pieces);
    const auto taken = serve::take(engine_, bytes);
    if (!pieces.skip_rest()) return std::nullopt;
    if (!taken) return to_json(taken.error());
    return nlohmann::json{
        {"object", taken->id.value}, {"state", to_string(taken->state)}, {"reason", to_string(taken->reason)}}
        .dump();
  }

  std::optional<std::string> await() {
    const auto line = channel_.read_line(kFirstLine, stop_);
    const auto words = line ? nlohmann::json::parse(*line, nullptr, false) : nlohmann::json();
    if (!words.is_object() || !words.contains("await")) return std::nullopt;
    std::vector<ObjectId> ids;
    for (const auto& id : words["await"])
      if (id.is_number_integer()) ids.push_back({id.get<std::int64_t>()});
    const auto ends = serve::await_imports(engine_, ids, stop_);
    return ends ? ends_json(*ends) : to_json(ends.error());
  }

  static std::string ends_json(const std::vector<ImportEnd>& ends) {
    auto list = nlohmann::json::array();
    for (const auto& end : ends)
      list.push_back({{"object", end.id.value},
                      {"ended", end.ended},
                      {"state", end.state},
                      {"reason", end.reason},
                      {"message", end.message}});
    return nlohmann::json{{"ends", std::move(list)}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  Engine& engine_;
  const Profiles& profiles_;
  const std::string user_;
  Channel channel_;
  const std::stop_token stop_;
};

class Server final : public ControlServer {
 public:
  Server(Engine& engine, const Profiles& profiles, int fd, Beat beat)
      : engine_(engine), profiles_(profiles), fd_(fd), beat_(std::move(beat)), thread_([this](std::stop_token stop) {
          accept_until(stop);
        }) {}

  ~Server() override {
    stop();
    ::close(fd_);
  }

  void stop() override {
    thread_.request_stop();
    if (!thread_.joinable()) return;
    thread_.join();
    ::unlink(engine_.paths().control_socket().c_str());
  }

 private:
  struct Guest {
    std::atomic<bool> left = false;
    std::jthread thread;
  };

  void accept_until(const std::stop_token& stop) {
    constexpr int kLookEveryMs = 200;
    while (!stop.stop_requested()) {
      if (beat_) beat_();
      guests_.remove_if([](const Guest& guest) { return guest.left.load(); });
      pollfd about{fd_, POLLIN, 0};
      if (::poll(&about, 1, kLookEveryMs) <= 0) continue;
      const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client >= 0) welcome(client);
    }
    guests_.clear();  // asks each to stop and joins it
  }

  void welcome(int client) {
    if (guests_.size() >= kMostConnections) {
      (void)Channel(client).write_line(to_json(Error{ErrorKind::transient, "too many jobs at once: try again later"}));
      return;
    }
    auto& guest = guests_.emplace_back();
    guest.thread = std::jthread([this, &guest, client](std::stop_token stop) {
      try {
        Conversation(engine_, profiles_, client, stop).run();
      } catch (const std::exception& failure) {
        room_log("serve")->error("control socket: {}", failure.what());
      }
      guest.left = true;
    });
  }

  Engine& engine_;
  const Profiles& profiles_;
  const int fd_;
  const Beat beat_;
  std::list<Guest> guests_;  // used by thread_ only
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::open(Engine& engine, const Profiles& profiles, Beat beat) {
  const auto socket = listen_on(engine.paths());
  if (!socket) return socket.error();
  return std::unique_ptr<ControlServer>(std::make_unique<Server>(engine, profiles, *socket, std::move(beat)));
}

}  // namespace harvester::serve

#include <array>
#include <nlohmann/json.hpp>

#include "channel.hpp"
#include "harvester/serve/control.hpp"
#include "harvester/serve/events.hpp"
#include "harvester/serve/store_words.hpp"

namespace harvester::serve {
namespace {

constexpr std::chrono::hours kPatience{24 * 365};  // a job takes as long as it takes; a dead owner closes the socket

nlohmann::json parsed(const std::string& line) { return nlohmann::json::parse(line, nullptr, false); }

}  // namespace

struct ControlClient::Link {
  explicit Link(int fd) : channel(fd) {}
  Channel channel;
};

ControlClient::ControlClient(std::unique_ptr<Link> link) : link_(std::move(link)) {}
ControlClient::ControlClient(ControlClient&&) noexcept = default;
ControlClient& ControlClient::operator=(ControlClient&&) noexcept = default;
ControlClient::~ControlClient() = default;

Result<ControlClient> ControlClient::connect(const database::DataPaths& paths) {
  const auto socket = connect_to(paths);
  if (!socket) return Error{ErrorKind::not_found, socket.error().message, socket.error().code};
  return ControlClient(std::make_unique<Link>(*socket));
}

Result<int> ControlClient::run(const HarvestJob& job, const OnEvent& on_event, std::stop_token stop) {
  const nlohmann::json hello{{"schema", 1}, {"job", nlohmann::json::parse(to_json(job))}};
  return converse(hello.dump(), on_event, std::move(stop));
}

Result<int> ControlClient::test_node(const std::string& node, const OnEvent& on_event, std::stop_token stop) {
  const nlohmann::json hello{{"schema", 1}, {"node_test", node}};
  return converse(hello.dump(), on_event, std::move(stop));
}

Result<int> ControlClient::converse(const std::string& hello, const OnEvent& on_event, std::stop_token stop) {
  auto& channel = link_->channel;
  if (const auto said = channel.write_line(hello); !said) return said.error();
  const std::stop_callback cancel(stop, [&] { (void)channel.write_line(R"({"cancel": true})"); });
  for (;;) {
    const auto line = channel.read_line(kPatience, {});
    if (!line)
      return Error{ErrorKind::transient,
                   "the process that ran this ended before it was done; what is open is resumed when it starts again"};
    const auto event = parsed(*line);
    if (!event.is_object()) continue;
    if (event.contains("kind")) return error_from_json(*line);
    if (event.value("event", "") == "done") return event.value("exit_code", 1);
    on_event(*line);
  }
}

Status ControlClient::end_harvest(HarvestId id, Wish wish) {
  const auto* word = wish == Wish::pause ? "pause" : "cancel";
  return ask(nlohmann::json{{"schema", 1}, {"end", id.value}, {"wish", word}}.dump());
}

/// What is answered by {} or an error.
Status ControlClient::ask(const std::string& hello) {
  if (const auto said = link_->channel.write_line(hello); !said) return said.error();
  const auto line = link_->channel.read_line(kPatience, {});
  if (!line) return line.error();
  return parsed(*line).contains("kind") ? Status(error_from_json(*line)) : ok();
}

namespace {

std::string hello_of(const ScheduleOrder& order) {
  return nlohmann::json{{"schema", 1}, {"schedule", nlohmann::json::parse(to_json(order))}}.dump();
}

}  // namespace

Result<int> ControlClient::run_schedule(const ScheduleOrder& order, const OnEvent& on_event, std::stop_token stop) {
  return converse(hello_of(order), on_event, std::move(stop));
}

Status ControlClient::record_export(const std::string& detail) {
  return ask(nlohmann::json{{"schema", 1}, {"export", nlohmann::json::parse(detail)}}.dump());
}

Status ControlClient::pause_schedule(const ScheduleOrder& order) { return ask(hello_of(order)); }

Status ControlClient::begin_import() { return link_->channel.write_line(R"({"schema": 1, "import": true})"); }

namespace {

/// The pieces of a file, its end, or the mark that it broke off.
Status send_pieces(Channel& channel, std::istream& bytes) {
  std::array<char, 65536> piece;
  while (bytes) {
    bytes.read(piece.data(), piece.size());
    const auto count = static_cast<std::size_t>(bytes.gcount());
    if (count == 0) break;
    if (const auto sent = channel.write_length(static_cast<std::uint32_t>(count)); !sent) return sent;
    if (const auto sent = channel.write_bytes({piece.data(), count}); !sent) return sent;
  }
  return channel.write_length(bytes.bad() ? kBrokenOff : 0);
}

}  // namespace

Result<Taken> ControlClient::take(std::istream& bytes) {
  if (const auto sent = send_pieces(link_->channel, bytes); !sent) return sent.error();
  const auto line = link_->channel.read_line(kPatience, {});
  if (!line) return line.error();
  const auto answer = parsed(*line);
  if (!answer.is_object() || !answer.contains("object")) return error_from_json(*line);
  return Taken{{answer.value("object", std::int64_t{0})},
               intake_state_of(answer.value("state", "")).value_or(IntakeState::imported),
               intake_reason_of(answer.value("reason", "")).value_or(IntakeReason::none)};
}

namespace {

/// How objects ended, from one line of the other side.
Result<std::vector<ImportEnd>> read_ends(Channel& channel, std::stop_token stop) {
  const auto line = channel.read_line(kPatience, std::move(stop));
  if (!line) return line.error();
  const auto answer = parsed(*line);
  if (!answer.is_object() || !answer.contains("ends")) return error_from_json(*line);
  std::vector<ImportEnd> ends;
  for (const auto& end : answer["ends"])
    ends.push_back({{end.value("object", std::int64_t{0})},
                    end.value("ended", false),
                    end.value("state", ""),
                    end.value("reason", ""),
                    end.value("message", "")});
  return ends;
}

}  // namespace

Result<std::vector<ImportEnd>> ControlClient::work_on_quarantine(const QuarantineOrder& order, std::stop_token stop) {
  const nlohmann::json hello{{"schema", 1}, {"quarantine", nlohmann::json::parse(to_json(order))}};
  if (const auto said = link_->channel.write_line(hello.dump()); !said) return said.error();
  return read_ends(link_->channel, std::move(stop));
}

Result<std::vector<receive::StoreStatus>> ControlClient::stores() {
  constexpr std::chrono::seconds kAnswer{10};
  if (const auto said = link_->channel.write_line(R"({"schema": 1, "stores": true})"); !said) return said.error();
  const auto line = link_->channel.read_line(kAnswer, {});
  if (!line) return line.error();
  return stores_from_json(*line);
}

Result<std::vector<ImportEnd>> ControlClient::await_imports(const std::vector<ObjectId>& ids) {
  auto list = nlohmann::json::array();
  for (const auto id : ids) list.push_back(id.value);
  auto& channel = link_->channel;
  if (const auto sent = channel.write_length(kWordsFollow); !sent) return sent.error();
  if (const auto sent = channel.write_line(nlohmann::json{{"await", std::move(list)}}.dump()); !sent)
    return sent.error();
  return read_ends(channel, {});
}

}  // namespace harvester::serve

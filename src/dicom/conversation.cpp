#include "conversation.hpp"

#include "harvester/core/text.hpp"

namespace harvester::dicom {
namespace {

constexpr std::uint64_t kDiscardLimit = std::uint64_t{1} << 30;

}  // namespace

ScuMessages::ScuMessages(ScuAssociation::State& state) : state_(state) {
  for (int id = 1; id < 256; id += 2) {
    T_ASC_PresentationContext found{};
    const auto context = static_cast<T_ASC_PresentationContextID>(id);
    if (ASC_findAcceptedPresentationContext(raw()->params, context, &found).good())
      contexts[context] = {found.abstractSyntax, found.acceptedTransferSyntax};
  }
}

Error ScuMessages::abort_because(const std::string& reason, bool) {
  close();
  return {ErrorKind::transient, reason};
}

Conversation::Conversation(ScuAssociation::State& state, Limits limits, const char* doing, std::stop_token stop)
    : state_(state),
      messages_(state),
      limits_(std::move(limits)),
      doing_(doing),
      stop_(std::move(stop)),
      patience_(limits_.silence, state.options.cancel_wait),
      latest_(std::chrono::steady_clock::now() + limits_.total) {}

Status Conversation::ask(const char* abstract_syntax, T_DIMSE_Message message, std::uint16_t message_id,
                         const Attributes& identifier) {
  auto context = state_.context_for(abstract_syntax);
  if (!context) return context.error();
  context_ = *context;
  message_id_ = message_id;
  return state_.send(context_, message, to_dataset(identifier).get(), doing_);
}

void Conversation::cancel() {
  if (patience_.cancelled()) return;
  patience_.cancel();
  (void)DIMSE_sendCancelRequest(state_.association.get(), context_, message_id_);
}

void Conversation::watch_clock() {
  if (stop_.stop_requested() || std::chrono::steady_clock::now() > latest_) cancel();
}

Error Conversation::gave_up() const {
  if (!patience_.cancelled()) return broken(DIMSE_NODATAAVAILABLE, doing_);
  const auto kind = stop_.stop_requested() ? ErrorKind::cancelled : ErrorKind::transient;
  return {kind, fmt::format("{}: cancelled, and the node did not answer that", doing_)};
}

Error Conversation::ended(const Error& why) const {
  if (patience_.over()) return gave_up();
  if (why.kind == ErrorKind::cancelled) return broken(DUL_PEERREQUESTEDRELEASE, doing_);
  return {ErrorKind::transient, fmt::format("{}: {}", doing_, why.message), why.code};
}

Error Conversation::breach(const char* what) {
  return messages_.abort_because(fmt::format("{}: {}", doing_, what), true);
}

Result<Conversation::Message> Conversation::hear() {
  for (;;) {
    watch_clock();
    if (patience_.over()) return gave_up();
    if (messages_.buffered() || ASC_dataWaiting(state_.association.get(), 1)) {
      auto message = messages_.read_command();
      if (!message) return ended(message.error());
      patience_.heard_at(std::chrono::steady_clock::now());
      return message;
    }
    if (limits_.last_sign) patience_.heard_at(limits_.last_sign());
  }
}

Result<Conversation::Message> Conversation::hear(std::uint16_t field) {
  auto message = hear();
  if (message && message->set.field() != field) return breach("the node answered with a message of another kind");
  return message;
}

class Conversation::Watched final : public DatasetSink {
 public:
  Watched(Conversation& talk, DatasetSink& sink) : talk_(talk), sink_(sink) {}

  Status write(std::span<const std::byte> bytes) override {
    talk_.watch_clock();
    talk_.patience_.heard_at(std::chrono::steady_clock::now());
    if (!talk_.patience_.over()) return sink_.write(bytes);
    talk_.messages_.close();
    return Error{ErrorKind::transient, "given up"};
  }

  void arriving() override {
    talk_.patience_.heard_at(std::chrono::steady_clock::now());
    sink_.arriving();
  }

 private:
  Conversation& talk_;
  DatasetSink& sink_;
};

Result<Reception> Conversation::receive(ContextId context, DatasetSink& sink) {
  Watched watched(*this, sink);
  auto received = messages_.read_dataset(context, watched, kDiscardLimit);
  if (!received) return ended(received.error());
  if (!messages_.is_open()) return gave_up();
  return received;
}

Result<std::optional<Attributes>> Conversation::identifier(const Message& message) {
  IdentifierSink sink;
  auto received = receive(message.context, sink);
  if (!received) return received.error();
  if (received->sink_failure) return std::optional<Attributes>();
  const auto& syntax = messages_.contexts.at(message.context).transfer_syntax;
  auto attributes = attributes_of(sink.bytes, syntax, state_.options.default_charset);
  if (!attributes) return std::optional<Attributes>();
  return std::optional(*std::move(attributes));
}

Status Conversation::respond(ContextId context, T_DIMSE_Message& response, const std::string& comment) {
  patience_.heard_at(std::chrono::steady_clock::now());
  if (auto sent = messages_.send(context, response, comment, nullptr); !sent) return ended(sent.error());
  return ok();
}

DimseStatus status_of(const CommandSet& set) { return {set.number(command_element::kStatus).value_or(0x0110)}; }

std::string comment_of(const CommandSet& set) { return repaired_utf8(set.text(command_element::kErrorComment)); }

MoveCounts counts_of(const CommandSet& set) {
  const auto count = [&](std::uint16_t element) {
    const auto value = set.number(element);
    return value ? std::optional<int>(*value) : std::nullopt;
  };
  return {count(command_element::kRemaining), count(command_element::kCompleted), count(command_element::kFailed),
          count(command_element::kWarning)};
}

Status note_response(Conversation& talk, const Conversation::Message& message, MoveOutcome& outcome) {
  outcome.status = status_of(message.set);
  outcome.counts = counts_of(message.set);
  outcome.comment = comment_of(message.set);
  outcome.stopped = talk.cancelled();
  if (!message.set.has_dataset()) return ok();
  auto identifier = talk.identifier(message);
  if (!identifier) return identifier.error();
  outcome.failed.clear();
  if (*identifier)
    for (const auto& uid : (*identifier)->values(tag::kFailedSopInstanceUidList)) outcome.failed.emplace_back(uid);
  return ok();
}

}  // namespace harvester::dicom

#include "harvester/dicom/scp.hpp"

#include <cstring>

#include "harvester/core/sop_classes.hpp"
#include "scp_state.hpp"

namespace harvester::dicom {
namespace {

using namespace command_element;

constexpr DimseStatus kClassNotSupported{0x0122};

using Message = ScpAssociation::State::Message;

template <class Kind>
Kind with_head(const Message& message) {
  Kind command;
  fill_head(command, message);
  return command;
}

Command end_of(const Error& error) {
  if (error.kind == ErrorKind::cancelled) return Released{};
  return Ended{error.message, false};
}

Command aborted(ScpAssociation::State& state, const std::string& why) {
  return Ended{state.abort_because(why, true).message, true};
}

class NoSink final : public DatasetSink {
 public:
  Status write(std::span<const std::byte>) override { return ok(); }
};

}  // namespace

ScpAssociation::ScpAssociation(std::unique_ptr<State> state) : state_(std::move(state)) {}
ScpAssociation::ScpAssociation(ScpAssociation&&) noexcept = default;
ScpAssociation& ScpAssociation::operator=(ScpAssociation&&) noexcept = default;
ScpAssociation::~ScpAssociation() = default;

const AssociationRequest& ScpAssociation::request() const { return state_->request; }

ContextId ScpAssociation::context_for(const std::string& abstract_syntax, const std::string& transfer_syntax) const {
  for (const auto& [id, context] : state_->contexts)
    if (context.abstract_syntax == abstract_syntax && context.transfer_syntax == transfer_syntax) return id;
  return 0;
}

bool ScpAssociation::wait_for_data(std::chrono::milliseconds timeout, std::stop_token stop) {
  if (!state_->open || state_->something_there()) return true;
  auto* connection = state_->connection;
  const std::stop_callback wake(stop, [connection] { connection->interrupt(); });
  return connection->wait(std::chrono::steady_clock::now() + timeout) == Connection::Waited::data;
}

namespace {

/// A query/retrieve request: the identifier follows its command.
template <class Kind>
Command with_identifier(ScpAssociation::State& state, Kind command) {
  auto identifier = state.read_attributes(command.context);
  if (!identifier) return end_of(identifier.error());
  command.identifier = std::move(*identifier);
  return command;
}

Command typed(ScpAssociation::State& state, const Message& message) {
  const auto& context = state.contexts.at(message.context);
  switch (message.set.field()) {
    case command_field::kEchoRequest:
      return with_head<EchoCommand>(message);
    case command_field::kStoreRequest:
      return store_command(message, context);
    case command_field::kFindRequest:
      return with_identifier(state, with_head<FindCommand>(message));
    case command_field::kMoveRequest: {
      auto command = with_head<MoveCommand>(message);
      command.destination = message.set.text(kMoveDestination);
      return with_identifier(state, std::move(command));
    }
    case command_field::kGetRequest:
      return with_identifier(state, with_head<GetCommand>(message));
    case command_field::kCancelRequest:
      return CancelCommand{message.set.number(kMessageIdAnswered).value_or(0)};
    default:
      return aborted(state, "a message came that is no request of a service we offer");
  }
}

bool is_known_request(std::uint16_t field) {
  return field == command_field::kEchoRequest || field == command_field::kStoreRequest ||
         field == command_field::kFindRequest || field == command_field::kMoveRequest ||
         field == command_field::kGetRequest;
}

bool is_query_retrieve_class(const std::string& uid, char last) {
  return uid.starts_with("1.2.840.10008.5.1.4.1.2.") && uid.back() == last;
}

/// Whether the context is one of the service that the request belongs to, and whether the data set it needs is told of.
bool is_in_its_place(const Message& message, const std::string& abstract_syntax) {
  const auto& set = message.set;
  if (set.text(kSopClass) != abstract_syntax) return false;
  switch (set.field()) {
    case command_field::kEchoRequest:
      return abstract_syntax == sop_class::kVerification && !set.has_dataset();
    case command_field::kStoreRequest:
      return may_be_storage(abstract_syntax) && set.has_dataset();
    case command_field::kFindRequest:
      return is_query_retrieve_class(abstract_syntax, '1') && set.has_dataset();
    case command_field::kMoveRequest:
      return is_query_retrieve_class(abstract_syntax, '2') && set.has_dataset();
    default:
      return is_query_retrieve_class(abstract_syntax, '3') && set.has_dataset();
  }
}

void put_uid(char (&field)[65], const std::string& uid) { std::strncpy(field, uid.c_str(), sizeof(field) - 1); }

/// A bare response to any of the five requests: they all begin alike, but each has its own struct.
T_DIMSE_Message bare_response(const Message& message, DimseStatus status) {
  T_DIMSE_Message response{};
  const auto fill = [&](auto& body) {
    body.MessageIDBeingRespondedTo = message.set.number(kMessageId).value_or(0);
    body.DataSetType = DIMSE_DATASET_NULL;
    body.DimseStatus = status.code;
  };
  switch (message.set.field()) {
    case command_field::kEchoRequest:
      response.CommandField = DIMSE_C_ECHO_RSP;
      fill(response.msg.CEchoRSP);
      break;
    case command_field::kStoreRequest:
      response.CommandField = DIMSE_C_STORE_RSP;
      fill(response.msg.CStoreRSP);
      break;
    case command_field::kFindRequest:
      response.CommandField = DIMSE_C_FIND_RSP;
      fill(response.msg.CFindRSP);
      break;
    case command_field::kMoveRequest:
      response.CommandField = DIMSE_C_MOVE_RSP;
      fill(response.msg.CMoveRSP);
      break;
    default:
      response.CommandField = DIMSE_C_GET_RSP;
      fill(response.msg.CGetRSP);
      break;
  }
  return response;
}

Status refuse(ScpAssociation::State& state, const Message& message) {
  NoSink nowhere;
  if (message.set.has_dataset())
    if (auto read = state.read_dataset(message.context, nowhere, std::uint64_t{1} << 30); !read) return read.error();
  auto response = bare_response(message, kClassNotSupported);
  return state.send(message.context, response, "", nullptr);
}

}  // namespace

Command ScpAssociation::next_command(std::chrono::milliseconds timeout, std::stop_token stop) {
  const auto until = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    if (!state_->open) return Ended{"the association has ended", false};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (!wait_for_data(std::max(left, std::chrono::milliseconds(0)), stop)) return Idle{};
    auto message = state_->read_command();
    if (!message) return end_of(message.error());
    if (is_known_request(message->set.field()) &&
        !is_in_its_place(*message, state_->contexts.at(message->context).abstract_syntax)) {
      if (auto refused = refuse(*state_, *message); !refused) return end_of(refused.error());
      continue;
    }
    return typed(*state_, *message);
  }
}

Result<Reception> ScpAssociation::receive_dataset(const StoreCommand& command, DatasetSink& sink,
                                                  std::uint64_t discard_limit_bytes) {
  return state_->read_dataset(command.context, sink, discard_limit_bytes);
}

Result<bool> ScpAssociation::cancel_requested(const CommandHead& command) {
  while (state_->open && state_->something_there()) {
    auto message = state_->read_command();
    if (!message) return Error{ErrorKind::transient, message.error().message};
    if (message->set.field() != command_field::kCancelRequest)
      return state_->abort_because("a request came before the last one was answered", true);
    state_->cancelled.insert(message->set.number(kMessageIdAnswered).value_or(0));
  }
  if (!state_->open) return Error{ErrorKind::transient, "the association has ended"};
  return state_->cancelled.contains(command.message_id);
}

void ScpAssociation::abort() { (void)state_->abort_because(""); }
void ScpAssociation::cut() { state_->close(); }

// ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Status ScpAssociation::respond(const EchoCommand& command, DimseStatus status) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_ECHO_RSP;
  auto& response = message.msg.CEchoRSP;
  response.MessageIDBeingRespondedTo = command.message_id;
  put_uid(response.AffectedSOPClassUID, command.sop_class);
  response.opts = O_ECHO_AFFECTEDSOPCLASSUID;
  response.DataSetType = DIMSE_DATASET_NULL;
  response.DimseStatus = status.code;
  return state_->send(command.context, message, "", nullptr);
}

Status ScpAssociation::respond(const StoreCommand& command, DimseStatus status, const std::string& comment) {
  auto message = store_response(command, status);
  return state_->send(command.context, message, comment, nullptr);
}

Status ScpAssociation::respond_raw(const FindCommand& command, DimseStatus status, DcmDataset& identifier) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_FIND_RSP;
  auto& response = message.msg.CFindRSP;
  response.MessageIDBeingRespondedTo = command.message_id;
  put_uid(response.AffectedSOPClassUID, command.sop_class);
  response.opts = O_FIND_AFFECTEDSOPCLASSUID;
  response.DataSetType = DIMSE_DATASET_PRESENT;
  response.DimseStatus = status.code;
  return state_->send(command.context, message, "", &identifier);
}

Status ScpAssociation::respond(const FindCommand& command, DimseStatus status, const Attributes* identifier,
                               const std::string& comment) {
  if (identifier != nullptr) return respond_raw(command, status, *to_dataset(*identifier));
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_FIND_RSP;
  auto& response = message.msg.CFindRSP;
  response.MessageIDBeingRespondedTo = command.message_id;
  put_uid(response.AffectedSOPClassUID, command.sop_class);
  response.opts = O_FIND_AFFECTEDSOPCLASSUID;
  response.DataSetType = DIMSE_DATASET_NULL;
  response.DimseStatus = status.code;
  return state_->send(command.context, message, comment, nullptr);
}

namespace {

/// C-MOVE and C-GET responses have the same fields under different types.
template <class Response>
void fill_retrieve(Response& response, const CommandHead& command, DimseStatus status, bool has_identifier) {
  response.MessageIDBeingRespondedTo = command.message_id;
  put_uid(response.AffectedSOPClassUID, command.sop_class);
  response.DataSetType = has_identifier ? DIMSE_DATASET_PRESENT : DIMSE_DATASET_NULL;
  response.DimseStatus = status.code;
}

struct CountFlags {
  unsigned int sop_class, remaining, completed, failed, warning;
};

template <class Response>
void fill_counts(Response& response, const MoveCounts& counts, const CountFlags& flags) {
  response.opts = flags.sop_class;
  const auto put = [&](const std::optional<int>& count, DIC_US& field, unsigned int flag) {
    if (!count) return;
    field = static_cast<DIC_US>(*count);
    response.opts |= flag;
  };
  put(counts.remaining, response.NumberOfRemainingSubOperations, flags.remaining);
  put(counts.completed, response.NumberOfCompletedSubOperations, flags.completed);
  put(counts.failed, response.NumberOfFailedSubOperations, flags.failed);
  put(counts.warning, response.NumberOfWarningSubOperations, flags.warning);
}

}  // namespace

Status ScpAssociation::respond(const MoveCommand& command, DimseStatus status, const MoveCounts& counts,
                               const Attributes* identifier, const std::string& comment) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_MOVE_RSP;
  fill_retrieve(message.msg.CMoveRSP, command, status, identifier != nullptr);
  fill_counts(message.msg.CMoveRSP, counts,
              {O_MOVE_AFFECTEDSOPCLASSUID, O_MOVE_NUMBEROFREMAININGSUBOPERATIONS, O_MOVE_NUMBEROFCOMPLETEDSUBOPERATIONS,
               O_MOVE_NUMBEROFFAILEDSUBOPERATIONS, O_MOVE_NUMBEROFWARNINGSUBOPERATIONS});
  const auto dataset = identifier != nullptr ? to_dataset(*identifier) : nullptr;
  return state_->send(command.context, message, comment, dataset.get());
}

Status ScpAssociation::respond(const GetCommand& command, DimseStatus status, const MoveCounts& counts,
                               const Attributes* identifier, const std::string& comment) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_GET_RSP;
  fill_retrieve(message.msg.CGetRSP, command, status, identifier != nullptr);
  fill_counts(message.msg.CGetRSP, counts,
              {O_GET_AFFECTEDSOPCLASSUID, O_GET_NUMBEROFREMAININGSUBOPERATIONS, O_GET_NUMBEROFCOMPLETEDSUBOPERATIONS,
               O_GET_NUMBEROFFAILEDSUBOPERATIONS, O_GET_NUMBEROFWARNINGSUBOPERATIONS});
  const auto dataset = identifier != nullptr ? to_dataset(*identifier) : nullptr;
  return state_->send(command.context, message, comment, dataset.get());
}

namespace {

T_DIMSE_Message store_request(std::uint16_t id, const SopClassUid& sop_class, const SopInstanceUid& instance) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_STORE_RQ;
  auto& request = message.msg.CStoreRQ;
  request.MessageID = id;
  put_uid(request.AffectedSOPClassUID, sop_class.str());
  put_uid(request.AffectedSOPInstanceUID, instance.str());
  request.DataSetType = DIMSE_DATASET_PRESENT;
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  return message;
}

}  // namespace

Result<DimseStatus> ScpAssociation::send_object(ContextId context, const SopClassUid& sop_class,
                                                const SopInstanceUid& instance, DcmDataset& dataset) {
  if (!state_->open) return Error{ErrorKind::transient, "the association has ended"};
  auto request = store_request(state_->association->nextMsgID++, sop_class, instance);
  if (auto sent = state_->send(context, request, "", &dataset); !sent) return sent.error();
  for (;;) {
    auto message = state_->read_command();
    if (!message) return Error{ErrorKind::transient, message.error().message};
    const auto field = message->set.field();
    if (field == command_field::kCancelRequest) {
      state_->cancelled.insert(message->set.number(kMessageIdAnswered).value_or(0));
      continue;
    }
    if (field != command_field::kStoreResponse)
      return state_->abort_because("an object was answered with another message", true);
    return DimseStatus{message->set.number(kStatus).value_or(0x0110)};
  }
}

}  // namespace harvester::dicom

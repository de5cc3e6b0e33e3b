#include "messages.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmnet/dul.h>

#include "connection.hpp"
#include "harvester/dicom/byte_scan.hpp"

namespace harvester::dicom {
namespace {

constexpr std::size_t kMaxCommand = 65536;
constexpr std::size_t kMaxIdentifier = 1 << 20;

Error ended(const std::string& why) { return {ErrorKind::transient, why}; }

std::span<const std::uint8_t> bytes_of(const DUL_PDV& pdv) {
  return {static_cast<const std::uint8_t*>(pdv.data), pdv.fragmentLength};
}

/// Tells a sink of bytes as they come: a piece may take longer over a slow line than silence may last.
class Listening {
 public:
  Listening(const Messages& messages, DatasetSink& sink) : messages_(messages) {
    if (auto* connection = found()) connection->on_bytes([&sink] { sink.arriving(); });
  }
  ~Listening() {
    if (auto* connection = found()) connection->on_bytes({});
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  [[nodiscard]] Connection* found() const {
    if (!messages_.is_open()) return nullptr;
    return dynamic_cast<Connection*>(DUL_getTransportConnection(messages_.raw()->DULassociation));
  }

  const Messages& messages_;
};

}  // namespace

Result<DUL_PDV> Messages::next_pdv() {
  if (!is_open()) return ended("the association has ended");
  if (ahead) return *std::exchange(ahead, std::nullopt);
  DUL_PDV pdv{};
  std::chrono::nanoseconds waited{0};
  if (DUL_NextPDV(&raw()->DULassociation, &pdv).bad()) {
    const auto began = std::chrono::steady_clock::now();
    const auto read = DUL_ReadPDVs(&raw()->DULassociation, nullptr, DUL_BLOCK, 0);
    waited = std::chrono::steady_clock::now() - began;
    if (read != DUL_PDATAPDUARRIVED || DUL_NextPDV(&raw()->DULassociation, &pdv).bad()) return end_of(read);
  }
  if (in_message_ && !progress.came(pdv.fragmentLength, waited))
    return abort_because("the peer sends a message so slowly that it only holds its place");
  return pdv;
}

Error Messages::end_of(OFCondition read) {
  if (read == DUL_PEERREQUESTEDRELEASE && in_message_)
    return abort_because("the peer asked for release in the middle of a message", true);
  if (read == DUL_PEERREQUESTEDRELEASE) {
    (void)ASC_acknowledgeRelease(raw());
    close();
    return Error{ErrorKind::cancelled, "released"};
  }
  if (read == DUL_PEERABORTEDASSOCIATION) {
    close();
    return ended("the peer aborted the association or closed the connection");
  }
  if (read == DUL_NETWORKCLOSED) {
    close();
    return ended("the connection ended, or the peer was silent in the middle of a message");
  }
  return abort_because("the peer broke the protocol", true);
}

bool Messages::buffered() {
  if (ahead) return true;
  DUL_PDV pdv{};
  if (!DUL_NextPDV(&raw()->DULassociation, &pdv).good()) return false;
  ahead = pdv;
  return true;
}

Result<Messages::Message> Messages::read_command() {
  std::vector<std::uint8_t> bytes;
  for (;;) {
    auto pdv = next_pdv();
    if (!pdv) return pdv.error();
    const auto context = pdv->presentationContextID;
    if (pdv->pdvType != DUL_COMMANDPDV) return abort_because("a data set came without its command", true);
    if (!contexts.contains(context)) return abort_because("a message came over a context that was not accepted", true);
    if (!std::exchange(in_message_, true)) progress.begin();
    const auto fragment = bytes_of(*pdv);
    if (bytes.size() + fragment.size() > kMaxCommand) return abort_because("a command is longer than 64 KiB", true);
    bytes.insert(bytes.end(), fragment.begin(), fragment.end());
    if (!pdv->lastPDV) continue;
    auto set = CommandSet::parse(bytes);
    if (!set) return abort_because(set.error().message, true);
    in_message_ = set->has_dataset();
    return Message{context, std::move(*set)};
  }
}

Result<Reception> Messages::read_dataset(ContextId context, DatasetSink& sink, std::uint64_t discard_limit) {
  Reception reception;
  std::uint64_t discarded = 0;
  const Listening listening(*this, sink);
  for (;;) {
    auto pdv = next_pdv();
    if (!pdv) return ended("the data set was cut: " + pdv.error().message);
    if (pdv->pdvType != DUL_DATASETPDV || pdv->presentationContextID != context)
      return abort_because("another message came in the middle of a data set", true);
    const auto fragment = std::as_bytes(bytes_of(*pdv));
    reception.bytes += fragment.size();
    if (reception.sink_failure) {
      discarded += fragment.size();
    } else if (auto written = sink.write(fragment); !written) {
      reception.sink_failure = written.error();
    }
    if (discarded > discard_limit) return abort_because("the rest of a refused data set is too long to wait for");
    if (!pdv->lastPDV) continue;
    in_message_ = false;
    return reception;
  }
}

Status IdentifierSink::write(std::span<const std::byte> fragment) {
  if (bytes.size() + fragment.size() > kMaxIdentifier) return Error{ErrorKind::bad_data, "an identifier is too long"};
  const auto* first = reinterpret_cast<const std::uint8_t*>(fragment.data());
  bytes.insert(bytes.end(), first, first + fragment.size());
  return ok();
}

Result<std::vector<std::uint8_t>> Messages::read_identifier(ContextId context) {
  IdentifierSink sink;
  auto read = read_dataset(context, sink, kMaxIdentifier);
  if (!read) return read.error();
  if (read->sink_failure) return abort_because(read->sink_failure->message);
  return std::move(sink.bytes);
}

Result<Attributes> Messages::read_attributes(ContextId context) {
  auto bytes = read_identifier(context);
  if (!bytes) return bytes.error();
  auto attributes = attributes_of(*bytes, contexts.at(context).transfer_syntax);
  if (!attributes) return abort_because(attributes.error().message);
  return attributes;
}

Result<Attributes> attributes_of(std::vector<std::uint8_t>& bytes, const std::string& transfer_syntax,
                                 const std::string& default_charset) {
  const Error unreadable{ErrorKind::bad_data, "an identifier cannot be read"};
  const auto layout = layout_of(transfer_syntax);
  // what nests too deep or lies about its lengths must not reach DCMTK's recursive parser
  if (layout == Layout::deflated || !scan(std::as_bytes(std::span(bytes)), layout)) return unreadable;
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  DcmDataset dataset;
  dataset.transferInit();
  const auto parsed = dataset.read(stream, DcmXfer(transfer_syntax.c_str()).getXfer());
  dataset.transferEnd();
  if (parsed.bad()) return unreadable;
  return from_dataset(dataset, default_charset);
}

Status Messages::send(ContextId context, T_DIMSE_Message& message, const std::string& comment, DcmDataset* dataset) {
  if (!is_open()) return ended("the association has ended");
  DcmDataset detail;
  if (!comment.empty()) detail.putAndInsertString(DCM_ErrorComment, comment.substr(0, 64).c_str());
  const auto sent = DIMSE_sendMessageUsingMemoryData(raw(), context, &message, comment.empty() ? nullptr : &detail,
                                                     dataset, nullptr, nullptr);
  if (sent.good()) return ok();
  return abort_because("an answer could not be sent");
}

void fill_head(CommandHead& head, const Messages::Message& message) {
  head.context = message.context;
  head.message_id = message.set.number(command_element::kMessageId).value_or(0);
  head.sop_class = message.set.text(command_element::kSopClass);
}

StoreCommand store_command(const Messages::Message& message, const AcceptedContext& context) {
  StoreCommand command;
  fill_head(command, message);
  command.instance = message.set.text(command_element::kSopInstance);
  command.transfer_syntax = context.transfer_syntax;
  command.move_originator_ae = message.set.text(command_element::kMoveOriginatorAe);
  command.move_originator_id = message.set.number(command_element::kMoveOriginatorId);
  return command;
}

T_DIMSE_Message store_response(const StoreCommand& command, DimseStatus status) {
  T_DIMSE_Message message{};
  message.CommandField = DIMSE_C_STORE_RSP;
  auto& response = message.msg.CStoreRSP;
  response.MessageIDBeingRespondedTo = command.message_id;
  copy_text(response.AffectedSOPClassUID, command.sop_class);
  response.opts = O_STORE_AFFECTEDSOPCLASSUID;
  if (!command.instance.empty() && command.instance.size() <= 64) {
    copy_text(response.AffectedSOPInstanceUID, command.instance);
    response.opts |= O_STORE_AFFECTEDSOPINSTANCEUID;
  }
  response.DataSetType = DIMSE_DATASET_NULL;
  response.DimseStatus = status.code;
  return message;
}

}  // namespace harvester::dicom

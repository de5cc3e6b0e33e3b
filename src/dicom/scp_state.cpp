#include "scp_state.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmnet/dul.h>

#include "harvester/dicom/byte_scan.hpp"

namespace harvester::dicom {
namespace {

constexpr std::size_t kMaxCommand = 65536;
constexpr std::size_t kMaxIdentifier = 1 << 20;
constexpr auto kLinger = std::chrono::milliseconds(1000);

Error ended(const std::string& why) { return {ErrorKind::transient, why}; }

std::span<const std::uint8_t> bytes_of(const DUL_PDV& pdv) {
  return {static_cast<const std::uint8_t*>(pdv.data), pdv.fragmentLength};
}

}  // namespace

ScpAssociation::State::~State() {
  if (open) (void)abort_because("");
}

void ScpAssociation::State::close() {
  open = false;
  connection = nullptr;
  association.reset();
}

Error ScpAssociation::State::abort_because(const std::string& reason, bool by_provider) {
  if (open && connection != nullptr) connection->last_words(by_provider ? abort_pdu(2, 6) : abort_pdu(0, 0), kLinger);
  close();
  return ended(reason);
}

Result<DUL_PDV> ScpAssociation::State::next_pdv() {
  if (!open) return ended("the association has ended");
  if (ahead) return *std::exchange(ahead, std::nullopt);
  DUL_PDV pdv{};
  if (DUL_NextPDV(&association->DULassociation, &pdv).good()) return pdv;
  const auto read = DUL_ReadPDVs(&association->DULassociation, nullptr, DUL_BLOCK, 0);
  if (read == DUL_PDATAPDUARRIVED && DUL_NextPDV(&association->DULassociation, &pdv).good()) return pdv;
  if (read == DUL_PEERREQUESTEDRELEASE) {
    (void)ASC_acknowledgeRelease(association.get());
    close();
    return Error{ErrorKind::cancelled, "released"};
  }
  if (read == DUL_PEERABORTEDASSOCIATION) {
    close();
    return ended("the peer aborted the association");
  }
  if (read == DUL_NETWORKCLOSED) {
    close();
    return ended("the connection ended, or the peer was silent in the middle of a message");
  }
  return abort_because("the peer broke the protocol", true);
}

bool ScpAssociation::State::something_there() {
  if (!open || ahead) return true;
  DUL_PDV pdv{};
  if (DUL_NextPDV(&association->DULassociation, &pdv).good()) {
    ahead = pdv;
    return true;
  }
  return connection->wait(std::chrono::steady_clock::now()) == Connection::Waited::data;
}

Result<ScpAssociation::State::Message> ScpAssociation::State::read_command() {
  std::vector<std::uint8_t> bytes;
  for (;;) {
    auto pdv = next_pdv();
    if (!pdv) return pdv.error();
    const auto context = pdv->presentationContextID;
    if (pdv->pdvType != DUL_COMMANDPDV) return abort_because("a data set came without its command", true);
    if (!contexts.contains(context)) return abort_because("a message came over a context that was not accepted", true);
    const auto fragment = bytes_of(*pdv);
    if (bytes.size() + fragment.size() > kMaxCommand) return abort_because("a command is longer than 64 KiB", true);
    bytes.insert(bytes.end(), fragment.begin(), fragment.end());
    if (!pdv->lastPDV) continue;
    auto set = CommandSet::parse(bytes);
    if (!set) return abort_because(set.error().message, true);
    return Message{context, std::move(*set)};
  }
}

Result<Reception> ScpAssociation::State::read_dataset(ContextId context, DatasetSink& sink,
                                                      std::uint64_t discard_limit) {
  Reception reception;
  std::uint64_t discarded = 0;
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
    if (pdv->lastPDV) return reception;
  }
}

namespace {

class MemorySink final : public DatasetSink {
 public:
  Status write(std::span<const std::byte> fragment) override {
    if (bytes.size() + fragment.size() > kMaxIdentifier) return Error{ErrorKind::bad_data, "an identifier is too long"};
    const auto* first = reinterpret_cast<const std::uint8_t*>(fragment.data());
    bytes.insert(bytes.end(), first, first + fragment.size());
    return ok();
  }

  std::vector<std::uint8_t> bytes;
};

}  // namespace

Result<std::vector<std::uint8_t>> ScpAssociation::State::read_identifier(ContextId context) {
  MemorySink sink;
  auto read = read_dataset(context, sink, kMaxIdentifier);
  if (!read) return read.error();
  if (read->sink_failure) return abort_because(read->sink_failure->message);
  return std::move(sink.bytes);
}

Result<Attributes> ScpAssociation::State::read_attributes(ContextId context) {
  auto bytes = read_identifier(context);
  if (!bytes) return bytes.error();
  const auto& syntax = contexts.at(context).transfer_syntax;
  const auto layout = layout_of(syntax);
  // what nests too deep or lies about its lengths must not reach DCMTK's recursive parser
  if (layout == Layout::deflated || !scan(std::as_bytes(std::span(*bytes)), layout))
    return abort_because("an identifier cannot be read");
  DcmInputBufferStream stream;
  stream.setBuffer(bytes->data(), static_cast<offile_off_t>(bytes->size()));
  stream.setEos();
  DcmDataset dataset;
  dataset.transferInit();
  const auto parsed = dataset.read(stream, DcmXfer(syntax.c_str()).getXfer());
  dataset.transferEnd();
  if (parsed.bad()) return abort_because("an identifier cannot be read");
  return from_dataset(dataset);
}

Status ScpAssociation::State::send(ContextId context, T_DIMSE_Message& message, const std::string& comment,
                                   DcmDataset* dataset) {
  if (!open) return ended("the association has ended");
  DcmDataset detail;
  if (!comment.empty()) detail.putAndInsertString(DCM_ErrorComment, comment.substr(0, 64).c_str());
  const auto sent = DIMSE_sendMessageUsingMemoryData(association.get(), context, &message,
                                                     comment.empty() ? nullptr : &detail, dataset, nullptr, nullptr);
  if (sent.good()) return ok();
  return abort_because("an answer could not be sent");
}

}  // namespace harvester::dicom

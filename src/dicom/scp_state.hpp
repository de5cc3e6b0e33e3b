#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "command_set.hpp"
#include "connection.hpp"
#include "handles.hpp"
#include "harvester/dicom/scp.hpp"

namespace harvester::dicom {

/// Frees without a word to the peer: what is said, and how long for, is decided by us (DCMTK's abort waits for it).
struct SilentAssociationDeleter {
  void operator()(T_ASC_Association* association) const { ASC_destroyAssociation(&association); }
};
using SilentAssociationPtr = std::unique_ptr<T_ASC_Association, SilentAssociationDeleter>;

struct AcceptedContext {
  std::string abstract_syntax;
  std::string transfer_syntax;
};

/// One association from its acceptance to its end.
struct ScpAssociation::State {
  std::shared_ptr<DcmTransportLayer> layer;  // outlives the network
  NetworkPtr network;
  SilentAssociationPtr association;
  Connection* connection = nullptr;  // owned by the association
  AssociationRequest request;
  std::map<ContextId, AcceptedContext> contexts;
  std::optional<DUL_PDV> ahead;  // read, not yet consumed; its bytes lie in the association's buffer
  std::set<std::uint16_t> cancelled;
  bool open = true;

  ~State();

  /// The next fragment; an error is why the association has ended.
  Result<DUL_PDV> next_pdv();
  /// Whether a fragment or a byte is there already.
  bool something_there();

  struct Message {
    ContextId context = 0;
    CommandSet set;
  };
  Result<Message> read_command();
  /// Bytes of a small data set (an identifier).
  Result<std::vector<std::uint8_t>> read_identifier(ContextId context);
  Result<Attributes> read_attributes(ContextId context);
  /// Reads a data set into the sink; see ScpAssociation::receive_dataset.
  Result<Reception> read_dataset(ContextId context, DatasetSink& sink, std::uint64_t discard_limit);

  Status send(ContextId context, T_DIMSE_Message& message, const std::string& comment, DcmDataset* dataset);

  /// A-ABORT (PS3.8 9.3.8) and the end; `reason` comes back as the error.
  Error abort_because(const std::string& reason, bool by_provider = false);
  void close();
};

/// The bytes of an A-ASSOCIATE-RJ and an A-ABORT PDU (PS3.8 9.3.4, 9.3.8).
[[nodiscard]] std::vector<std::uint8_t> rejection_pdu(const Rejection& rejection);
[[nodiscard]] std::vector<std::uint8_t> abort_pdu(std::uint8_t source, std::uint8_t reason);

/// What becomes of a request that came in whole.
struct Acceptance {
  std::optional<ScpAssociation> association;  ///< none: rejected, or the peer had gone
  bool rejected = false;
};

/// Decides on a request and accepts or rejects it. Takes the socket.
Acceptance accept_association(int socket, AssociationRequest request, std::vector<std::uint8_t> pdu,
                              const TransportOptions& transport, long max_pdu, const NegotiationPolicy& policy);

}  // namespace harvester::dicom

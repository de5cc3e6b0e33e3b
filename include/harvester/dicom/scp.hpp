#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>

#include "harvester/core/ids.hpp"
#include "harvester/core/ledger.hpp"
#include "harvester/core/result.hpp"
#include "harvester/dicom/attributes.hpp"
#include "harvester/dicom/negotiation.hpp"
#include "harvester/dicom/objects.hpp"
#include "harvester/dicom/status.hpp"

namespace harvester::dicom {

struct EchoCommand : CommandHead {};

/// Query/retrieve requests with their identifier, already received.
struct FindCommand : CommandHead {
  Attributes identifier;
};
struct MoveCommand : CommandHead {
  Attributes identifier;
  std::string destination;  ///< (0000,0600), trimmed
};
struct GetCommand : CommandHead {
  Attributes identifier;
};
struct CancelCommand {
  std::uint16_t message_id = 0;  ///< of the request to be cancelled
};

/// The time was over, or a stop was asked for; the association goes on.
struct Idle {};
/// The peer asked for release and got it. The association has ended.
struct Released {};
/// The peer aborted, the connection ended, or the peer broke the protocol and was aborted. `reason` for logs.
struct Ended {
  std::string reason;
  bool our_abort = false;
};

using Command =
    std::variant<Idle, EchoCommand, StoreCommand, FindCommand, MoveCommand, GetCommand, CancelCommand, Released, Ended>;

/// An association that a peer opened with us and that was accepted. Belongs to one thread. Aborted by its owner's end
/// unless it was released. Errors of all functions are `transient` and mean that the association has ended.
class ScpAssociation {
 public:
  struct State;
  explicit ScpAssociation(std::unique_ptr<State> state);
  ScpAssociation(ScpAssociation&&) noexcept;
  ScpAssociation& operator=(ScpAssociation&&) noexcept;
  ~ScpAssociation();

  [[nodiscard]] const AssociationRequest& request() const;
  [[nodiscard]] const std::string& peer_address() const { return request().peer_address; }

  /// The accepted context for a class, 0 if there is none: to send an object on this association (C-GET).
  [[nodiscard]] ContextId context_for(const std::string& abstract_syntax, const std::string& transfer_syntax) const;

  /// Waits for the next request. A stop ends the wait, but never a message whose first byte has come. Commands that
  /// are broken, of another service or sent over a context of another class end the association (A-ABORT), except
  /// that a known request over a wrong context is answered 0122H and the next one awaited.
  Command next_command(std::chrono::milliseconds timeout, std::stop_token stop);

  /// Receives the data set of `command` into the sink, bytes unchanged. If the sink fails, up to
  /// `discard_limit_bytes` more are read and thrown away so that the failure can be answered.
  Result<Reception> receive_dataset(const StoreCommand& command, DatasetSink& sink,
                                    std::uint64_t discard_limit_bytes = std::uint64_t{1} << 30);

  Status respond(const EchoCommand& command, DimseStatus status);
  Status respond(const StoreCommand& command, DimseStatus status, const std::string& comment = "");
  /// A pending response (FF00H, FF01H) needs the identifier; a final one has none.
  Status respond(const FindCommand& command, DimseStatus status, const Attributes* identifier = nullptr,
                 const std::string& comment = "");
  /// Counts that are absent are not sent.
  Status respond(const MoveCommand& command, DimseStatus status, const MoveCounts& counts,
                 const Attributes* identifier = nullptr, const std::string& comment = "");
  Status respond(const GetCommand& command, DimseStatus status, const MoveCounts& counts,
                 const Attributes* identifier = nullptr, const std::string& comment = "");

  /// A C-FIND response whose identifier the caller encoded itself, odd values and all (simulation, tests).
  Status respond_raw(const FindCommand& command, DimseStatus status, DcmDataset& identifier);

  /// Whether a C-CANCEL for this request has come; does not wait. Other messages meanwhile end the association.
  Result<bool> cancel_requested(const CommandHead& command);

  /// Sends an object as a sub-operation of a C-GET over a context from context_for(), returns the peer's status.
  Result<DimseStatus> send_object(ContextId context, const SopClassUid& sop_class, const SopInstanceUid& instance,
                                  DcmDataset& dataset);

  /// Waits up to `timeout` or until a stop without reading; true if a byte is there. For delays of a simulation.
  bool wait_for_data(std::chrono::milliseconds timeout, std::stop_token stop);

  /// Ends the association with A-ABORT at once.
  void abort();
  /// Closes the connection without a word (simulation, tests).
  void cut();

 private:
  std::unique_ptr<State> state_;
};

}  // namespace harvester::dicom

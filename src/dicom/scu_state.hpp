#pragma once

#include <fmt/format.h>

#include <optional>

#include "handles.hpp"
#include "harvester/dicom/scu.hpp"
#include "harvester/dicom/transport.hpp"
#include "tls_connection.hpp"

namespace harvester::dicom {

[[nodiscard]] inline int whole_seconds(std::chrono::milliseconds duration) {
  return std::max(1, static_cast<int>(std::chrono::ceil<std::chrono::seconds>(duration).count()));
}

[[nodiscard]] inline std::string peer_name(const Peer& peer) {
  return fmt::format("{} at {}:{}", peer.called.str(), peer.host, peer.port);
}

/// A condition inside an operation: the association is gone or useless.
[[nodiscard]] Error broken(const OFCondition& condition, const char* doing);

/// Aborts and frees, and waits for nothing: a peer that hangs or is busy would hold up its caller. The polite release
/// is an explicit call.
struct AbortingDeleter {
  void operator()(T_ASC_Association* association) const;
};
using AssociationPtr = std::unique_ptr<T_ASC_Association, AbortingDeleter>;

struct ScuAssociation::State {
  State(Peer to, ScuOptions how) : peer(std::move(to)), options(std::move(how)) {}
  ~State() { tell_end("aborted"); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Peer peer;
  ScuOptions options;
  std::shared_ptr<TlsTrouble> trouble = std::make_shared<TlsTrouble>();
  std::shared_ptr<DcmTransportLayer> layer;  ///< outlives the network
  NetworkPtr network;
  AssociationPtr association;
  const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  int queries = 0;
  int retrievals = 0;
  bool told = false;  ///< how it ended

  /// Asks for it; nothing: it is open.
  std::optional<Error> request(const std::vector<Proposal>& proposals);
  /// Once; what comes later is not told.
  void tell_end(const char* outcome);

  /// The next response; nothing while the peer is silent for one second.
  struct Response {
    T_DIMSE_Message message{};
    T_ASC_PresentationContextID context = 0;
    std::string comment;
  };
  Result<std::optional<Response>> poll_response(const char* doing);
  Result<Response> await_response(const char* doing);
  Result<T_ASC_PresentationContextID> context_for(const char* abstract_syntax) const;
  Status send(T_ASC_PresentationContextID context, T_DIMSE_Message& message, DcmDataset* dataset, const char* doing);
};

}  // namespace harvester::dicom

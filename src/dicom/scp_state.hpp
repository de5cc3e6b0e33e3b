#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connection.hpp"
#include "harvester/dicom/scp.hpp"
#include "messages.hpp"
#include "whole_request.hpp"

namespace harvester::dicom {

/// One association from its acceptance to its end.
struct ScpAssociation::State final : Messages {
  std::shared_ptr<DcmTransportLayer> layer;  // outlives the network
  NetworkPtr network;
  SilentAssociationPtr association;
  Connection* connection = nullptr;  // owned by the association
  AssociationRequest request;
  std::set<std::uint16_t> cancelled;
  bool open = true;

  ~State() override;

  [[nodiscard]] bool is_open() const override { return open; }
  [[nodiscard]] T_ASC_Association* raw() const override { return association.get(); }
  Error abort_because(const std::string& reason, bool by_provider = false) override;
  void close() override;

  /// Whether a fragment or a byte is there already.
  bool something_there();
};

/// The bytes of an A-ASSOCIATE-RJ PDU (PS3.8 9.3.4).
[[nodiscard]] std::vector<std::uint8_t> rejection_pdu(const Rejection& rejection);

/// What becomes of a request that came in whole.
struct Acceptance {
  std::optional<ScpAssociation> association;  ///< none: rejected, or the peer had gone
  bool rejected = false;
};

/// Decides on a request and accepts or rejects it.
Acceptance accept_association(WholeRequest whole, const TransportOptions& transport, long max_pdu,
                              const NegotiationPolicy& policy);

}  // namespace harvester::dicom

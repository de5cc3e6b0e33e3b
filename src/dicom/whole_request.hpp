#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "harvester/dicom/negotiation.hpp"
#include "sockets.hpp"
#include "tls_stream.hpp"

namespace harvester::dicom {

/// An association request that came in whole, with its connection.
struct WholeRequest {
  Socket socket;
  std::unique_ptr<TlsStream> tls;  ///< over that socket; null: plain TCP
  AssociationRequest request;
  std::vector<std::uint8_t> pdu;
};

}  // namespace harvester::dicom

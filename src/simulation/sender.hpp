#pragma once

#include "harvester/dicom/scu.hpp"
#include "retriever.hpp"

namespace harvester::simulation {

/// What the store sub-operations of one C-MOVE tell the receiver.
struct MoveOrigin {
  std::string ae_title;
  std::uint16_t message_id = 0;
};

/// An association to a move destination that offers what these objects need.
[[nodiscard]] Result<dicom::ScuAssociation> open_store(const dicom::Peer& peer,
                                                       const std::vector<ObjectPlace>& objects);

/// One C-STORE sub-operation.
[[nodiscard]] Result<dicom::DimseStatus> send_object(dicom::ScuAssociation& store, const ObjectPlace& place,
                                                     const MoveOrigin& origin);

}  // namespace harvester::simulation

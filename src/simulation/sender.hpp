#pragma once

#include "harvester/dicom/scu.hpp"
#include "retriever.hpp"
#include "slow_line.hpp"

namespace harvester::simulation {

/// What the store sub-operations of one C-MOVE tell the receiver; an empty title: nothing.
struct MoveOrigin {
  std::string ae_title;
  std::uint16_t message_id = 0;
};

/// What this PACS says of a request of `ae_title` (Q38).
[[nodiscard]] MoveOrigin told_origin(const std::string& ae_title, std::uint16_t message_id, const Quirks& quirks);

/// An association to a move destination, over a slow line or a fast one.
struct StoreAssociation {
  std::unique_ptr<SlowLine> line;
  dicom::ScuAssociation association;
};

/// Opens an association that offers what these objects need.
[[nodiscard]] Result<StoreAssociation> open_store(const dicom::Peer& peer, const std::vector<ObjectPlace>& objects,
                                                  const Quirks& quirks);

/// The data set of an object as it is sent: as it is kept, or of another study or series (Q56, Q57).
[[nodiscard]] Result<std::unique_ptr<DcmDataset>> outgoing(const ObjectPlace& place, const Quirks& quirks);

/// One C-STORE sub-operation.
[[nodiscard]] Result<dicom::DimseStatus> send_object(StoreAssociation& store, const ObjectPlace& place,
                                                     const MoveOrigin& origin, const Quirks& quirks);

}  // namespace harvester::simulation

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harvester/core/result.hpp"
#include "harvester/dicom/objects.hpp"
#include "harvester/spool/spool.hpp"

namespace harvester::spool {

/// What became of an object that arrived by C-STORE.
struct Taken {
  dicom::StoreReply reply;           ///< what its sender is to be told
  std::uint64_t bytes = 0;           ///< of its data set
  std::optional<Error> refusal{};    ///< why it was not kept; no patient data
  std::optional<ObjectId> object{};  ///< its inbox row, where it was kept
};

/// The one way of an arriving object into the spool, on whichever side of an association: its data set unchanged into a
/// file, looked through, its identifiers compared with the command's, on stable storage with its inbox row; only then
/// is success in `reply` (G1). What cannot be kept is refused, and nothing of it stays. `source_ae`: the sender's title
/// as sent, for the file's meta information. An error is that of `receive`.
Result<Taken> take_object(Spool& spool, const dicom::StoreCommand& command, const dicom::ReceiveDataset& receive,
                          const Arrival& arrival, const std::string& source_ae);

/// The status that an error of the spool is answered with: A700H out of resources, 0110H database busy, C000H cannot
/// understand, A900H does not match (PS3.4 B.2.3).
[[nodiscard]] dicom::DimseStatus status_for(const Error& error);

}  // namespace harvester::spool

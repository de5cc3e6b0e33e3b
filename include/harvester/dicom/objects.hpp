#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "harvester/core/result.hpp"
#include "harvester/dicom/status.hpp"

/// Objects that arrive by C-STORE: at our store, or as sub-operations of our own C-GET.
namespace harvester::dicom {

using ContextId = std::uint8_t;

/// Where an arriving data set goes, piece by piece, unchanged. A failure makes the rest be discarded.
class DatasetSink {
 public:
  virtual ~DatasetSink() = default;
  virtual Status write(std::span<const std::byte> bytes) = 0;
  /// Bytes have come over the line that write() brings later, once their piece is whole (quirk Q58).
  virtual void arriving() {}
};

/// What every request carries.
struct CommandHead {
  ContextId context = 0;
  std::uint16_t message_id = 0;
  std::string sop_class;  ///< (0000,0002) as sent, trimmed
};

/// C-STORE-RQ (PS3.7 9.1.1). Its data set is still on the wire: receive_dataset() comes next.
struct StoreCommand : CommandHead {
  std::string instance;            ///< (0000,1000) as sent, trimmed; anything may stand in it
  std::string transfer_syntax;     ///< of the context
  std::string move_originator_ae;  ///< a hint only
  std::optional<std::uint16_t> move_originator_id;
};

/// What came of receiving a data set: the bytes on the wire, and the sink's failure if it had one.
struct Reception {
  std::uint64_t bytes = 0;
  std::optional<Error> sink_failure;
};

/// Receives the data set of the object that is arriving into a sink, bytes unchanged. If the sink fails, the rest is
/// read and thrown away, so that the failure can be answered. An error means that the association has ended. Once.
using ReceiveDataset = std::function<Result<Reception>(DatasetSink&)>;

/// What the sender of an object is told.
struct StoreReply {
  DimseStatus status;
  std::string comment{};
};

/// Takes one object: has its data set received, makes it durable, and says what its sender is told. An error is that of
/// ReceiveDataset.
using TakeObject = std::function<Result<StoreReply>(const StoreCommand&, const ReceiveDataset&)>;

}  // namespace harvester::dicom

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "command_set.hpp"
#include "handles.hpp"
#include "harvester/dicom/attributes.hpp"
#include "harvester/dicom/objects.hpp"
#include "progress.hpp"

namespace harvester::dicom {

struct AcceptedContext {
  std::string abstract_syntax;
  std::string transfer_syntax;
};

/// Takes an identifier into memory, up to 1 MiB.
class IdentifierSink final : public DatasetSink {
 public:
  Status write(std::span<const std::byte> fragment) override;

  std::vector<std::uint8_t> bytes;
};

/// The messages of one association, whichever side opened it: fragments put together, commands parsed, data sets handed
/// on as they come. Its end is the business of whoever owns the association.
class Messages {
 public:
  virtual ~Messages() = default;

  std::map<ContextId, AcceptedContext> contexts;
  std::optional<DUL_PDV> ahead;  // read, not yet consumed; its bytes lie in the association's buffer
  Progress progress;             // of the message that is coming

  /// Whether the association has not ended.
  [[nodiscard]] virtual bool is_open() const = 0;
  /// DCMTK's association; only while it is open.
  [[nodiscard]] virtual T_ASC_Association* raw() const = 0;
  /// A-ABORT (PS3.8 9.3.8) and the end; `reason` comes back as the error.
  virtual Error abort_because(const std::string& reason, bool by_provider = false) = 0;
  /// The end without a word.
  virtual void close() = 0;

  /// The next fragment; an error is why the association has ended.
  Result<DUL_PDV> next_pdv();
  /// Whether a fragment was read already and waits.
  bool buffered();

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

 private:
  Error end_of(OFCondition read);

  bool in_message_ = false;  // its first fragment has come, and not its last
};

/// The attributes in the bytes of an identifier. `bad_data` for what nests too deep, lies about its lengths or cannot
/// be parsed; texts never fail.
[[nodiscard]] Result<Attributes> attributes_of(std::vector<std::uint8_t>& bytes, const std::string& transfer_syntax,
                                               const std::string& default_charset = "ISO_IR 100");

/// The request in a C-STORE message.
[[nodiscard]] StoreCommand store_command(const Messages::Message& message, const AcceptedContext& context);
/// The answer to it (PS3.7 9.1.1.1).
[[nodiscard]] T_DIMSE_Message store_response(const StoreCommand& command, DimseStatus status);

/// What every request carries.
void fill_head(CommandHead& head, const Messages::Message& message);

/// Elements of a command set (PS3.7 E.1).
namespace command_element {
inline constexpr std::uint16_t kSopClass = 0x0002;
inline constexpr std::uint16_t kMessageId = 0x0110;
inline constexpr std::uint16_t kMessageIdAnswered = 0x0120;
inline constexpr std::uint16_t kMoveDestination = 0x0600;
inline constexpr std::uint16_t kStatus = 0x0900;
inline constexpr std::uint16_t kErrorComment = 0x0902;
inline constexpr std::uint16_t kSopInstance = 0x1000;
inline constexpr std::uint16_t kRemaining = 0x1020;
inline constexpr std::uint16_t kCompleted = 0x1021;
inline constexpr std::uint16_t kFailed = 0x1022;
inline constexpr std::uint16_t kWarning = 0x1023;
inline constexpr std::uint16_t kMoveOriginatorAe = 0x1030;
inline constexpr std::uint16_t kMoveOriginatorId = 0x1031;
}  // namespace command_element

}  // namespace harvester::dicom

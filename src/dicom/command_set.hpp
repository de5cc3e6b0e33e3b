#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"

/// The command set of a DIMSE message (PS3.7 6.3.1): implicit little endian, group 0000, no sequences. Read by us, so
/// that no nested rubbish of a peer ever meets a recursive parser.
namespace harvester::dicom {

namespace command_field {
inline constexpr std::uint16_t kStoreRequest = 0x0001;
inline constexpr std::uint16_t kStoreResponse = 0x8001;
inline constexpr std::uint16_t kGetRequest = 0x0010;
inline constexpr std::uint16_t kGetResponse = 0x8010;
inline constexpr std::uint16_t kFindRequest = 0x0020;
inline constexpr std::uint16_t kFindResponse = 0x8020;
inline constexpr std::uint16_t kMoveResponse = 0x8021;
inline constexpr std::uint16_t kMoveRequest = 0x0021;
inline constexpr std::uint16_t kEchoRequest = 0x0030;
inline constexpr std::uint16_t kCancelRequest = 0x0FFF;
}  // namespace command_field

class CommandSet {
 public:
  /// `bad_data` for lengths that do not fit, elements of another group, or twice the same element.
  static Result<CommandSet> parse(std::span<const std::uint8_t> bytes);

  [[nodiscard]] std::optional<std::uint16_t> number(std::uint16_t element) const;
  [[nodiscard]] std::string text(std::uint16_t element) const;  ///< trimmed; empty if absent

  [[nodiscard]] std::uint16_t field() const { return number(0x0100).value_or(0); }
  [[nodiscard]] bool has_dataset() const { return number(0x0800).value_or(0x0101) != 0x0101; }

 private:
  std::map<std::uint16_t, std::vector<std::uint8_t>> elements_;
};

}  // namespace harvester::dicom

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harvester/core/ledger.hpp"

namespace harvester::dicom {

/// A DIMSE status code (PS3.7 Annex C; the services' own in PS3.4).
struct DimseStatus {
  std::uint16_t code = 0;

  [[nodiscard]] bool success() const { return code == 0x0000; }
  [[nodiscard]] bool pending() const { return code == 0xFF00 || code == 0xFF01; }
  [[nodiscard]] bool cancelled() const { return code == 0xFE00; }
  [[nodiscard]] bool warning() const {
    return code == 0x0001 || (code & 0xF000) == 0xB000 || code == 0x0107 || code == 0x0116;
  }
  bool operator==(const DimseStatus&) const = default;
};

/// "A801H"
[[nodiscard]] std::string to_string(DimseStatus status);

/// What a final C-FIND status asks for next (the one table).
enum class FindNext { done, split, retry_then_split, stop_and_tell, cancelled, retry, failed };

[[nodiscard]] FindNext find_next(DimseStatus status);

/// What a final C-MOVE or C-GET status asks for next (PS3.4 C.4.2.1.5; success without sub-operations though objects
/// were expected is a retry).
enum class MoveNext { settle, partial, smaller_level, retry, stop_and_tell, cancelled, failed };

[[nodiscard]] MoveNext move_next(DimseStatus status, const MoveCounts& counts, bool anything_expected);

/// A final status in plain words: code, meaning, likely cause, next step. Holds no patient data.
[[nodiscard]] std::string explain_find(DimseStatus status);
[[nodiscard]] std::string explain_move(DimseStatus status, const std::string& destination);

}  // namespace harvester::dicom

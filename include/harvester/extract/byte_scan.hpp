#pragma once

#include <cstddef>
#include <span>

namespace harvester::extract {

/// How the elements of a data set are encoded (PS3.5 7.1, Annex A).
struct Encoding {
  bool explicit_vr = true;
  bool big_endian = false;
};

enum class ScanFault {
  none,
  truncated,  ///< ends inside an element, item or sequence
  too_deep    ///< items nested deeper than allowed
};

struct ScanResult {
  ScanFault fault = ScanFault::none;
  std::size_t header_end = 0;  ///< where the pixel data begins, or the end
};

/// Walks over the elements of a data set without recursion and without reading values, up to the pixel data: what this
/// lets pass a recursive parser survives. Linear in the bytes before the pixel data.
[[nodiscard]] ScanResult scan_dataset(std::span<const std::byte> bytes, Encoding encoding, int max_depth = 64);

}  // namespace harvester::extract

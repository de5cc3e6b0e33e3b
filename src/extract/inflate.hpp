#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace harvester::extract {

enum class InflateFault { none, broken, too_large };

struct Inflated {
  std::vector<std::byte> bytes;
  InflateFault fault = InflateFault::none;
};

/// Inflates a raw deflate stream (RFC 1951, PS3.5 A.5; a zlib header is accepted too), never beyond `ceiling` bytes.
[[nodiscard]] Inflated inflate_bytes(std::span<const std::byte> deflated, std::size_t ceiling);

}  // namespace harvester::extract

#include "inflate.hpp"

#include <zlib.h>

#include <algorithm>

namespace harvester::extract {
namespace {

constexpr int kRawDeflate = -15;
constexpr int kZlib = 15;

Inflated inflate_as(std::span<const std::byte> deflated, std::size_t ceiling, int window) {
  constexpr std::size_t kStep = 1 << 16;
  Inflated result;
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) return {{}, InflateFault::broken};
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(deflated.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(deflated.size(), UINT_MAX));
  int state = Z_OK;
  while (state == Z_OK) {
    const auto filled = result.bytes.size();
    result.bytes.resize(filled + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(result.bytes.data() + filled);
    stream.avail_out = kStep;
    state = inflate(&stream, Z_NO_FLUSH);
    result.bytes.resize(filled + kStep - stream.avail_out);
    if (result.bytes.size() > ceiling) break;
  }
  inflateEnd(&stream);
  if (result.bytes.size() > ceiling) return {{}, InflateFault::too_large};
  if (state != Z_STREAM_END) result.fault = InflateFault::broken;
  return result;
}

}  // namespace

Inflated inflate_bytes(std::span<const std::byte> deflated, std::size_t ceiling) {
  auto raw = inflate_as(deflated, ceiling, kRawDeflate);
  if (raw.fault != InflateFault::broken) return raw;
  auto wrapped = inflate_as(deflated, ceiling, kZlib);
  return wrapped.fault == InflateFault::broken ? std::move(raw) : std::move(wrapped);
}

}  // namespace harvester::extract

// Text in a declared character set: the first line is Specific Character Set, the rest the text.

#include "fuzz/fuzz.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/text_decoder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace harvester;
  const auto input = fuzz::text_of(data, size);
  const auto end = std::min(input.find('\n'), size);
  const extract::TextDecoder decoder(input.substr(0, end));
  const auto decoded = decoder.decode(input.substr(std::min(end + 1, size)));
  fuzz::require(is_utf8(decoded.text), "decoded text is UTF-8");
  return 0;
}

// The walk over the bytes of an arriving data set, in every layout.

#include "fuzz/fuzz.hpp"
#include "harvester/dicom/byte_scan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace harvester;
  using enum dicom::Layout;
  const auto bytes = fuzz::bytes_of(data, size);
  for (const auto layout : {implicit_little, explicit_little, explicit_big, deflated}) {
    const auto scanned = dicom::scan(bytes, layout);
    fuzz::require(scanned || scanned.error().kind == ErrorKind::bad_data, "a broken data set is bad_data");
    fuzz::require(!scanned || scanned->scanned == (layout != deflated), "only what is deflated is not looked into");
  }
  const auto guessed = dicom::guess_layout(bytes);
  fuzz::require(!guessed || *guessed != deflated, "deflate is never guessed");
  return 0;
}

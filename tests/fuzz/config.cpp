// A configuration file: as YAML, as a site file and as a profile.

#include "fuzz/fuzz.hpp"
#include "harvester/config/document.hpp"
#include "harvester/config/load.hpp"

namespace {

using namespace harvester;

void check_faults(const std::vector<config::Fault>& faults) {
  for (const auto& fault : faults) fuzz::require(!fault.message.empty(), "a fault says what is wrong");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::MemoryFile file;
  const auto document = config::parse_document(fuzz::text_of(data, size), "fuzz.yaml");
  (void)config::key_paths(document);
  check_faults(document.faults);
  const auto path = file.hold(data, size);
  check_faults(config::load_site(path, {}).faults);
  check_faults(config::load_profile(path, "/").faults);
  return 0;
}

#include "command_set.hpp"

#include "harvester/core/text.hpp"

namespace harvester::dicom {
namespace {

std::uint32_t little(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t n = count; n > 0; --n) value = value << 8 | bytes[at + n - 1];
  return value;
}

Error broken(const char* why) { return {ErrorKind::bad_data, std::string("command set: ") + why}; }

}  // namespace

Result<CommandSet> CommandSet::parse(std::span<const std::uint8_t> bytes) {
  CommandSet set;
  while (!bytes.empty()) {
    if (bytes.size() < 8) return broken("an element is cut");
    if (little(bytes, 0, 2) != 0) return broken("an element is of another group");
    const auto length = little(bytes, 4, 4);
    if (length > bytes.size() - 8) return broken("an element is longer than the set");
    const auto value = bytes.subspan(8, length);
    const auto element = static_cast<std::uint16_t>(little(bytes, 2, 2));
    if (!set.elements_.try_emplace(element, value.begin(), value.end()).second)
      return broken("an element stands twice");
    bytes = bytes.subspan(8 + length);
  }
  return set;
}

std::optional<std::uint16_t> CommandSet::number(std::uint16_t element) const {
  const auto found = elements_.find(element);
  if (found == elements_.end() || found->second.size() < 2) return std::nullopt;
  return static_cast<std::uint16_t>(little(found->second, 0, 2));
}

std::string CommandSet::text(std::uint16_t element) const {
  const auto found = elements_.find(element);
  if (found == elements_.end()) return {};
  return std::string(trimmed({reinterpret_cast<const char*>(found->second.data()), found->second.size()}));
}

}  // namespace harvester::dicom

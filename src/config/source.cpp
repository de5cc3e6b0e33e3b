#include "source.hpp"

namespace harvester::config {

Fault Source::fault(const std::string& key, std::string message, std::string hint) const {
  auto path = key;
  auto found = places.find(path);
  while (found == places.end() && !path.empty()) {
    const auto cut = path.find_last_of(".[");
    path.resize(cut == std::string::npos ? 0 : cut);
    found = places.find(path);
  }
  const auto mark = found == places.end() ? Mark{} : found->second;
  return fault_at(document, mark, key, std::move(message), std::move(hint));
}

}  // namespace harvester::config

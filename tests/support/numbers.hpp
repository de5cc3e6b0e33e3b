#pragma once

#include <cstdlib>

namespace harvester::tests {

/// A number from the environment: how many runs, which seeds.
inline unsigned number_from(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

}  // namespace harvester::tests

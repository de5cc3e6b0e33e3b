#pragma once

#include <map>
#include <string>

#include "harvester/config/document.hpp"

namespace harvester::config {

/// A file that was read, and where each of its keys stands, so that later checks can point at it.
struct Source {
  Document document;
  std::map<std::string, Mark> places;  ///< key path -> place of its value

  /// A fault at a key; where the file does not give the key, at the nearest key above it, else about the whole file.
  [[nodiscard]] Fault fault(const std::string& key, std::string message, std::string hint = {}) const;
};

}  // namespace harvester::config

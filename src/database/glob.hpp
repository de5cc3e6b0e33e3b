#pragma once

#include <string>
#include <string_view>

#include "harvester/core/text.hpp"

namespace harvester::database {

/// GLOB knows sets in brackets; ours are plain characters. Lower case of ASCII, as lower() of SQLite does it.
inline std::string glob(std::string_view pattern) {
  std::string text;
  for (const char c : lower(pattern)) {
    if (c == '[')
      text += "[[]";
    else
      text += c;
  }
  return text;
}

}  // namespace harvester::database

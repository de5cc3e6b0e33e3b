#pragma once

#include <string_view>

#include "harvester/core/dose_common.hpp"
#include "harvester/core/text.hpp"

namespace harvester::extract {

/// Whether a text holds a part, which is in lower case; the case of the text does not matter. None holds nothing.
[[nodiscard]] inline bool holds(const MaybeText& text, std::string_view part) {
  return text && lower(*text).find(part) != std::string::npos;
}

}  // namespace harvester::extract

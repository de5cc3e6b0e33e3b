#pragma once

#include <string>
#include <string_view>

namespace harvester::extract {

struct ConvertedText {
  std::string text;      ///< UTF-8
  bool damaged = false;  ///< whether bytes were replaced by U+FFFD
};

/// `bytes` of the character set that iconv knows as `set`, in UTF-8; bytes it cannot convert become U+FFFD each.
[[nodiscard]] ConvertedText to_utf8(std::string_view bytes, const char* set);

}  // namespace harvester::extract

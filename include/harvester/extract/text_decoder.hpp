#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harvester::extract {

/// How well a text could be converted.
enum class TextFault {
  none,     ///< by a valid declared set, or plain ASCII
  guessed,  ///< no valid set declared, or the declared one does not explain the bytes
  damaged   ///< some bytes became U+FFFD
};

struct DecodedText {
  std::string text;  ///< UTF-8
  TextFault fault = TextFault::none;
};

/// Converts texts of a data set to UTF-8 by its Specific Character Set (0008,0005), PS3.3 C.12.1.1.2 and PS3.5 6.1:
/// the single-byte sets, ISO_IR 192, GB18030, GBK and code extensions (ISO 2022 IR 13, 58, 87, 149, 159 and the
/// single-byte ones). A valid declared set is obeyed, also where the bytes look like UTF-8. Undeclared text is UTF-8 if
/// it is valid UTF-8, else `undeclared` (a defined term such as "ISO_IR 100"). Never fails.
class TextDecoder {
 public:
  /// `declared`: the values of (0008,0005), joined with backslashes, as they stand in the data set.
  explicit TextDecoder(std::string_view declared, std::string_view undeclared = "ISO_IR 100");

  [[nodiscard]] DecodedText decode(std::string_view bytes) const;

 private:
  [[nodiscard]] DecodedText guess(std::string_view bytes) const;
  [[nodiscard]] DecodedText decode_by(const std::vector<std::string>& terms, std::string_view bytes) const;

  std::vector<std::string> declared_;  ///< trimmed terms; empty where nothing or something unknown is declared
  std::vector<std::string> undeclared_;
  bool valid_ = false;  ///< whether something known is declared
};

}  // namespace harvester::extract

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iconv_text.hpp"

namespace harvester::extract {

/// Whether `term` is a defined term of (0008,0005) with a single-byte set or with code extensions (PS3.3 C.12.1.1.2).
[[nodiscard]] bool is_extension_term(std::string_view term);

/// Text with ISO 2022 escape sequences (PS3.5 6.1.2.5), in UTF-8. The first of `terms` is active before the first
/// escape sequence; any escape sequence of DICOM is obeyed, declared or not. Not recursive, linear in the text.
[[nodiscard]] ConvertedText decode_code_extensions(std::string_view bytes, const std::vector<std::string>& terms);

}  // namespace harvester::extract

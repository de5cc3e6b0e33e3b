#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harvester {

/// Without leading and trailing spaces, tabs, line ends and NULs (DICOM pads with space or NUL).
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// ASCII letters in lower case; other bytes unchanged.
[[nodiscard]] std::string lower(std::string_view text);

/// The parts between separators; "" gives one empty part.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Shell pattern with * and ?, the whole text, ASCII case-insensitive. Linear in the text per star.
[[nodiscard]] bool matches_pattern(std::string_view text, std::string_view pattern);

/// Case-insensitive substring; a pattern that holds * or ? must match as a shell pattern anywhere in the text.
[[nodiscard]] bool contains_pattern(std::string_view text, std::string_view pattern);

/// Whether all bytes form UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view text);

/// The text with every byte that is not UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string repaired_utf8(std::string_view text);

/// The text with control characters written as \xNN, for logs and terminals.
[[nodiscard]] std::string escaped_controls(std::string_view text);

/// Columns a text takes on a terminal: wide East Asian characters count two, combining marks none.
[[nodiscard]] int display_width(std::string_view utf8);

/// The candidate nearest to `word` by edit distance, if near enough to be meant; else empty.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace harvester

#pragma once

#include <string>
#include <string_view>

namespace harvester::simulation {

/// UTF-8 text in the character set named by a (0008,0005) value; what the set cannot say becomes '?'.
/// An undeclared set is written as Latin-1, as careless devices do.
[[nodiscard]] std::string encoded(std::string_view utf8, std::string_view charset);

/// The reverse; bytes that cannot be understood are repaired to U+FFFD.
[[nodiscard]] std::string decoded(std::string_view bytes, std::string_view charset);

}  // namespace harvester::simulation

#pragma once

#include <istream>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"

/// Lists of accession numbers and Study Instance UIDs as people hand them over, pure but for reading the file.
namespace harvester::cli {

/// The first column of each line, without quotes and surrounding blanks; empty lines and those that begin with # are
/// left out, and so is a first line without any digit (a heading); repeated ones are taken once. What stands there is
/// kept as it is: leading zeros count. Separators: comma, semicolon, tab; a byte order mark is skipped.
[[nodiscard]] std::vector<std::string> read_names(std::istream& in);

/// The names in a file; - is standard input. Fails with `config`: it cannot be read, or holds none.
[[nodiscard]] Result<std::vector<std::string>> names_of(const std::string& option, const std::string& file);

/// The names that are no UIDs (PS3.5 9.1: digits and dots, at most 64); some nodes hold UIDs with letters, so this is
/// worth a word, not a refusal.
[[nodiscard]] std::vector<std::size_t> not_uids(const std::vector<std::string>& names);

}  // namespace harvester::cli

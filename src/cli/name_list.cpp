#include "name_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>

#include "harvester/core/text.hpp"

namespace harvester::cli {
namespace {

std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

std::string name_in(std::string_view line) {
  return std::string(trimmed(without_quotes(trimmed(line.substr(0, line.find_first_of(",;\t"))))));
}

}  // namespace

std::vector<std::string> read_names(std::istream& in) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::vector<std::string> names;
  std::set<std::string> known;
  bool first = true;
  for (std::string line; std::getline(in, line); first = false) {
    std::string_view rest = line;
    if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
    auto name = name_in(rest);
    const bool heading = first && name.find_first_of("0123456789") == std::string::npos;
    if (name.empty() || heading || name.starts_with('#') || !known.insert(name).second) continue;
    names.push_back(std::move(name));
  }
  return names;
}

Result<std::vector<std::string>> names_of(const std::string& option, const std::string& file) {
  std::ifstream opened;
  if (file != "-") opened.open(file);
  auto& in = file == "-" ? std::cin : opened;
  if (!in) return Error{ErrorKind::config, fmt::format("{}: the file cannot be read", option)};
  auto names = read_names(in);
  if (names.empty()) return Error{ErrorKind::config, fmt::format("{}: there is nothing in the file", option)};
  return names;
}

std::vector<std::size_t> not_uids(const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (std::size_t n = 0; n < names.size(); ++n)
    if (names[n].size() > 64 || names[n].find_first_not_of("0123456789.") != std::string::npos) places.push_back(n);
  return places;
}

}  // namespace harvester::cli

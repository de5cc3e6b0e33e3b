#include "harvester/core/ids.hpp"

#include <algorithm>

namespace harvester {
namespace {

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_ae_character(char c) { return c >= 0x20 && c < 0x7f && c != '\\'; }

}  // namespace

Result<AeTitle> AeTitle::make(std::string_view text) {
  const auto inner = without_spaces(text);
  if (inner.empty()) return Error{ErrorKind::config, "an AE title is not empty and not only spaces"};
  if (inner.size() > 16) return Error{ErrorKind::config, "an AE title has at most 16 characters"};
  if (!std::all_of(inner.begin(), inner.end(), is_ae_character))
    return Error{ErrorKind::config, "an AE title has no backslash, control or non-ASCII character"};
  return AeTitle(std::string(inner));
}

bool is_plain_ae_title(std::string_view text) {
  const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  return !text.empty() && text.size() <= 16 && std::all_of(text.begin(), text.end(), plain);
}

}  // namespace harvester

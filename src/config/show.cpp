#include "harvester/config/show.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/core/text.hpp"
#include "writer.hpp"

namespace harvester::config {
namespace {

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
         c == '/' || c == '-' || c == '+';
}

template <class T>
std::vector<std::string> paths_of(const T& value) {
  KeyLister lister;
  describe(lister, value);
  return lister.paths();
}

}  // namespace

std::string yaml_scalar(const std::string& text) {
  const auto word = lower(text);
  const bool special = word == "null" || text.starts_with('-') || text.starts_with('.');
  if (!text.empty() && !special && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += fmt::format("\\x{:02x}", c);
    else
      out += c;
  }
  return out + "\"";
}

void Writer::write_flow(const std::vector<std::string>& words) {
  std::vector<std::string> quoted_words;
  for (const auto& word : words) quoted_words.push_back(yaml_scalar(word));
  out_ += fmt::format(" [{}]\n", fmt::join(quoted_words, ", "));
}

void Writer::write_item(std::string block) {
  block[static_cast<std::size_t>(indent_) + 2] = '-';
  out_ += block;
}

void Writer::write(const KeepRules& rules) {
  std::vector<std::string> parts;
  for (const auto& [kind, keep] : rules) parts.push_back(fmt::format("{}: {}", kind, show_scalar(keep)));
  out_ += fmt::format(" {{{}}}\n", fmt::join(parts, ", "));
}

std::string show(const SiteConfig& site) {
  Writer writer;
  describe(writer, site);
  return writer.text();
}

std::string show(const Profile& profile) {
  Writer writer;
  describe(writer, profile);
  return writer.text();
}

std::vector<std::string> site_key_paths() { return paths_of(SiteConfig{}); }

std::vector<std::string> profile_key_paths() { return paths_of(Profile{}); }

}  // namespace harvester::config

#include "harvester/config/store_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harvester/core/text.hpp"
#include "writer.hpp"

namespace harvester::config {
namespace {

using Lines = std::vector<std::string>;

/// ", tls: {…}" of a store that has it.
std::string tls_entry(const Tls& tls) {
  if (!tls.enabled) return "";
  std::string keys = "enabled: true";
  if (tls.cert_file) keys += ", cert_file: " + yaml_scalar(tls.cert_file->string());
  if (tls.key) keys += ", key: " + yaml_scalar(tls.key->str());
  if (tls.ca_file) keys += ", ca_file: " + yaml_scalar(tls.ca_file->string());
  return fmt::format(", tls: {{{}}}", keys);
}

std::string entry(const Store& store, std::size_t indent) {
  return fmt::format("{}- {{name: {}, ae_title: {}, port: {}, role: {}{}}}", std::string(indent, ' '),
                     yaml_scalar(store.name), yaml_scalar(store.ae_title.str()), store.port, to_string(store.role),
                     tls_entry(store.tls));
}

std::size_t indent_of(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

bool says_nothing(const std::string& line) {
  const auto text = trimmed(line);
  return text.empty() || text.starts_with('#');
}

/// A line "stores:" at the beginning of a line, with what follows it there.
Lines::iterator stores_key(Lines& lines) {
  return std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.starts_with("stores:"); });
}

/// After the last line of the block that begins after `key`: entries may stand at the column of the key itself.
Lines::iterator end_of_block(Lines::iterator key, Lines::iterator end) {
  auto last = key;
  for (auto line = key + 1; line != end; ++line) {
    if (says_nothing(*line)) continue;
    if (indent_of(*line) == 0 && !line->starts_with('-')) break;
    last = line;
  }
  return last + 1;
}

std::size_t indent_of_entries(Lines::iterator key, Lines::iterator end) {
  for (auto line = key + 1; line != end; ++line)
    if (!says_nothing(*line)) return indent_of(*line);
  return 2;
}

Lines with_new_section(Lines lines, const Store& store) {
  while (!lines.empty() && trimmed(lines.back()).empty()) lines.pop_back();
  lines.emplace_back("stores:");
  lines.push_back(entry(Store{}, 2));
  lines.push_back(entry(store, 2));
  return lines;
}

std::string text_of(const Lines& lines) {
  auto text = join(lines, "\n");
  return text.ends_with('\n') ? text : text + "\n";
}

}  // namespace

Result<std::string> with_store(const std::string& site_file, const Store& store) {
  auto lines = split(site_file, '\n');
  const auto key = stores_key(lines);
  if (key == lines.end()) return text_of(with_new_section(std::move(lines), store));
  auto value = key->substr(std::string_view("stores:").size());
  value.resize(std::min(value.find(" #"), value.size()));
  const auto written = trimmed(value);
  if (written == "[]") {
    *key = "stores:";
    lines.insert(key + 1, entry(store, 2));
    return text_of(lines);
  }
  if (!written.empty() && !written.starts_with('#'))
    return Error{ErrorKind::config,
                 "stores: is written as one list in [ ]: write each store on a line of its own, beginning with \"- \", "
                 "and try again"};
  const auto end = end_of_block(key, lines.end());
  const auto indent = indent_of_entries(key, end);
  lines.insert(end, entry(store, indent));
  return text_of(lines);
}

}  // namespace harvester::config

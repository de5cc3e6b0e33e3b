#include "harvester/config/fault.hpp"

#include <fmt/format.h>

#include "harvester/core/text.hpp"

namespace harvester::config {
namespace {

/// One column per character, whatever the file holds: tabs and control characters become a space.
std::string printable(std::string line) {
  for (auto& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return repaired_utf8(line);
}

/// The first `count` characters of UTF-8 text.
std::string_view first_characters(std::string_view text, int count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xC0u) != 0x80u && count-- == 0) break;
  return text.substr(0, at);
}

std::string place(const Fault& fault) {
  if (fault.line == 0) return fault.file;
  return fmt::format("{}:{}:{}", fault.file, fault.line, fault.column);
}

}  // namespace

std::string render(const Fault& fault) {
  auto out = fmt::format("{}: {}{}{}", escaped_controls(place(fault)), escaped_controls(fault.key),
                         fault.key.empty() ? "" : ": ", escaped_controls(fault.message));
  if (!fault.source_line.empty() && fault.column > 0) {
    const auto line = printable(fault.source_line);
    const auto width = display_width(first_characters(line, fault.column - 1));
    out += fmt::format("\n    {}\n    {:>{}}^", line, "", width);
  }
  if (!fault.hint.empty()) out += fmt::format("\n    hint: {}", escaped_controls(fault.hint));
  return out;
}

std::string render(const std::vector<Fault>& faults) {
  std::string out;
  for (const auto& fault : faults) out += render(fault) + "\n";
  return out;
}

}  // namespace harvester::config

#include "harvester/config/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "builder.hpp"
#include "harvester/core/text.hpp"

namespace harvester::config {
namespace {

constexpr std::uintmax_t kMaximumBytes = 1 << 20;
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

std::vector<std::string> lines_of(std::string_view text) {
  auto lines = split(text, '\n');
  for (auto& line : lines)
    if (!line.empty() && line.back() == '\r') line.pop_back();
  return lines;
}

Document broken(std::string file, std::string message, std::string hint = {}) {
  Document document;
  document.file = std::move(file);
  document.root.kind = Value::Kind::broken;
  document.faults.push_back(fault_at(document, {}, "", std::move(message), std::move(hint)));
  return document;
}

bool looks_like_utf16(std::string_view text) {
  return text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF";
}

/// Bytes of the character that begins at `at`; 0 where none does.
std::size_t character_length(std::string_view text, std::size_t at) {
  for (std::size_t length = 1; length <= 4 && at + length <= text.size(); ++length)
    if (is_utf8(text.substr(at, length))) return length;
  return 0;
}

/// Number of bytes before the first that is not UTF-8.
std::size_t valid_prefix(std::string_view text) {
  std::size_t at = 0;
  while (const auto length = character_length(text, at)) at += length;
  return at;
}

void fault_bad_byte(Document& document, std::string_view text) {
  const auto before = text.substr(0, valid_prefix(text));
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const auto start = before.rfind('\n');
  const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1);
  document.root.kind = Value::Kind::broken;
  document.faults.push_back(fault_at(document, mark_in(document, line, static_cast<int>(column)), "",
                                     "the file is not UTF-8 here", "save the file with the encoding UTF-8"));
}

std::string yaml_hint(const std::string& message) {
  if (message.find("illegal map value") != std::string::npos)
    return "a second colon in a line, or wrong indentation? A text with \": \" in it needs quotes";
  if (message.find("end of") != std::string::npos)
    return "check the indentation, and that brackets and quotes are closed";
  if (message.find("tab") != std::string::npos || message.find("invalid simple key") != std::string::npos)
    return "indent with spaces, and put a space after each colon";
  return "check the indentation, brackets and quotes in this line and the one before";
}

void parse_into(Document& document, std::string_view text) {
  Builder builder(document);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    document.root.kind = Value::Kind::broken;
    document.faults.push_back(fault_at(document, mark_in(document, error.mark.line, error.mark.column), "",
                                       "not valid YAML: " + error.msg, yaml_hint(error.msg)));
  }
}

void check_root(Document& document) {
  using Kind = Value::Kind;
  if (document.root.kind == Kind::null)
    document.faults.push_back(fault_at(document, {}, "", "the file holds no settings",
                                       "`harvester init` writes a commented file to start from"));
  if (document.root.kind == Kind::list || document.root.kind == Kind::scalar)
    document.faults.push_back(fault_at(document, document.root.mark, "", "the file has to hold keys with values",
                                       "write `key: value` lines"));
  if (document.root.kind != Kind::map) document.root.kind = Kind::broken;
}

void collect_paths(const Value& value, const std::string& path, std::vector<std::string>& out) {
  const auto add = [&](const std::string& one) {
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  };
  for (const auto& entry : value.entries) {
    const auto below = path.empty() ? entry.key : path + "." + entry.key;
    add(below);
    collect_paths(entry.value, below, out);
  }
  for (const auto& item : value.items) collect_paths(item, path + "[]", out);
}

}  // namespace

Fault fault_at(const Document& document, Mark mark, std::string key, std::string message, std::string hint) {
  Fault fault{document.file, mark.line, mark.column, std::move(key), std::move(message), std::move(hint), {}};
  const auto row = static_cast<std::size_t>(mark.line);
  if (mark.line > 0 && row <= document.lines.size()) fault.source_line = document.lines[row - 1];
  return fault;
}

Document parse_document(std::string_view text, std::string file) {
  if (looks_like_utf16(text)) return broken(std::move(file), "the file is UTF-16", "save it with the encoding UTF-8");
  if (text.find('\0') != std::string_view::npos) return broken(std::move(file), "the file is binary, not YAML text");
  if (text.substr(0, kUtf8Mark.size()) == kUtf8Mark) text.remove_prefix(kUtf8Mark.size());
  Document document;
  document.file = std::move(file);
  document.lines = lines_of(text);
  if (!is_utf8(text)) {
    fault_bad_byte(document, text);
    return document;
  }
  parse_into(document, text);
  check_root(document);
  return document;
}

Document read_document(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return broken(path, "there is no such file", "check the path; `harvester init` writes a first one");
  if (!std::filesystem::is_regular_file(status)) return broken(path, "is not a file");
  const auto size = std::filesystem::file_size(path, error);
  if (!error && size > kMaximumBytes) return broken(path, "is larger than 1 MiB: this is no configuration file");
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream && size > 0) text << stream.rdbuf();
  if (!stream || stream.bad())
    return broken(path, fmt::format("cannot be read: {}", std::strerror(errno)), "check its owner and mode");
  return parse_document(std::move(text).str(), path);
}

std::vector<std::string> key_paths(const Document& document) {
  std::vector<std::string> paths;
  collect_paths(document.root, "", paths);
  return paths;
}

}  // namespace harvester::config

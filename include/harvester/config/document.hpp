#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/config/fault.hpp"

namespace harvester::config {

/// A place in a file; both count from 1, columns in characters. {0, 0}: no place.
struct Mark {
  int line = 0;
  int column = 0;
  bool operator==(const Mark&) const = default;
};

struct Entry;

/// A YAML value as it stands in the file: scalars are kept as text and converted only by the schema, so that neither
/// octal numbers nor words such as `yes` change under way.
struct Value {
  enum class Kind {
    null,    ///< nothing, ~ or null
    scalar,  ///< `text`
    list,    ///< `items`
    map,     ///< `entries`, in file order, without duplicates
    broken   ///< a fault has been recorded already
  };
  Kind kind = Kind::null;
  std::string text;
  Mark mark;
  std::vector<Value> items;
  std::vector<Entry> entries;
};

/// A key and its value in a map.
struct Entry {
  std::string key;
  Mark mark;  ///< of the key
  Value value;
};

/// One strict YAML file: valid UTF-8, one document, a map at the top, no duplicate keys, no anchors, aliases, tags or
/// merge keys. Whatever breaks this is in `faults`; `root` is then as complete as could be read.
struct Document {
  std::string file;
  std::vector<std::string> lines;
  Value root;
  std::vector<Fault> faults;
};

/// Parses text; `file` is the name that faults show. Never throws for what the text holds.
[[nodiscard]] Document parse_document(std::string_view text, std::string file);

/// Reads and parses a file of at most 1 MiB. A file that is missing, unreadable, no regular file or no text is a fault.
[[nodiscard]] Document read_document(const std::filesystem::path& path);

/// A fault at a place of a document, with the line that stands there.
[[nodiscard]] Fault fault_at(const Document& document, Mark mark, std::string key, std::string message,
                             std::string hint = {});

/// Paths of all keys, in file order; list items as "[]", each path once: "stores", "stores[].port".
[[nodiscard]] std::vector<std::string> key_paths(const Document& document);

}  // namespace harvester::config

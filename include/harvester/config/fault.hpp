#pragma once

#include <string>
#include <vector>

namespace harvester::config {

/// One thing that is wrong in the configuration, and what would be right. `line` and `column` count from 1, columns in
/// characters; line 0: the fault is about the whole file (or about an environment variable, then named in `file`).
struct Fault {
  std::string file;
  int line = 0;
  int column = 0;
  std::string key;          ///< "remote.port", "stores[1].ae_title"; empty: no key
  std::string message;      ///< one sentence without the key
  std::string hint;         ///< what would be right; empty: nothing to suggest
  std::string source_line;  ///< the line itself; empty where it could hold a secret

  bool operator==(const Fault&) const = default;
};

/// For people: "file:line:column: key: message", the source line, a caret below the column, "hint: ...". No line end
/// at the end; control characters of the file do not reach the terminal.
[[nodiscard]] std::string render(const Fault& fault);

/// All faults below one another, each ended by a line end.
[[nodiscard]] std::string render(const std::vector<Fault>& faults);

}  // namespace harvester::config

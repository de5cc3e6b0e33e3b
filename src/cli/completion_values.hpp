#pragma once

#include "command_tree.hpp"

namespace harvester::cli {

/// What a shell offers as a value.
enum class CompletedAs { nothing, file, folder, node };

/// By the word that the help has for the value.
[[nodiscard]] inline CompletedAs completed_as(const OptionInfo& option) {
  if (option.value == "FILE" || option.value == "PATH" || option.value == "KEY") return CompletedAs::file;
  if (option.value == "FOLDER") return CompletedAs::folder;
  if (option.value == "NODE" || option.value == "HOST:PORT|NODE") return CompletedAs::node;
  return CompletedAs::nothing;
}

/// The first line, without what follows it.
[[nodiscard]] inline std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace harvester::cli

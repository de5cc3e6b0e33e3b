#include <fmt/format.h>

#include <algorithm>

#include "command_tree.hpp"
#include "completion_values.hpp"
#include "harvester/core/text.hpp"

namespace harvester::cli {
namespace {

/// For a specification of _arguments between single quotes.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\')
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

std::string action_of(const OptionInfo& option) {
  if (!option.choices.empty()) return fmt::format("({})", join(option.choices, " "));
  switch (completed_as(option)) {
    case CompletedAs::file:
      return "_files";
    case CompletedAs::folder:
      return "_files -/";
    case CompletedAs::node:
      return "_harvester_nodes";
    case CompletedAs::nothing:
      break;
  }
  return " ";
}

std::string option_lines(const std::vector<OptionInfo>& options) {
  std::string out;
  for (const auto& option : options)
    for (const auto& name : option.names) {
      const auto value =
          option.value.empty() ? std::string() : fmt::format(":{}:{}", escaped(option.value), action_of(option));
      const auto joined = option.value.empty() || !name.starts_with("--") ? "" : "=";
      out += fmt::format("    '*{}{}[{}]{}' \\\n", name, joined, escaped(first_line(option.text)), value);
    }
  return out;
}

std::string argument_lines(const std::vector<OptionInfo>& arguments) {
  std::string out;
  for (const auto& argument : arguments)
    out +=
        fmt::format("    '{}:{}:{}' \\\n", argument.repeated ? "*" : "", escaped(argument.value), action_of(argument));
  return out;
}

std::string function_of(const std::string& path) {
  auto name = "_" + path;
  std::replace(name.begin(), name.end(), ' ', '_');
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string choice_of_commands(const std::string& path, const CommandInfo& command) {
  std::string described, cases;
  for (const auto& below : command.commands) {
    described += fmt::format("        '{}:{}'\n", below.name, escaped(first_line(below.text)));
    cases += fmt::format("        {}) {} ;;\n", below.name, function_of(path + " " + below.name));
  }
  return fmt::format(
      "  case $state in\n    command)\n      local -a commands=(\n{}      )\n"
      "      _describe -t commands command commands ;;\n    rest)\n      case $line[1] in\n{}      esac ;;\n  esac\n",
      described, cases);
}

/// The options of the program itself hold everywhere.
void add_function(const std::string& path, const CommandInfo& command, const std::string& common, std::string& out) {
  for (const auto& below : command.commands) add_function(path + " " + below.name, below, common, out);
  out +=
      fmt::format("{}() {{\n  local context state state_descr line\n  typeset -A opt_args\n  _arguments -C -s \\\n{}",
                  function_of(path), common);
  if (path.find(' ') != std::string::npos) out += option_lines(command.options);
  out += argument_lines(command.arguments);
  if (command.commands.empty()) {
    out += "    && return 0\n}\n";
    return;
  }
  out += "    '1: :->command' '*:: :->rest' && return 0\n" + choice_of_commands(path, command) + "}\n";
}

constexpr const char* kNodes = R"sh(_harvester_nodes() {
  local -a nodes=(${(f)"$(harvester --json node list 2>/dev/null | sed -n 's/^ *"name": "\([^"]*\)",*$/\1/p')"})
  compadd -a nodes
}
)sh";

}  // namespace

std::string zsh_completion(const CommandInfo& program) {
  std::string out = "#compdef harvester\n# zsh completion for harvester, as `harvester completion zsh` writes it\n";
  out += kNodes;
  add_function(program.name, program, option_lines(program.options), out);
  return out + "if [ \"$funcstack[1]\" = _harvester ]; then _harvester \"$@\"; else compdef _harvester harvester; fi\n";
}

}  // namespace harvester::cli

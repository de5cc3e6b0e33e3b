#include <fmt/format.h>

#include "command_tree.hpp"
#include "completion_values.hpp"
#include "harvester/core/text.hpp"

namespace harvester::cli {
namespace {

/// Between single quotes.
std::string quoted(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return "'" + out + "'";
}

std::string values_of(const OptionInfo& option) {
  if (!option.choices.empty()) return " -x -a " + quoted(join(option.choices, " "));
  switch (completed_as(option)) {
    case CompletedAs::file:
      return " -r -F";
    case CompletedAs::folder:
      return " -x -a '(__fish_complete_directories)'";
    case CompletedAs::node:
      return " -x -a '(__harvester_nodes)'";
    case CompletedAs::nothing:
      break;
  }
  return " -x";
}

std::string line(const std::string& condition, const std::string& rest) {
  return fmt::format("complete -c harvester -n {}{}\n", quoted(condition), rest);
}

std::string option_line(const std::string& condition, const OptionInfo& option) {
  std::string rest;
  for (const auto& name : option.names)
    rest += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  rest += " -d " + quoted(first_line(option.text));
  if (!option.value.empty()) rest += values_of(option);
  return line(condition, rest);
}

void add_lines(const std::string& path, const CommandInfo& command, std::string& out) {
  const auto here = fmt::format("test (__harvester_path) = \"{}\"", path);
  for (const auto& below : command.commands)
    out += line(here, fmt::format(" -a {} -d {}", below.name, quoted(first_line(below.text))));
  if (path.find(' ') != std::string::npos)
    for (const auto& option : command.options) out += option_line(here, option);
  for (const auto& argument : command.arguments)
    if (completed_as(argument) != CompletedAs::nothing || !argument.choices.empty())
      out += line(here, values_of(argument));
  for (const auto& below : command.commands) add_lines(path + " " + below.name, below, out);
}

void add_paths(const std::string& path, const CommandInfo& command, std::vector<std::string>& paths) {
  for (const auto& below : command.commands) {
    paths.push_back(quoted(path + " " + below.name));
    add_paths(path + " " + below.name, below, paths);
  }
}

void add_taking(const CommandInfo& command, std::vector<std::string>& names) {
  for (const auto& option : command.options)
    if (!option.value.empty()) names.insert(names.end(), option.names.begin(), option.names.end());
  for (const auto& below : command.commands) add_taking(below, names);
}

constexpr const char* kFunctions = R"sh(
# The commands so far: "harvester node test".
function __harvester_path
    set -l path harvester
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
        else if contains -- $word $__harvester_taking
            set skip yes
        else if contains -- "$path $word" $__harvester_paths
            set path "$path $word"
        end
    end
    echo $path
end

function __harvester_nodes
    harvester --json node list 2>/dev/null | string replace -rf '^ *"name": "([^"]*)",*$' '$1'
end

complete -c harvester -f
)sh";

}  // namespace

std::string fish_completion(const CommandInfo& program) {
  std::vector<std::string> paths, taking;
  add_paths(program.name, program, paths);
  add_taking(program, taking);
  std::string out = "# fish completion for harvester, as `harvester completion fish` writes it\n";
  out +=
      fmt::format("set -g __harvester_paths {}\nset -g __harvester_taking {}\n", join(paths, " "), join(taking, " "));
  out += kFunctions;
  for (const auto& option : program.options) out += option_line("true", option);
  add_lines(program.name, program, out);
  return out;
}

}  // namespace harvester::cli

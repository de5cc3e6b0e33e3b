#include <fmt/format.h>

#include "command_tree.hpp"
#include "completion_values.hpp"
#include "harvester/core/text.hpp"

namespace harvester::cli {
namespace {

/// The words of bash's `compgen` for one option or argument.
std::string words_of(const OptionInfo& option) {
  if (!option.choices.empty()) return "words " + join(option.choices, " ");
  switch (completed_as(option)) {
    case CompletedAs::file:
      return "files";
    case CompletedAs::folder:
      return "folders";
    case CompletedAs::node:
      return "nodes";
    case CompletedAs::nothing:
      break;
  }
  return "none";
}

std::string names_of(const std::vector<OptionInfo>& options) {
  std::vector<std::string> all;
  for (const auto& option : options) all.insert(all.end(), option.names.begin(), option.names.end());
  return join(all, " ");
}

std::string commands_of(const CommandInfo& command) {
  std::vector<std::string> names;
  for (const auto& below : command.commands) names.push_back(below.name);
  return join(names, " ");
}

/// One branch of the table: which commands and options stand below `path`, and what its arguments are.
void add_branches(const std::string& path, const CommandInfo& command, std::string& out) {
  out +=
      fmt::format("    '{}') commands='{}' options='{}' argument='{}' ;;\n", path, commands_of(command),
                  names_of(command.options), command.arguments.empty() ? "none" : words_of(command.arguments.front()));
  for (const auto& below : command.commands) add_branches(path + " " + below.name, below, out);
}

/// What follows each option that takes a value.
void add_values(const std::string& path, const CommandInfo& command, std::string& out) {
  for (const auto& option : command.options)
    if (!option.value.empty())
      for (const auto& name : option.names)
        out += fmt::format("    '{} {}') value='{}' ;;\n", path, name, words_of(option));
  for (const auto& below : command.commands) add_values(path + " " + below.name, below, out);
}

constexpr const char* kBody = R"sh(
# What the value of an option is; empty: it takes none.
_harvester_value() {
  value=
  case "$1 $2" in
@VALUES@  esac
  if [ -z "$value" ] && [ "$1" != harvester ]; then _harvester_value harvester "$2"; fi
}

_harvester_suggest() {
  local kind=${1%% *} words=
  case $kind in
    words) words=${1#words } ;;
    files) mapfile -t COMPREPLY < <(compgen -f -- "$current"); compopt -o filenames 2>/dev/null; return ;;
    folders) mapfile -t COMPREPLY < <(compgen -d -- "$current"); compopt -o filenames 2>/dev/null; return ;;
    nodes) words=$(harvester "${site[@]}" --json node list 2>/dev/null | sed -n 's/^ *"name": "\([^"]*\)",*$/\1/p') ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

_harvester() {
  local current=${COMP_WORDS[COMP_CWORD]} before="" path=harvester word value commands options argument index
  local -a site=()
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; ++index)); do
    word=${COMP_WORDS[index]}
    [ "$word" = = ] && continue
    if [ -n "$before" ]; then
      [ "$before" = --config ] && site=(--config "$word")
      before=
      continue
    fi
    if [[ $word == -* ]]; then
      _harvester_value "$path" "$word"
      [ -n "$value" ] && before=$word
      continue
    fi
    _harvester_below "$path"
    [[ " $commands " == *" $word "* ]] && path="$path $word"
  done
  if [ -n "$before" ]; then
    [ "$current" = = ] && current=
    _harvester_value "$path" "$before"
    _harvester_suggest "$value"
    return
  fi
  _harvester_below "$path"
  if [[ $current == -* ]]; then
    local all=$options
    _harvester_below harvester
    _harvester_suggest "words $all $options"
  elif [ -n "$commands" ]; then
    _harvester_suggest "words $commands"
  else
    _harvester_suggest "$argument"
  fi
}
complete -F _harvester harvester
)sh";

}  // namespace

std::string bash_completion(const CommandInfo& program) {
  std::string out = "# bash completion for harvester, as `harvester completion bash` writes it\n";
  out += "_harvester_below() {\n  commands='' options='' argument=none\n  case $1 in\n";
  add_branches(program.name, program, out);
  out += "  esac\n}\n";
  std::string values, body = kBody;
  add_values(program.name, program, values);
  constexpr std::string_view kPlace = "@VALUES@";
  body.replace(body.find(kPlace), kPlace.size(), values);
  return out + body;
}

}  // namespace harvester::cli

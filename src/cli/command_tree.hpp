#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

/// The commands as data: what the man page and the completions are made of, so that neither can forget one.
namespace harvester::cli {

/// An option, or with no names an argument by position.
struct OptionInfo {
  std::vector<std::string> names{};  ///< "-q", "--quiet"
  std::string value{};               ///< what it takes, in capitals: FILE, NODE; empty: nothing
  std::string text{};
  std::vector<std::string> choices{};  ///< all values that there are; empty: any
  std::string standard{};              ///< the default, where the help tells it
  bool required = false;
  bool repeated = false;  ///< takes several
};

struct CommandInfo {
  std::string name{};  ///< "harvester" for the program itself
  std::string text{};
  std::string footer{};
  std::vector<OptionInfo> options{};    ///< of the program itself: those that hold for every command
  std::vector<OptionInfo> arguments{};  ///< by position
  std::vector<CommandInfo> commands{};
};

/// Hidden commands and options are left out; --help, which all have, and a footer that is inherited stand at the top.
[[nodiscard]] CommandInfo describe(const CLI::App& app);

/// All of this program.
[[nodiscard]] CommandInfo command_tree();

/// The man page harvester(1), for man(7) macros. `date`: of this version, such as 2026-11-30.
[[nodiscard]] std::string man_page(const CommandInfo& program, const std::string& version, const std::string& date);

[[nodiscard]] std::string bash_completion(const CommandInfo& program);
[[nodiscard]] std::string zsh_completion(const CommandInfo& program);
[[nodiscard]] std::string fish_completion(const CommandInfo& program);

}  // namespace harvester::cli

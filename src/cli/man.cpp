#include <fmt/format.h>

#include "command_tree.hpp"
#include "commands.hpp"

namespace harvester::cli {

int run(const Global&, const ManOptions&) {
  fmt::print("{}", man_page(command_tree(), HARVESTER_VERSION, HARVESTER_DATE));
  return 0;
}

int run(const Global&, const CompletionOptions& options) {
  const auto program = command_tree();
  fmt::print("{}", options.shell == "bash"  ? bash_completion(program)
                   : options.shell == "zsh" ? zsh_completion(program)
                                            : fish_completion(program));
  return 0;
}

}  // namespace harvester::cli

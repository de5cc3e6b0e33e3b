#include <cstdio>
#include <exception>

#include "commands.hpp"
#include "process.hpp"

namespace {

int run_command(const harvester::cli::Parsed& parsed) {
  std::fputs(parsed.output.c_str(), stdout);
  std::fputs(parsed.error.c_str(), stderr);
  if (!parsed.command) return parsed.exit_code;
  return std::visit([&](const auto& options) { return harvester::cli::run(parsed.global, options); }, *parsed.command);
}

}  // namespace

int main(int argc, char** argv) try {
  harvester::cli::prepare_process();
  const auto parsed = harvester::cli::parse_arguments(argc, argv);
  const int code = run_command(parsed);
  return harvester::cli::finish_output(code);
} catch (const std::exception& failure) {
  std::fprintf(stderr, "error: %s\n", failure.what());
  return 1;
}

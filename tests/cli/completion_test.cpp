// The man page and the completions: made of the command tree, and judged by the programs that read them.

#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "command_tree.hpp"
#include "exit_codes.hpp"
#include "support/site.hpp"

namespace harvester::cli {
namespace {

using tests::Site;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Each command with its path, the program itself first.
void visit(const std::string& path, const CommandInfo& command,
           const std::function<void(const std::string&, const CommandInfo&)>& see) {
  see(path, command);
  for (const auto& below : command.commands) visit(path + " " + below.name, below, see);
}

/// As it is written in roff.
std::string in_roff(std::string text) {
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

bool is_installed(const std::string& program) { return tests::run({"sh", "-c", "command -v " + program}).code == 0; }

/// What bash suggests for the last of these words.
std::string suggested(const Site& site, const std::vector<std::string>& words) {
  const auto bin = std::filesystem::path(HARVESTER_PROGRAM).parent_path().string();
  std::string shell = "PATH=" + bin + ":$PATH; source <(harvester completion bash); COMP_WORDS=(harvester";
  for (const auto& word : words) shell += " '" + word + "'";
  shell += "); COMP_CWORD=" + std::to_string(words.size()) + "; _harvester; echo \"${COMPREPLY[*]}\"";
  const auto ran = tests::run({"bash", "-c", shell}, {{"HARVESTER_CONFIG", site.path("harvester.yaml").string()}});
  return ran.output.substr(0, ran.output.find('\n'));
}

}  // namespace

TEST_CASE("man: every command, option, argument and exit code of the help is on the page", "[cli]") {
  const auto page = man_page(command_tree(), "1.2.3", "2026-11-30");
  int commands = 0;
  visit("harvester", command_tree(), [&](const std::string& path, const CommandInfo& command) {
    INFO(path);
    ++commands;
    if (command.commands.empty()) CHECK(holds(page, "\n.SS " + in_roff(path.substr(10)) + "\n"));
    for (const auto& option : command.options)
      for (const auto& name : option.names) CHECK(holds(page, "\\fB" + in_roff(name) + "\\fR"));
  });
  CHECK(commands > 60);
  CHECK(holds(page, "\n.SS node test\n"));
  CHECK_FALSE(holds(page, "intake\\-worker"));
  for (const auto& [code, meaning] : kExitCodes) CHECK(holds(page, "\\fB" + std::to_string(code) + "\\fR"));
  for (const auto* title : {"FILES", "ENVIRONMENT", "CONFIGURATION", "EXIT STATUS"})
    CHECK(holds(page, std::string("\n.SH ") + title));
}

TEST_CASE("man: what the help of a command tells is in the command tree", "[cli]") {
  const Site site;
  visit("", command_tree(), [&](const std::string& path, const CommandInfo& command) {
    auto words = std::vector<std::string>();
    for (std::size_t at = 0; at < path.size();) {
      const auto end = std::min(path.find(' ', at + 1), path.size());
      words.push_back(path.substr(at + 1, end - at - 1));
      at = end;
    }
    words.push_back("--help");
    const auto help = site.run(words).output;
    INFO(path << "\n" << help);
    std::set<std::string> known{"--help"};
    for (const auto& option : command.options) known.insert(option.names.begin(), option.names.end());
    for (std::size_t at = help.find("\n  -"); at != std::string::npos; at = help.find("\n  -", at + 1)) {
      const auto end = help.find_first_of(" ,\n", at + 3);
      CHECK((known.contains(help.substr(at + 3, end - at - 3)) || help.substr(at + 3, 2) == "-h"));
    }
    for (const auto& below : command.commands) CHECK(holds(help, "\n  " + below.name + " "));
  });
}

TEST_CASE("man: groff and mandoc find nothing wrong with the page", "[cli]") {
  const Site site;
  tests::write_text(site.path("h.1"), site.run({"man"}).output);
  const auto page = site.path("h.1").string();
  const auto groff = tests::run({"groff", "-man", "-ww", "-z", "-Tutf8", page});
  CHECK(groff.code == 0);
  CHECK(groff.output.empty());
  if (is_installed("mandoc")) {
    const auto mandoc = tests::run({"mandoc", "-Tlint", "-Wwarning", page});
    CHECK(mandoc.output.empty());
  }
}

TEST_CASE("completion: bash completes commands, options, their values, and names of nodes", "[cli]") {
  Site site;
  site.add_node("main-pacs", 104, "MAIN");
  site.add_node("other", 104, "OTHER");
  CHECK(suggested(site, {"harv"}) == "harvest harvests");
  CHECK(suggested(site, {"node", ""}) == "list show test probe");
  CHECK(suggested(site, {"node", "test", ""}) == "main-pacs other");
  CHECK(suggested(site, {"harvest", "ma"}) == "main-pacs");
  CHECK(suggested(site, {"--json", "harvest", "--yes"}) == "--yesterday");
  CHECK(suggested(site, {"harvest", "--conf"}) == "--config");  // of the program itself
  CHECK(suggested(site, {"demo", "--pacs", ""}) == "typical strict awkward");
  CHECK(suggested(site, {"demo", "--pacs", "=", "st"}) == "strict");
  CHECK(suggested(site, {"harvest", "--date", "node", "main-pacs", "--last"}) == "--last");  // a value is no command
  CHECK(suggested(site, {"completion", ""}) == "bash zsh fish");
  CHECK(suggested(site, {"intake"}).empty());
  CHECK(suggested(site, {"--config", site.path("harvester.yaml").string(), "echo", "o"}) == "other");
}

TEST_CASE("completion: fish completes the same, where it is installed", "[cli]") {
  if (!is_installed("fish")) return;
  Site site;
  site.add_node("main-pacs", 104, "MAIN");
  const auto bin = std::filesystem::path(HARVESTER_PROGRAM).parent_path().string();
  const auto told = [&](const std::string& line) {
    const auto shell = "set -x PATH " + bin + " $PATH; harvester completion fish | source; complete -C '" + line + "'";
    return tests::run({"fish", "--no-config", "-c", shell},
                      {{"HARVESTER_CONFIG", site.path("harvester.yaml").string()}, {"HOME", site.path("").string()}})
        .output;
  };
  CHECK(holds(told("harvester node "), "probe\t"));
  CHECK(told("harvester --json harvest --yes") == "--yesterday\tThe day before today\n");
  CHECK(holds(told("harvester demo --pacs "), "strict\t"));
  CHECK(holds(told("harvester node test "), "main-pacs"));
}

TEST_CASE("completion: each shell that is here reads its own", "[cli]") {
  const Site site;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const auto told = site.run({"completion", shell});
    CHECK(told.code == 0);
    visit("harvester", command_tree(), [&](const std::string&, const CommandInfo& command) {
      INFO(shell << " " << command.name);
      CHECK(holds(told.output, command.name));
    });
    const auto file = site.path("completion." + shell).string();
    tests::write_text(file, told.output);
    if (!is_installed(shell)) continue;
    const auto read = tests::run({shell, "-n", file});
    INFO(read.output);
    CHECK(read.code == 0);
    CHECK(read.output.empty());
  }
  CHECK(site.run({"completion", "tcsh"}).code == 2);
}

}  // namespace harvester::cli

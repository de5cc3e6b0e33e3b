#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "command_tree.hpp"
#include "exit_codes.hpp"
#include "harvester/core/text.hpp"

namespace harvester::cli {
namespace {

/// Text for roff: nothing in it is a request, and what can be typed can be copied.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '`')
      out += "\\(ga";
    else if (c == '~')
      out += "\\(ti";
    else if (c == '^')
      out += "\\(ha";
    else
      out += c;
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

/// Running text for roff, in short lines.
std::string filled(const std::string& text) {
  constexpr std::size_t kWidth = 76;
  std::string out, line;
  for (const auto& word : split(text, ' ')) {
    if (!line.empty() && line.size() + 1 + word.size() > kWidth) out += escaped(std::exchange(line, "")) + "\n";
    line += fmt::format("{}{}", line.empty() ? "" : " ", word);
  }
  return out + escaped(line);
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", escaped(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", escaped(text)); }

/// Lines as they stand, such as examples.
std::string literal(std::string_view text) {
  std::string out = ".PP\n.nf\n";
  for (const auto& line : split(text, '\n')) out += line.empty() ? ".sp\n" : fmt::format("{}\n", escaped(line));
  return out + ".fi\n";
}

std::string tagged(const std::string& tag, const std::string& text) { return fmt::format(".TP\n{}\n{}\n", tag, text); }

std::string value_of(const OptionInfo& option) {
  return option.choices.empty() ? italic(option.value) : italic(join(option.choices, "|"));
}

std::string tag_of(const OptionInfo& option) {
  std::vector<std::string> names;
  for (const auto& name : option.names) names.push_back(bold(name));
  auto tag = join(names, ", ");
  if (option.value.empty()) return tag;
  return tag.empty() ? value_of(option) : tag + " " + value_of(option);
}

std::string text_of(const OptionInfo& option) {
  auto text = option.text;
  if (!option.standard.empty()) text += fmt::format(" (default: {})", option.standard);
  return text.empty() ? "\\&" : filled(text);
}

std::string list_of(const std::vector<OptionInfo>& options) {
  std::string out;
  for (const auto& option : options) out += tagged(tag_of(option), text_of(option));
  return out;
}

std::string argument_in_synopsis(const OptionInfo& argument) {
  auto text = value_of(argument);
  if (argument.repeated) text += "...";
  return argument.required ? text : fmt::format("[{}]", text);
}

std::string synopsis(const std::string& path, const CommandInfo& command) {
  auto line = bold(path);
  if (!command.options.empty()) line += " [options]";
  for (const auto& argument : command.arguments) line += fmt::format(" {}", argument_in_synopsis(argument));
  return line;
}

/// A command that can be given, and those below it.
std::string section_of(const std::string& path, const CommandInfo& command) {
  std::string out;
  if (command.commands.empty()) {
    out = fmt::format(".SS {}\n{}\n.PP\n{}.\n", escaped(path.substr(path.find(' ') + 1)), synopsis(path, command),
                      filled(command.text));
    out += list_of(command.arguments) + list_of(command.options);
    if (!command.footer.empty()) out += literal(command.footer);
  }
  for (const auto& below : command.commands) out += section_of(fmt::format("{} {}", path, below.name), below);
  return out;
}

std::string exit_status() {
  std::string out = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : kExitCodes) out += tagged(bold(std::to_string(code)), filled(meaning));
  return out + ".PP\nOf several nodes: the first that applies of 130, 2, 11, 1, 4, 3, 10, 0.\n";
}

struct Named {
  const char* name;
  const char* text;
};

std::string section(const char* title, const std::vector<Named>& entries) {
  auto out = fmt::format(".SH {}\n", title);
  for (const auto& [name, text] : entries) out += tagged(italic(name), filled(text));
  return out;
}

std::string files() {
  return section(
      "FILES",
      {{"./harvester.yaml", "The site file, if there is one in the current folder."},
       {"~/.config/harvester/harvester.yaml", "A user's site file ($XDG_CONFIG_HOME)."},
       {"/etc/harvester/harvester.yaml",
        "The site file of the machine. The first of these three that exists is taken."},
       {"/etc/harvester/profiles/NODE.yaml", "A profile: one remote node. The file's stem is the node's name."},
       {"/var/lib/harvester",
        "The data directory: harvester.db, the spool of received objects, the lock, control.sock."}});
}

std::string environment() {
  return section("ENVIRONMENT",
                 {{"HARVESTER_CONFIG", "The site file, where --config is not given."},
                  {"HARVESTER_...",
                   "Each single value of the site file by its path in capitals: HARVESTER_LOG_LEVEL is log.level."},
                  {"DCMDICTPATH", "DICOM data dictionaries, in place of those of the package libdcmtk17."},
                  {"NOTIFY_SOCKET, WATCHDOG_USEC", "As systemd sets them for serve: see sd_notify(3)."}});
}

std::string configuration() {
  return ".SH CONFIGURATION\n" +
         filled("Precedence: flag, environment, profile, site file, default. Every key has a default.") + "\n" +
         bold("harvester init") + " " + escaped("writes both files with a comment for each key;") + "\n" +
         bold("harvester config check") + " " +
         escaped("names every fault with file, line, column and what would be right;") + "\n" +
         bold("harvester config show") + " " + escaped("prints what is in force.") + "\n" +
         escaped("Secrets are references (file:PATH, env:NAME), never values.") + "\n";
}

std::string description(const CommandInfo& program) {
  const auto end = program.text.find("\n\n");
  auto out = fmt::format(".SH DESCRIPTION\n{}\n", filled(program.text.substr(0, end)));
  if (end != std::string::npos) out += literal(program.text.substr(end + 2));
  return out;
}

}  // namespace

std::string man_page(const CommandInfo& program, const std::string& version, const std::string& date) {
  auto out = fmt::format(".TH {} 1 \"{}\" \"PACS Harvester {}\" \"User Commands\"\n", "HARVESTER", date, version);
  out += fmt::format(".SH NAME\n{} \\- harvests radiation dose from DICOM archives into a database\n", program.name);
  out += fmt::format(".SH SYNOPSIS\n{} [options] {} [arguments]\n", bold(program.name), italic("COMMAND"));
  out += description(program);
  out += ".SH OPTIONS\nThey hold for every command, and stand before or after it.\n" + list_of(program.options);
  out += ".SH COMMANDS\n";
  for (const auto& command : program.commands)
    out += section_of(fmt::format("{} {}", program.name, command.name), command);
  out += exit_status() + files() + environment() + configuration();
  out += ".SH SEE ALSO\n.BR systemctl (1),\n.BR sqlite3 (1),\n.BR storescu (1)\n";
  return out;
}

}  // namespace harvester::cli

#include "command_tree.hpp"

#include <CLI/App.hpp>

#include "harvester/core/text.hpp"

namespace harvester::cli {
namespace {

/// CLI11 writes the choices behind the type: "TEXT:{text,json}".
std::vector<std::string> choices_in(const std::string& type) {
  const auto begin = type.find(":{"), end = type.rfind('}');
  if (begin == std::string::npos || end == std::string::npos) return {};
  return split(type.substr(begin + 2, end - begin - 2), ',');
}

std::string value_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return "";
  const auto type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

OptionInfo describe(const CLI::Option& option) {
  OptionInfo info;
  for (const auto& name : option.get_snames()) info.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) info.names.push_back("--" + name);
  info.text = option.get_description();
  info.value = value_of(option);
  info.choices = choices_in(option.get_type_name());
  info.standard = option.get_default_str();
  info.required = option.get_required();
  info.repeated = option.get_items_expected_max() > 1;
  return info;
}

}  // namespace

CommandInfo describe(const CLI::App& app) {
  const auto* parent = app.get_parent();
  CommandInfo info;
  info.name = app.get_name();
  info.text = app.get_description();
  if (parent == nullptr || parent->get_footer() != app.get_footer()) info.footer = app.get_footer();
  for (const auto* option : app.get_options())
    if (!option->get_group().empty() && (parent == nullptr || option != app.get_help_ptr()))
      (option->nonpositional() ? info.options : info.arguments).push_back(describe(*option));
  for (const auto* command : app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); }))
    info.commands.push_back(describe(*command));
  return info;
}

}  // namespace harvester::cli

#include "arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "arguments_upkeep.hpp"
#include "command_tree.hpp"
#include "exit_codes.hpp"
#include "harvester/core/text.hpp"

namespace harvester::cli {
namespace {

constexpr const char* kIntroduction =
    "PACS Harvester: fetches the dose reports of examinations from DICOM archives into a database.\n"
    "\n"
    "New here?\n"
    "  harvester demo                        a first harvest against a simulated archive, in seconds\n"
    "  harvester init                        writes a commented harvester.yaml and profiles/example.yaml\n"
    "  harvester node probe HOST:PORT --ae T finds out what an archive supports, and writes its profile\n"
    "  harvester node test NODE              does all of it work, up to an object in our store?\n"
    "  harvester query NODE --yesterday      what would be fetched, what not, and why\n"
    "  harvester harvest NODE --yesterday    fetch and import it\n"
    "  harvester report ct                   what came of it\n";

std::string footer() {
  std::string text = "Exit codes:";
  for (const auto& [code, meaning] : kExitCodes) text += fmt::format("\n  {:<4} {}", code, meaning);
  return text + "\n`harvester COMMAND --help` tells more about a command, `harvester man` about all of them.";
}

/// Everything the parser fills; the chosen command is picked out afterwards.
struct Slots {
  Global global;
  DemoOptions demo;
  HarvestOptions harvest, query, backfill, reconcile;
  EchoOptions echo;
  ImportOptions import;
  WatchOptions watch;
  ExplainOptions explain;
  HarvestsOptions harvests;
  NodeOptions node;
  CoverageOptions coverage;
  ReportOptions report;
  ExportOptions exported;
  UpkeepSlots upkeep;
  IntakeWorkerOptions worker;
  std::optional<Command> chosen;
};

void add_global(CLI::App& app, Global& global) {
  app.add_option("--config", global.config,
                 "Site file; default: ./harvester.yaml, ~/.config/harvester/, /etc/harvester/")
      ->type_name("FILE");
  app.add_flag("--json", global.json, "JSON on standard output: one object, or one event a line for runs");
  auto* quiet = app.add_flag("-q,--quiet", global.quiet, "Only results and errors");
  app.add_flag("-v,--verbose", global.verbose, "More of the log on standard error; twice: all of it")->excludes(quiet);
  app.add_option("--log-format", global.log_format, "Format of the log")->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--no-progress", global.no_progress, "No progress lines");
}

void add_from_until(CLI::App& app, DateOptions& dates) {
  app.add_option("--from", dates.from, "First day: 2026-11-22, today or yesterday")->type_name("DATE");
  app.add_option("--until", dates.until, "Last day, included")->type_name("DATE");
}

void add_dates(CLI::App& app, DateOptions& dates) {
  add_from_until(app, dates);
  app.add_option("--date", dates.date, "One day")->type_name("DATE");
  app.add_option("--last", dates.last, "The days that the last hours or days lie in: 36h, 7d")->type_name("TIME");
  app.add_flag("--yesterday", dates.yesterday, "The day before today");
}

/// Times of one day, and studies by name.
void add_narrower(CLI::App& app, HarvestOptions& options) {
  app.add_option("--time-from", options.dates.time_from, "With one day: from this time on, such as 0830")
      ->type_name("HHMM");
  app.add_option("--time-until", options.dates.time_until, "With one day: until this time, included")
      ->type_name("HHMM");
  auto* accessions = app.add_option("--accessions", options.accessions,
                                    "Not by date: the accession numbers in this file, one a line; - is standard input");
  accessions->type_name("FILE");
  app.add_option("--studies", options.studies, "Not by date: the Study Instance UIDs in this file, one a line")
      ->type_name("FILE")
      ->excludes(accessions);
}

void add_nodes(CLI::App& app, HarvestOptions& options) {
  app.add_option("node", options.nodes, "Names of nodes: the files in profiles/ without .yaml")->type_name("NODE");
  app.add_flag("--all", options.all, "All nodes that are enabled");
}

void add_list(CLI::App& app, const char* name, std::vector<std::string>& list, const char* text) {
  app.add_option(name, list, text)->delimiter(',')->type_name("LIST");
}

void add_selection(CLI::App& app, SelectionOptions& options) {
  add_list(app, "--include-description", options.include_description,
           "Only studies whose description holds one of these; instead of the profile's");
  add_list(app, "--exclude-description", options.exclude_description,
           "No studies whose description holds one of these");
  add_list(app, "--include-station", options.include_station, "Only from stations whose name holds one of these");
  add_list(app, "--exclude-station", options.exclude_station, "Not from stations whose name holds one of these");
  app.add_option("--station-level", options.station_level, "Where station names are judged")
      ->check(CLI::IsMember({"study", "series"}));
  app.add_flag("--sr-only", options.sr_only, "Studies of reports alone, as --modality SR");
  app.add_flag("--empty-sr-is-rdsr", options.empty_sr_is_rdsr, "Fetch SR series that show nothing at image level");
  app.add_flag("--toshiba", options.toshiba,
               "Of CT without a report: secondary captures, and the first image of each other series");
}

void add_what_to_harvest(CLI::App& app, HarvestOptions& options) {
  auto* modality = app.add_option("--modality", options.modalities,
                                  "Modalities, with commas: CT, MG, DX, CR, PX, RF, XA, NM, PT, SR")
                       ->delimiter(',')
                       ->type_name("LIST");
  add_selection(app, options.selection);
  app.get_option("--sr-only")->excludes(modality);
  app.add_flag("--refetch", options.refetch, "Fetch what is held already, too");
  app.add_option("--max-studies", options.max_studies, "Stop after so many studies; the rest stays for the next time")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  app.add_option("--max-duration", options.max_duration, "Begin nothing new after this time, such as 6h or 90m")
      ->type_name("TIME");
  app.add_flag("--newest-first", options.newest_first, "The latest days first");
}

template <class Options>
void choose(CLI::App* app, Slots& slots, Options& options) {
  app->callback([&slots, &options] { slots.chosen = options; });
}

void add_runs(CLI::App& app, Slots& slots) {
  auto* demo = app.add_subcommand("demo", "A first harvest against a simulated archive with synthetic studies");
  demo->add_option("--pacs", slots.demo.pacs, "How the simulated archive behaves")
      ->check(CLI::IsMember({"typical", "strict", "awkward"}))
      ->capture_default_str();
  demo->add_flag("--keep", slots.demo.keep, "Work in ./harvester-demo, to go on with, instead of your state folder");
  choose(demo, slots, slots.demo);
  auto* init = app.add_subcommand("init", "Writes a commented harvester.yaml and profiles/example.yaml");
  init->callback([&slots] { slots.chosen = InitOptions{}; });
  auto* serve = app.add_subcommand("serve", "The daemon: opens the stores, imports what comes, runs what is asked");
  serve->callback([&slots] { slots.chosen = ServeOptions{}; });
  auto* harvest = app.add_subcommand("harvest", "Queries nodes, decides, fetches the dose reports, imports them");
  add_nodes(*harvest, slots.harvest);
  add_dates(*harvest, slots.harvest.dates);
  add_narrower(*harvest, slots.harvest);
  add_what_to_harvest(*harvest, slots.harvest);
  harvest->add_flag("--dry-run", slots.harvest.dry_run, "Only decide: the same as `query`");
  harvest->footer(
      "Example: harvester harvest main-pacs --yesterday\nInterrupt with Ctrl-C; "
      "the same command, or `harvester harvests resume`, goes on.");
  choose(harvest, slots, slots.harvest);
  auto* query = app.add_subcommand("query", "What a harvest would fetch, what not, and why");
  add_nodes(*query, slots.query);
  add_dates(*query, slots.query.dates);
  add_narrower(*query, slots.query);
  add_what_to_harvest(*query, slots.query);
  slots.query.dry_run = true;
  choose(query, slots, slots.query);
}

void add_long_runs(CLI::App& app, Slots& slots) {
  auto* backfill = app.add_subcommand("backfill", "Years, day by day: each day a harvest, complete days left out");
  slots.backfill.way = HarvestOptions::Way::day_by_day;
  add_nodes(*backfill, slots.backfill);
  add_from_until(*backfill, slots.backfill.dates);
  add_what_to_harvest(*backfill, slots.backfill);
  backfill->footer(
      "Stop it whenever you like: the same command goes on where it was. It keeps to the node's allowed hours\n"
      "(exit code 10 when they are over).");
  choose(backfill, slots, slots.backfill);
  auto* reconcile = app.add_subcommand("reconcile", "What a node has against what is held; fetches only the gap");
  slots.reconcile.way = HarvestOptions::Way::reconcile;
  add_nodes(*reconcile, slots.reconcile);
  add_from_until(*reconcile, slots.reconcile.dates);
  add_what_to_harvest(*reconcile, slots.reconcile);
  choose(reconcile, slots, slots.reconcile);
}

void add_watch(CLI::App& app, Slots& slots) {
  auto* watch = app.add_subcommand("watch", "Imports what other programs put into a folder, until Ctrl-C");
  auto& options = slots.watch;
  watch->add_option("folder", options.folder, "The folder; what `watch:` of the site file says of it holds here")
      ->required()
      ->type_name("FOLDER");
  watch->add_option("--mode", options.mode, "How changes are noticed; poll for network drives")
      ->check(CLI::IsMember({"auto", "inotify", "poll"}));
  watch->add_option("--settle", options.settle, "A file is complete when closed, or unchanged for so long: 5s, 2m")
      ->type_name("TIME");
  watch->add_option("--after-import", options.after_import, "What becomes of imported files")
      ->check(CLI::IsMember({"keep", "delete", "move"}));
  watch->add_option("--move-to", options.move_to, "The folder that imported files are moved to")->type_name("FOLDER");
  watch->footer("`harvester serve` does the same for all folders of the site file.");
  choose(watch, slots, options);
}

void add_handling(CLI::App& app, Slots& slots) {
  auto* echo = app.add_subcommand("echo", "C-ECHO: does a node, or our own store, answer?");
  echo->add_option("node", slots.echo.nodes, "Names of nodes")->type_name("NODE");
  echo->add_flag("--all", slots.echo.all, "All nodes that are enabled");
  echo->add_flag("--stores", slots.echo.stores, "Our own stores");
  choose(echo, slots, slots.echo);
  auto* import = app.add_subcommand("import", "Imports files and folders");
  import->add_option("path", slots.import.paths, "Files, folders, or - to read paths from standard input")
      ->required()
      ->type_name("PATH");
  import->add_flag("--move", slots.import.move, "Delete each file once it is safe in the data directory");
  import->add_flag("--wait", slots.import.wait, "Wait until the objects are imported, not only safe");
  choose(import, slots, slots.import);
  add_watch(app, slots);
  auto* worker = app.add_subcommand("intake-worker", "")->group("");
  worker->add_option("--generation", slots.worker.generation)->required();
  worker->add_option("--serial", slots.worker.serial)->required();
  worker->add_option("--keep", slots.worker.keep);
  choose(worker, slots, slots.worker);
}

CLI::App* add_action(CLI::App& parent, Slots& slots, const char* name, const char* text,
                     HarvestsOptions::Action action) {
  auto* app = parent.add_subcommand(name, text);
  app->callback([&slots, action] {
    slots.harvests.action = action;
    slots.chosen = slots.harvests;
  });
  return app;
}

void add_harvests(CLI::App& app, Slots& slots) {
  auto* harvests = app.add_subcommand("harvests", "The harvests there were");
  auto& options = slots.harvests;
  using Action = HarvestsOptions::Action;
  auto* list = add_action(*harvests, slots, "list", "The newest harvests", Action::list);
  list->add_option("--limit", options.limit, "At most so many")->check(CLI::PositiveNumber)->capture_default_str();
  auto* show = add_action(*harvests, slots, "show", "One harvest: counts, verdicts, what is missing", Action::show);
  show->add_option("id", options.id, "Number of the harvest")->required()->type_name("ID");
  auto* resume = add_action(*harvests, slots, "resume", "Goes on with interrupted harvests", Action::resume);
  resume->add_option("id", options.id, "Number of the harvest; default: all that were interrupted")->type_name("ID");
  const auto add_with_id = [&](const char* name, const char* text, Action action) {
    auto* sub = add_action(*harvests, slots, name, text, action);
    sub->add_option("id", options.id, "Number of the harvest")->required()->type_name("ID");
  };
  add_with_id("log", "Each window and each request of a harvest, and what came of it", Action::log);
  add_with_id("retry", "Asks again for what is missing or failed in a harvest", Action::retry);
  add_with_id("pause", "Ends what is under way, begins nothing new; `resume` goes on", Action::pause);
  add_with_id("cancel", "Ends it for good", Action::cancel);
}

CLI::App* add_node_action(CLI::App& parent, Slots& slots, const char* name, const char* text,
                          NodeOptions::Action action) {
  auto* app = parent.add_subcommand(name, text);
  app->callback([&slots, action] {
    slots.node.action = action;
    slots.chosen = slots.node;
  });
  return app;
}

void add_probe(CLI::App& node, Slots& slots) {
  auto& options = slots.node;
  auto* probe = add_node_action(node, slots, "probe", "Finds out what an archive supports, and writes its profile",
                                NodeOptions::Action::probe);
  probe->add_option("node", options.node, "HOST:PORT of a new archive, or the name of a node")
      ->required()
      ->type_name("HOST:PORT|NODE");
  probe->add_option("--ae", options.ae, "The archive's AE title, with HOST:PORT")->type_name("TITLE");
  probe->add_option("--name", options.name, "Name of the new node; default: its AE title in small letters")
      ->type_name("NAME");
  probe->add_option("--calling", options.calling, "Our AE title; default: our store's")->type_name("TITLE");
  auto* print = probe->add_flag("--print", options.print, "Print the profile, write nothing");
  probe->add_flag("--write,--force", options.write, "Write it although there is one; the old one is kept as .old")
      ->excludes(print);
  probe->add_option("--requests-per-minute", options.requests_per_minute, "How gently to ask; 0: no limit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  probe->footer("Example: harvester node probe pacs.example.org:104 --ae MAINPACS --name main-pacs");
}

void add_nodes_commands(CLI::App& app, Slots& slots) {
  auto* node = app.add_subcommand("node", "The archives (nodes): list, show, test, probe");
  using Action = NodeOptions::Action;
  (void)add_node_action(*node, slots, "list", "All nodes, and how their last harvest went", Action::list);
  auto* show =
      add_node_action(*node, slots, "show", "What is in force for a node, and what was learnt of it", Action::show);
  show->add_option("node", slots.node.node, "Name of the node")->required()->type_name("NODE");
  auto* test = add_node_action(*node, slots, "test",
                               "From its name to one object in our store: each step, and what to do where it fails",
                               Action::test);
  test->add_option("node", slots.node.node, "Name of the node")->required()->type_name("NODE");
  add_probe(*node, slots);
}

void add_coverage(CLI::App& app, Slots& slots) {
  auto* coverage = app.add_subcommand("coverage", "Which days of which modality are complete, incomplete, never asked");
  coverage->add_option("node", slots.coverage.nodes, "Names of nodes; default: all that were asked")->type_name("NODE");
  add_from_until(*coverage, slots.coverage.dates);
  choose(coverage, slots, slots.coverage);
}

void add_dose_filter(CLI::App& app, DoseFilterOptions& filter) {
  add_from_until(app, filter.dates);
  app.add_option("--accession", filter.accession, "The study of this accession number")->type_name("NUMBER");
  app.add_option("--study", filter.study, "The study of this UID")->type_name("UID");
  const auto add_pattern = [&](const char* name, std::string& pattern, const char* text) {
    app.add_option(name, pattern, text)->type_name("PATTERN");
  };
  add_pattern("--institution", filter.institution,
              "Only of this institution; * and ? stand for any text and character");
  add_pattern("--station", filter.station, "Only of this station name");
  add_pattern("--equipment", filter.equipment, "Only of this display name");
  add_pattern("--protocol", filter.protocol, "Only of this acquisition protocol");
  add_pattern("--description", filter.description, "Only of this study description");
  app.add_flag("--without-tests", filter.without_tests, "Nothing that a not-patient pattern of the site file matched");
}

void add_report(CLI::App& app, Slots& slots) {
  auto* report = app.add_subcommand("report", "Tables of what is in the database");
  const auto add = [&](const char* name, const char* text) {
    auto* command = report->add_subcommand(name, text);
    add_dose_filter(*command, slots.report.filter);
    command->callback([&slots, name] {
      slots.report.what = name;
      slots.chosen = slots.report;
    });
    return command;
  };
  const char* events = "An event a line, not an examination";
  add("ct", "CT examinations with CTDIvol and DLP")->add_flag("--events", slots.report.events, events);
  add("xray", "Radiography, fluoroscopy and angiography with dose area product and dose at the reference point")
      ->add_flag("--events", slots.report.events, events);
  add("mg", "Mammography with average glandular dose")->add_flag("--events", slots.report.events, events);
  add("nm", "Nuclear medicine with administered activity")->add_flag("--events", slots.report.events, events);
  add("studies", "All examinations with dose");
  auto* harvests = report->add_subcommand("harvests", "The last harvests, as harvests list");
  harvests->callback([&slots] { slots.chosen = HarvestsOptions{}; });
}

void add_export_format(CLI::App& app, Slots& slots, const char* format, const char* text) {
  auto& options = slots.exported;
  auto* command = app.add_subcommand(format, text);
  command->add_option("what", options.what, "Which rows; default: studies")
      ->check(CLI::IsMember({"ct", "xray", "mg", "nm", "studies"}))
      ->type_name("ct|xray|mg|nm|studies");
  add_dose_filter(*command, options.filter);
  command->add_flag("--with-patient", options.with_patient,
                    "Patient id, name and birth date too, as far as the database has them");
  if (std::string_view(format) == "csv")
    command->add_flag("--bom", options.byte_order_mark, "Begin with a byte order mark, which Excel knows UTF-8 by");
  command->add_option("-o,--output", options.output, "File to write; default: standard output")->type_name("FILE");
  command->callback([&slots, format] {
    slots.exported.format = format;
    slots.chosen = slots.exported;
  });
}

void add_export(CLI::App& app, Slots& slots) {
  auto* exported = app.add_subcommand("export", "What is in the database, for other programs");
  add_export_format(*exported, slots, "csv", "A table; of ct, xray, mg and nm an event a row");
  add_export_format(*exported, slots, "xlsx", "A workbook; of ct, xray, mg and nm with a sheet for each protocol");
  add_export_format(*exported, slots, "json",
                    "One JSON document: all of each study, or with a word the rows of a table");
  add_export_format(*exported, slots, "ndjson", "The same, a study or a row a line");
}

void add_reading(CLI::App& app, Slots& slots) {
  auto* explain = app.add_subcommand("explain", "The whole story of a study, series, instance or accession number");
  explain->add_option("what", slots.explain.what, "A UID or an accession number")
      ->required()
      ->type_name("UID|ACCESSION");
  choose(explain, slots, slots.explain);
  add_harvests(app, slots);
  add_coverage(app, slots);
  add_report(app, slots);
  add_export(app, slots);
}

/// The command that was reached, e.g. `report` in `harvester report cc`.
CLI::App* reached(CLI::App& app) {
  auto* deepest = &app;
  while (!deepest->get_subcommands().empty()) deepest = deepest->get_subcommands().front();
  return deepest;
}

std::string full_name(CLI::App* app) {
  return app->get_parent() == nullptr ? "harvester" : full_name(app->get_parent()) + " " + app->get_name();
}

std::vector<std::string> subcommands(CLI::App* app) {
  std::vector<std::string> names;
  for (const auto* each : app->get_subcommands([](CLI::App* sub) { return !sub->get_group().empty(); }))
    names.push_back(each->get_name());
  return names;
}

std::vector<std::string> long_options(CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent())
    for (const auto* option : app->get_options())
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// "unknown command "harvst": did you mean harvest?"
std::string unexpected(CLI::App* app, const std::string& word) {
  const bool option = word.starts_with("-");
  const auto known = option ? long_options(app) : subcommands(app);
  const auto* kind = option ? "option" : known.empty() ? "argument" : "command";
  auto text = std::string("unknown ") + kind + " \"" + escaped_controls(word) + "\"";
  const auto name = option ? word.substr(0, word.find('=')) : word;
  if (const auto near = nearest(name, known); !near.empty()) return text + ": did you mean " + near + "?";
  if (!option && !known.empty()) return text + "; there are: " + join(known, ", ");
  return text;
}

std::string help_of(CLI::App* app) {
  auto text = app->help();
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

Parsed usage_error(CLI::App& app, const std::string& message) {
  Parsed parsed;
  parsed.exit_code = 2;
  parsed.error = "error: " + message + "\nhint: " + full_name(reached(app)) + " --help shows how it is used\n";
  return parsed;
}

Parsed explained(CLI::App& app, const CLI::ParseError& failure) {
  const auto left = app.remaining(true);
  const bool extras = dynamic_cast<const CLI::ExtrasError*>(&failure) != nullptr;
  if (extras && !left.empty()) return usage_error(app, unexpected(reached(app), left.front()));
  return usage_error(app, escaped_controls(failure.what()));
}

/// A command that needs another word, e.g. `harvester report`: its help.
Parsed without_command(CLI::App& app, const Slots& slots) {
  Parsed parsed;
  auto* at = reached(app);
  parsed.global = slots.global;
  if (at == &app) {
    parsed.output = help_of(&app);
    return parsed;
  }
  return usage_error(app, "what of " + at->get_name() + "? there are: " + join(subcommands(at), ", "));
}

/// A word after a command is never another command: nodes and schedules may be called "demo" or "list".
void take_one_each(CLI::App& app) {
  app.require_subcommand(0, 1);
  for (auto* each : app.get_subcommands(nullptr)) take_one_each(*each);
}

void build(CLI::App& app, Slots& slots) {
  app.fallthrough();
  app.get_formatter()->column_width(34);
  app.footer(footer());
  add_global(app, slots.global);
  app.set_version_flag("--version", "harvester " HARVESTER_VERSION);
  add_runs(app, slots);
  add_long_runs(app, slots);
  add_handling(app, slots);
  add_nodes_commands(app, slots);
  add_reading(app, slots);
  add_upkeep(app, slots.upkeep, slots.chosen);
  take_one_each(app);
}

}  // namespace

CommandInfo command_tree() {
  Slots slots;
  CLI::App app(kIntroduction, "harvester");
  build(app, slots);
  return describe(app);
}

Parsed parse_arguments(int argc, const char* const* argv) {
  Slots slots;
  CLI::App app(kIntroduction, "harvester");
  build(app, slots);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& version) {
    return {slots.global, std::nullopt, std::string(version.what()) + "\n", "", 0};
  } catch (const CLI::CallForHelp&) {
    return {slots.global, std::nullopt, help_of(reached(app)), "", 0};
  } catch (const CLI::ParseError& failure) {
    return explained(app, failure);
  } catch (const std::exception& failure) {
    return usage_error(app, escaped_controls(failure.what()));
  }
  if (!slots.chosen) return without_command(app, slots);
  return {slots.global, std::move(slots.chosen), "", "", 0};
}

}  // namespace harvester::cli

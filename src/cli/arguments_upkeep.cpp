#include "arguments_upkeep.hpp"

#include <CLI/CLI.hpp>

namespace harvester::cli {
namespace {

/// A command below `parent` that sets `options.action`.
template <class Options>
CLI::App* add_action(CLI::App& parent, Options& options, std::optional<Command>& chosen, const char* name,
                     const char* text, typename Options::Action action) {
  auto* app = parent.add_subcommand(name, text);
  app->callback([&options, &chosen, action] {
    options.action = action;
    chosen = options;
  });
  return app;
}

void add_limit(CLI::App& app, int& limit) {
  app.add_option("--limit", limit, "List at most so many")->check(CLI::PositiveNumber)->capture_default_str();
}

void add_choice(CLI::App& app, QuarantineOptions& options) {
  auto* ids = app.add_option("id", options.ids, "Numbers of objects: 12 for inbox#12")->type_name("ID");
  app.add_flag("--all", options.all, "All that are in quarantine")->excludes(ids);
}

void add_quarantine(CLI::App& app, QuarantineOptions& options, std::optional<Command>& chosen) {
  auto* quarantine = app.add_subcommand("quarantine", "Objects that could not be imported, their files kept");
  using Action = QuarantineOptions::Action;
  auto* list = add_action(*quarantine, options, chosen, "list", "The newest, with the reason of each", Action::list);
  add_limit(*list, options.limit);
  auto* show = add_action(*quarantine, options, chosen, "show", "One object: why, whence, each attempt", Action::show);
  show->add_option("id", options.ids, "Number of the object: 12 for inbox#12")
      ->required()
      ->expected(1)
      ->type_name("ID");
  auto* retry =
      add_action(*quarantine, options, chosen, "retry", "Imports again, and tells how it ended", Action::retry);
  add_choice(*retry, options);
  auto* drop = add_action(*quarantine, options, chosen, "drop", "Deletes the file; the row stays as failed (dropped)",
                          Action::drop);
  add_choice(*drop, options);
  drop->footer("What was dropped is not fetched again, unless with harvest --refetch.");
}

void add_db(CLI::App& app, DbOptions& options, std::optional<Command>& chosen) {
  auto* db = app.add_subcommand("db", "The database: stats, check, backup, migrate, scrub");
  using Action = DbOptions::Action;
  auto* stats = add_action(*db, options, chosen, "stats", "Sizes, rows, objects by kind and state, unmapped concepts",
                           Action::stats);
  add_limit(*stats, options.limit);
  add_action(*db, options, chosen, "check", "Is the database whole, and does the spool fit it?", Action::check)
      ->footer("Exit code 1: the database is damaged; 3: files of the spool are missing, or no row names them.");
  auto* backup = add_action(*db, options, chosen, "backup", "A checked copy of the database, also beside a daemon",
                            Action::backup);
  backup->add_option("file", options.file, "File to write; one that is there is replaced")
      ->required()
      ->type_name("FILE");
  add_action(*db, options, chosen, "migrate", "Brings the database to this version; not beside a daemon",
             Action::migrate);
  add_action(*db, options, chosen, "scrub", "Applies patient_identity to what is stored; not beside a daemon",
             Action::scrub)
      ->footer(
          "What is kept can be hashed or dropped, what is hashed dropped; it cannot be turned back. Doing it again\n"
          "changes nothing more. The files in the spool are left as they were received.");
}

void add_schedule(CLI::App& app, ScheduleOptions& options, std::optional<Command>& chosen) {
  auto* schedule = app.add_subcommand("schedule", "What a daemon harvests by itself, and when");
  using Action = ScheduleOptions::Action;
  add_action(*schedule, options, chosen, "list", "All, with what was last run and what is verified", Action::list);
  auto* next = add_action(*schedule, options, chosen, "next", "When they are due", Action::next);
  next->add_option("-n,--count", options.count, "So many times of each")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  auto* run = add_action(*schedule, options, chosen, "run", "Runs one now", Action::run);
  auto* pause = add_action(*schedule, options, chosen, "pause", "Nothing of it is due any more", Action::pause);
  auto* resume = add_action(*schedule, options, chosen, "resume", "It is due again from now on", Action::resume);
  for (auto* one : {run, pause, resume})
    one->add_option("schedule", options.schedule, "A node, or NODE/NAME where it has several schedules")
        ->required()
        ->type_name("NODE");
  next->add_option("schedule", options.schedule, "Those of a node, or NODE/NAME")->type_name("NODE");
}

void add_store(CLI::App& app, StoreOptions& options, std::optional<Command>& chosen) {
  auto* store = app.add_subcommand("store", "Our own stores, which PACS and modalities send to");
  auto* status = store->add_subcommand("status", "Since when each is open, what it took, what it refused and why");
  status->callback([&chosen] { chosen = StoreOptions{}; });
  auto* add = store->add_subcommand("add", "Writes a further store into the site file, checked");
  add->add_option("name", options.name, "A name for it")->required()->type_name("NAME");
  add->add_option("--ae", options.ae, "Its AE title: what others call it")->required()->type_name("TITLE");
  add->add_option("--port", options.port, "Its port")->type_name("N")->capture_default_str();
  add->add_option("--role", options.role, "native takes pushes, harvest is a destination of C-MOVE")
      ->check(CLI::IsMember({"native", "harvest"}))
      ->capture_default_str();
  add->get_option("--port")->check(CLI::Range(1, 65535));
  auto* certificate = add->add_option("--tls-cert", options.tls_cert, "It speaks TLS, with this certificate (PEM)");
  auto* key = add->add_option("--tls-key", options.tls_key, "Its private key: file:PATH or env:VARIABLE");
  auto* ca = add->add_option("--tls-ca", options.tls_ca, "Callers need a certificate that this file vouches for");
  certificate->type_name("FILE")->needs(key);
  key->type_name("KEY")->needs(certificate);
  ca->type_name("FILE")->needs(certificate);
  add->callback([&options, &chosen] {
    options.action = StoreOptions::Action::add;
    chosen = options;
  });
}

void add_doctor(CLI::App& app, DoctorOptions& options, std::optional<Command>& chosen) {
  auto* doctor = app.add_subcommand("doctor", "Is all well with this installation? Each finding with what to do");
  doctor->add_flag("--no-nodes", options.no_nodes, "Leave the nodes alone: no `node test` of each that is enabled");
  doctor->footer("Exit code 0: all is well; 3: there are warnings; 1: something does not work.");
  doctor->callback([&options, &chosen] { chosen = options; });
}

void add_config(CLI::App& app, std::optional<Command>& chosen) {
  auto* config = app.add_subcommand("config", "The configuration");
  config->add_subcommand("check", "Every mistake at once, with file, line and what would be right")
      ->callback([&chosen] { chosen = ConfigOptions{ConfigOptions::Action::check}; });
  config->add_subcommand("show", "What is in force, defaults included")->callback([&chosen] {
    chosen = ConfigOptions{ConfigOptions::Action::show};
  });
}

/// What the program tells of itself.
void add_documents(CLI::App& app, CompletionOptions& options, std::optional<Command>& chosen) {
  app.add_subcommand("conformance", "The DICOM conformance statement (PS3.2), as Markdown")->callback([&chosen] {
    chosen = ConformanceOptions{};
  });
  app.add_subcommand("man", "The manual page: harvester man | man -l -")->callback([&chosen] {
    chosen = ManOptions{};
  });
  auto* completion = app.add_subcommand("completion", "What a shell needs to complete commands and options");
  completion->add_option("shell", options.shell, "The shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  completion->footer("Example: source <(harvester completion bash)");
  completion->callback([&options, &chosen] { chosen = options; });
  app.add_subcommand("version", "The version of this program")->callback([&chosen] { chosen = VersionOptions{}; });
}

}  // namespace

void add_upkeep(CLI::App& app, UpkeepSlots& slots, std::optional<Command>& chosen) {
  add_quarantine(app, slots.quarantine, chosen);
  add_db(app, slots.db, chosen);
  add_schedule(app, slots.schedule, chosen);
  add_store(app, slots.store, chosen);
  add_doctor(app, slots.doctor, chosen);
  add_config(app, chosen);
  add_documents(app, slots.completion, chosen);
}

}  // namespace harvester::cli

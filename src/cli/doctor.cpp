#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "doctor_calls.hpp"
#include "doctor_facts.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/maintenance.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/serve/checkup.hpp"
#include "harvester/serve/node_setup.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

using serve::CheckResult;
using serve::Health;
using Findings = std::vector<CheckResult>;

/// Tells each finding as it is made, and keeps all.
class Report {
 public:
  explicit Report(const Global& global) : global_(global) {}

  void add(CheckResult finding) {
    if (!global_.json && !(global_.quiet && finding.health == Health::ok)) print(finding);
    all_.push_back(std::move(finding));
  }
  void add(Findings findings) {
    for (auto& finding : findings) add(std::move(finding));
  }
  int end() const {
    if (global_.json) print_json();
    return serve::exit_code(all_);
  }

 private:
  static void print(const CheckResult& finding) {
    auto text = finding.subject.empty() ? finding.text : fmt::format("{}: {}", finding.subject, finding.text);
    if (!finding.advice.empty()) text += " -> " + finding.advice;
    fmt::print("{:8} {:13} {}\n", serve::to_string(finding.health), finding.check, escaped_controls(text));
    std::fflush(stdout);
  }

  void print_json() const {
    auto list = nlohmann::ordered_json::array();
    for (const auto& each : all_)
      list.push_back({{"check", each.check},
                      {"subject", each.subject},
                      {"state", serve::to_string(each.health)},
                      {"text", each.text},
                      {"advice", each.advice}});
    const nlohmann::ordered_json words{
        {"schema", 1}, {"state", serve::to_string(serve::worst(all_))}, {"findings", std::move(list)}};
    fmt::print("{}\n", words.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }

  const Global& global_;
  Findings all_;
};

/// The database by itself, and what it tells of the clock and of the spool.
struct Look {
  std::vector<std::string> faults;
  std::optional<Instant> newest;
  spool::Audit spool;
};

Result<Look> look_through(const config::Configuration& configuration) {
  auto database = database::open_for_reading(data_paths(configuration).database());
  if (!database) return database.error();
  return database::reading(*database, [&](database::Connection& c) {
    return Look{database::maintenance::quick_faults(c), database::maintenance::newest_row(c),
                spool::audit(c, data_paths(configuration).spool(), SystemClock().now())};
  });
}

Findings judge_database(const Result<Look>& look) {
  if (!look && look.error().kind == ErrorKind::not_found)
    return {{"database", "", Health::ok, "there is none yet: the first harvest or import makes it"}};
  if (!look) return {{"database", "", Health::fault, look.error().message, "harvester db check"}};
  Findings findings;
  for (const auto& fault : look->faults)
    findings.push_back({"database", "", Health::fault, fault, "keep the file, restore a backup"});
  if (findings.empty())
    findings.push_back(
        {"database", "", Health::ok, fmt::format("whole, schema version {}", database::newest_schema_version())});
  return findings;
}

Findings judge_secrets(const config::Configuration& configuration, const serve::User& daemon) {
  Findings findings;
  for (const auto& secret : secret_files(configuration))
    findings.push_back(serve::judge_secret(secret.key, look_at(secret.file), daemon));
  return findings;
}

CheckResult judge_daemon(const std::optional<Daemon>& daemon, const serve::Entry& socket) {
  if (daemon) return {"daemon", "", Health::ok, "runs, and answers on its control socket"};
  if (socket.there)
    return {"daemon", "", Health::warning, "there is a control socket, but nobody answers who this user may speak to",
            "run this as root or in the group of the data directory; systemctl status harvester"};
  return {"daemon", "", Health::ok, "none runs on this data directory"};
}

/// Without a usable configuration there is only the machine to look at.
int machine_alone(Report& report) {
  report.add(serve::judge("dictionary", "", dicom::start_toolkit(), "the DICOM data dictionary is loaded"));
  report.add(serve::judge_time({SystemClock().now(), {}, clock_is_synchronised()}));
  return report.end();
}

void look_at_site(Report& report, const config::Configuration& configuration, const DoctorOptions& options,
                  std::stop_token stop) {
  const auto& site = configuration.site;
  const auto directory = look_at(site.data_directory);
  const auto daemon_is = daemon_user(directory);
  report.add(serve::judge_rights(directory, look_into(site.data_directory)));
  report.add(judge_secrets(configuration, daemon_is));
  report.add(serve::judge_disk(free_bytes(site.data_directory), site.disk.minimum_free.bytes));
  report.add(serve::judge("dictionary", "", dicom::start_toolkit(serve::toolkit_options(site)),
                          "the DICOM data dictionary is loaded"));
  const auto look = look_through(configuration);
  report.add(serve::judge_time(
      {SystemClock().now(), look ? look->newest : std::optional<Instant>(), clock_is_synchronised()}));
  report.add(judge_database(look));
  if (look) report.add(serve::judge_spool(look->spool));
  const auto daemon = find_daemon(configuration);
  report.add(judge_daemon(daemon, look_at(data_paths(configuration).control_socket())));
  report.add(judge_stores(configuration, daemon, daemon_is.id == 0));
  const bool owns = directory.there && directory.owner == ::geteuid();
  if (!options.no_nodes) report.add(judge_nodes(configuration, daemon.has_value(), owns, std::move(stop)));
}

}  // namespace

int run(const Global& global, const DoctorOptions& options) {
  auto loaded = config::load_configuration(site_file(global), config::process_environment());
  Report report(global);
  report.add(serve::judge_configuration(loaded.faults, loaded.warnings));
  if (!loaded.ok()) return machine_alone(report);
  override_log(global, LogFor::terminal, loaded.value.site.log);
  start_log(loaded.value.site);
  if (loaded.warnings.empty())
    report.add({"configuration", "", Health::ok,
                loaded.value.site_file.empty() ? "the defaults (there is no harvester.yaml)"
                                               : loaded.value.site_file.string() + " is good"});
  const StopOnSignal stop;
  look_at_site(report, loaded.value, options, stop.token());
  return stop.token().stop_requested() ? kInterrupted : report.end();
}

}  // namespace harvester::cli

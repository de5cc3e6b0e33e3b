#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "commands.hpp"
#include "context.hpp"
#include "event_printer.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/report/dose_tables.hpp"
#include "harvester/report/harvests.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/pacs.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 7;
constexpr CivilDate kLastDay{std::chrono::year(2026), std::chrono::month(1), std::chrono::day(9)};
constexpr int kDays = 5;

/// Where the demo keeps its data, so that a second run finds what the first one fetched.
fs::path demo_folder(const DemoOptions& options) {
  if (options.keep) return fs::absolute("harvester-demo");
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return fs::path(state) / "harvester" / "demo";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return fs::path(home) / ".local" / "state" / "harvester" / "demo";
  return fs::temp_directory_path() / fmt::format("harvester-demo-{}", ::getuid());
}

/// A loopback port that is free now.
Result<int> free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  const bool found = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&where), size) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size) == 0;
  if (fd >= 0) ::close(fd);
  if (!found) return Error{ErrorKind::storage, "there is no free loopback port"};
  return ntohs(where.sin_port);
}

constexpr const char* kSite =
    "# Written anew by each `harvester demo`.\n"
    "data_directory: data\n"
    "profiles: profiles\n"
    "stores:\n"
    "  - {{name: harvest, ae_title: HARVESTER, port: {}, role: harvest, bind: 127.0.0.1}}\n"
    "disk: {{minimum_free: 64MiB}}\n";

constexpr const char* kProfile =
    "# The archive that `harvester demo` simulates. Pacing is off: there is nobody to be gentle with.\n"
    "schema: 1\n"
    "description: \"Simulated archive, {}\"\n"
    "remote: {{host: 127.0.0.1, port: {}, ae_title: SIMPACS}}\n"
    "pacing: {{associations: 4, outstanding_moves: 2, requests_per_minute: 0}}\n"
    "timeouts: {{settle: 2s}}\n"
    "retry: {{attempts: 3, backoff: 200ms, backoff_max: 1s}}\n";

Status write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return Error{ErrorKind::storage, fmt::format("cannot write {}", path.string())};
  return ok();
}

Status write_configuration(const fs::path& folder, const DemoOptions& options, int store_port, int pacs_port) {
  std::error_code failure;
  fs::create_directories(folder / "profiles", failure);
  if (failure) return Error{ErrorKind::storage, fmt::format("cannot make {}: {}", folder.string(), failure.message())};
  if (auto site = write_file(folder / "harvester.yaml", fmt::format(kSite, store_port)); !site) return site;
  return write_file(folder / "profiles" / "demo-pacs.yaml", fmt::format(kProfile, options.pacs, pacs_port));
}

/// The simulated archive, listening.
struct Archive {
  std::unique_ptr<simulation::SimulatedPacs> pacs;
  std::size_t studies = 0;
};

Result<Archive> open_archive(const std::string& habits, int store_port) {
  auto quirks = simulation::named_quirks(habits);
  if (!quirks) return quirks.error();
  simulation::PacsOptions options;
  options.quirks = *quirks;
  options.destinations["HARVESTER"] = {"127.0.0.1", store_port};
  auto plans = simulation::demo_archive(kSeed, kLastDay);
  const auto studies = plans.size();
  auto pacs = simulation::SimulatedPacs::open(options, simulation::make_archive(std::move(plans)));
  if (!pacs) return pacs.error();
  return Archive{*std::move(pacs), studies};
}

serve::HarvestJob demo_job() {
  harvest::Request request;
  request.node = "demo-pacs";
  request.modalities = {"CT"};
  request.from = plus_days(kLastDay, 1 - kDays);
  request.until = kLastDay;
  return {{request}, std::nullopt};
}

/// What the harvest brought, what it left out and why, and where it lies.
int show_result(const Global& global, const config::Configuration& configuration, HarvestId id) {
  constexpr int kMostLines = 10;
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  fmt::print("\nCT examinations in the database\n");
  const auto studies = report::write_dose_table(*database, {database::flat::Family::ct, false, {}},
                                                [](const std::string& text) { fmt::print("{}", text); });
  const auto detail = report::harvest_detail(*database, id, kMostLines);
  if (!studies) return fail(studies.error());
  if (!detail) return fail(detail.error());
  fmt::print("\nWhat this harvest decided, and why\n{}",
             report::render(report::verdict_table(detail->harvest.summary)));
  for (const auto& failed : detail->failed)
    fmt::print("set aside: inbox#{}: {}: {}\n", failed.id.value, failed.reason, failed.message);
  fmt::print("\ndatabase: {}\n", data_paths(configuration).database().string());
  const auto site = configuration.site_file.string();
  note(global,
       fmt::format("Go on with it, for example:\n  harvester --config {0} harvests show {1}\n"
                   "  harvester --config {0} report ct --events\n  harvester --config {0} export xlsx ct -o ct.xlsx",
                   site, id.value));
  return kDone;
}

}  // namespace

int run(const Global& global, const DemoOptions& options) {
  const StopOnSignal stop;
  const auto folder = demo_folder(options);
  const auto store_port = free_port();
  if (!store_port) return fail(store_port.error());
  if (const auto started = dicom::start_toolkit(); !started) return fail(started.error());
  auto archive = open_archive(options.pacs, *store_port);
  if (!archive) return fail(archive.error());
  const int pacs_port = archive->pacs->port();
  if (const auto written = write_configuration(folder, options, *store_port, pacs_port); !written)
    return fail(written.error());
  Global here = global;
  here.config = (folder / "harvester.yaml").string();
  const auto configuration = load(here);
  if (!configuration) return kUsage;
  note(global, fmt::format("a simulated archive ({}) with {} synthetic studies listens on 127.0.0.1:{}", options.pacs,
                           archive->studies, pacs_port));
  EventPrinter printer(global, EventPrinter::Results::shown);
  const int code = run_job(
      *configuration, "demo", demo_job(), [&](const std::string& event) { printer.print(event); }, stop.token());
  printer.finish(code);
  if (printer.seen().empty() || global.json || (code != kDone && code != kSetAside)) return code;
  return show_result(global, *configuration, printer.seen().back().id);
}

}  // namespace harvester::cli

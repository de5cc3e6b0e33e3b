#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The command line as plain structs. CLI11 is met in arguments*.cpp and command_tree.cpp only.
namespace harvester::cli {

/// What holds for every command.
struct Global {
  std::optional<std::string> config;  ///< --config FILE
  bool json = false;                  ///< one JSON object, or events as lines of JSON
  bool quiet = false;                 ///< only results and errors
  int verbose = 0;                    ///< -v: debug, -vv: trace
  bool no_progress = false;
  std::optional<std::string> log_format;  ///< text or json
};

/// Days as typed; see date_range.hpp.
struct DateOptions {
  std::string from{}, until{}, date{}, last{};
  bool yesterday = false;
  std::string time_from{}, time_until{};  ///< only with one day
};

/// What one run selects otherwise than the profile.
struct SelectionOptions {
  std::vector<std::string> include_description, exclude_description, include_station, exclude_station;
  std::string station_level;  ///< study or series; empty: the profile's
  bool sr_only = false;
  bool empty_sr_is_rdsr = false;
  bool toshiba = false;
};

struct DemoOptions {
  std::string pacs = "typical";
  bool keep = false;
};
struct InitOptions {};
struct ServeOptions {};
struct HarvestOptions {
  enum class Way {
    range,       ///< one harvest of the whole range
    day_by_day,  ///< `backfill`: each day a harvest, those that are complete left out
    reconcile    ///< a harvest, and what the node has lost since
  };
  Way way = Way::range;
  std::vector<std::string> nodes;
  bool all = false;
  DateOptions dates;
  std::vector<std::string> modalities;
  SelectionOptions selection;
  bool refetch = false;
  int max_studies = 0;
  bool dry_run = false;  ///< always set for `query`
  std::string accessions,
      studies;               ///< files with one accession number or Study Instance UID a line; - is standard input
  std::string max_duration;  ///< "6h", "90m"
  bool newest_first = false;
};
struct EchoOptions {
  std::vector<std::string> nodes;
  bool all = false;
  bool stores = false;
};
struct ImportOptions {
  std::vector<std::string> paths;
  bool move = false;
  bool wait = false;
};
struct WatchOptions {
  std::string folder;
  std::optional<std::string> mode, settle, after_import, move_to;
};
struct ExplainOptions {
  std::string what;  ///< a UID or an accession number
};
struct HarvestsOptions {
  enum class Action { list, show, log, resume, retry, pause, cancel };
  Action action = Action::list;
  std::optional<std::int64_t> id;
  int limit = 20;
};
struct NodeOptions {
  enum class Action { list, show, test, probe };
  Action action = Action::list;
  std::string node;     ///< a name; of `probe` also HOST:PORT
  std::string ae;       ///< the archive's title, with HOST:PORT
  std::string name;     ///< of the new profile
  std::string calling;  ///< our title
  bool print = false;   ///< write nothing
  bool write = false;   ///< over what is there
  int requests_per_minute = 120;
};
struct CoverageOptions {
  std::vector<std::string> nodes;  ///< empty: all
  DateOptions dates;
};
/// Which dose rows; texts with * and ?, empty ones do not narrow.
struct DoseFilterOptions {
  DateOptions dates;
  std::string accession, study;
  std::string institution, station, equipment, protocol, description;
  bool without_tests = false;
};
struct ReportOptions {
  std::string what;  ///< ct, xray, mg, nm or studies
  bool events = false;
  DoseFilterOptions filter;
};
struct ExportOptions {
  std::string format;  ///< csv, xlsx, json or ndjson
  std::string what;    ///< ct, xray, mg, nm, studies; empty: as the format has it
  bool with_patient = false;
  bool byte_order_mark = false;
  std::string output;  ///< empty: standard output
  DoseFilterOptions filter;
};
struct StoreOptions {
  enum class Action { add, status };
  Action action = Action::status;
  std::string name;
  std::string ae;
  int port = 8104;
  std::string role = "native";
  std::string tls_cert;  ///< empty: no TLS
  std::string tls_key;
  std::string tls_ca;
};
struct ConfigOptions {
  enum class Action { check, show };
  Action action = Action::check;
};
struct QuarantineOptions {
  enum class Action { list, show, retry, drop };
  Action action = Action::list;
  std::vector<std::int64_t> ids;  ///< of objects; `show`: one
  bool all = false;
  int limit = 100;
};
struct ScheduleOptions {
  enum class Action { list, next, run, pause, resume };
  Action action = Action::list;
  std::string schedule;  ///< NODE, or NODE/NAME where it has several; empty for list and next: all
  int count = 5;         ///< of `next`
};
struct DbOptions {
  enum class Action { stats, check, backup, migrate, scrub };
  Action action = Action::stats;
  std::string file;  ///< of `backup`
  int limit = 50;    ///< unmapped concepts that `stats` lists
};
struct DoctorOptions {
  bool no_nodes = false;  ///< leave the nodes alone
};
struct ConformanceOptions {};
struct ManOptions {};
struct CompletionOptions {
  std::string shell;  ///< bash, zsh or fish
};
struct VersionOptions {};
struct IntakeWorkerOptions {
  std::int64_t generation = 0;
  std::int64_t serial = 0;
  std::vector<std::string> keep;  ///< NODE=KIND:RULE
};

using Command =
    std::variant<DemoOptions, InitOptions, ServeOptions, HarvestOptions, EchoOptions, ImportOptions, WatchOptions,
                 ExplainOptions, HarvestsOptions, NodeOptions, CoverageOptions, ReportOptions, ExportOptions,
                 StoreOptions, ConfigOptions, QuarantineOptions, DbOptions, ConformanceOptions, ScheduleOptions,
                 DoctorOptions, ManOptions, CompletionOptions, VersionOptions, IntakeWorkerOptions>;

/// A command to run, or a text to print and an exit code (help, version, usage errors).
struct Parsed {
  Global global;
  std::optional<Command> command;
  std::string output;  ///< for standard output
  std::string error;   ///< for standard error
  int exit_code = 0;
};

/// Reads the command line. Never throws; a usage error names what would be right and has exit code 2.
[[nodiscard]] Parsed parse_arguments(int argc, const char* const* argv);

}  // namespace harvester::cli

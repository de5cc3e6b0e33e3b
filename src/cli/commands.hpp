#pragma once

#include "arguments.hpp"

/// The subcommands, one file each. Every function prints its results to standard output, errors as one line to standard
/// error, and returns the exit code of the process.
namespace harvester::cli {

int run(const Global& global, const DemoOptions& options);
int run(const Global& global, const InitOptions& options);
int run(const Global& global, const ServeOptions& options);
int run(const Global& global, const HarvestOptions& options);
int run(const Global& global, const EchoOptions& options);
int run(const Global& global, const ImportOptions& options);
int run(const Global& global, const WatchOptions& options);
int run(const Global& global, const ExplainOptions& options);
int run(const Global& global, const HarvestsOptions& options);
int run(const Global& global, const NodeOptions& options);
int run(const Global& global, const CoverageOptions& options);
int run(const Global& global, const ReportOptions& options);
int run(const Global& global, const ExportOptions& options);
int run(const Global& global, const StoreOptions& options);
int run(const Global& global, const ConfigOptions& options);
int run(const Global& global, const QuarantineOptions& options);
int run(const Global& global, const DbOptions& options);
int run(const Global& global, const ConformanceOptions& options);
int run(const Global& global, const ScheduleOptions& options);
int run(const Global& global, const DoctorOptions& options);
int run(const Global& global, const ManOptions& options);
int run(const Global& global, const CompletionOptions& options);
int run(const Global& global, const VersionOptions& options);
int run(const Global& global, const IntakeWorkerOptions& options);

}  // namespace harvester::cli

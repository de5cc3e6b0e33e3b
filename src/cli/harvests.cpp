#include "harvester/report/harvests.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "context.hpp"
#include "event_printer.hpp"
#include "job.hpp"
#include "signals.hpp"

namespace harvester::cli {
namespace {

constexpr int kMostLines = 50;

int list(const Global& global, const config::Configuration& configuration, const HarvestsOptions& options) {
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  const auto harvests = report::harvests(*database, options.limit);
  if (!harvests) return fail(harvests.error());
  if (global.json)
    fmt::print("{}\n", report::harvests_json(*harvests));
  else if (harvests->empty())
    note(global, "no harvest yet");
  else
    fmt::print("{}", report::render(report::harvest_table(*harvests)));
  return kDone;
}

int show(const Global& global, const config::Configuration& configuration, HarvestId id) {
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  const auto detail = report::harvest_detail(*database, id, kMostLines);
  if (!detail) return fail(detail.error());
  fmt::print("{}\n", global.json ? report::detail_json(*detail) : report::detail_text(*detail));
  return kDone;
}

int log(const Global& global, const config::Configuration& configuration, HarvestId id) {
  auto database = open_reading(configuration);
  if (!database) return fail(database.error());
  const auto log = report::harvest_log(*database, id);
  if (!log) return fail(log.error());
  if (global.json)
    fmt::print("{}\n", report::log_json(*log));
  else
    fmt::print("{}\n{}", report::render(report::window_table(*log)), report::render(report::request_table(*log)));
  return kDone;
}

int end(const Global& global, const config::Configuration& configuration, HarvestId id, serve::Wish wish) {
  const auto ended = end_harvest(configuration, id, wish);
  if (!ended) return fail(ended.error());
  note(global, fmt::format("harvest {} {}", id.value, wish == serve::Wish::pause ? "is paused" : "is cancelled"));
  return kDone;
}

int resume(const Global& global, const config::Configuration& configuration, std::optional<HarvestId> id) {
  const StopOnSignal stop;
  EventPrinter printer(global, EventPrinter::Results::shown);
  serve::HarvestJob job;
  job.resume = id;
  const int code = run_job(
      configuration, "harvests resume", job, [&](const std::string& event) { printer.print(event); }, stop.token());
  printer.finish(code);
  return code;
}

}  // namespace

int run(const Global& global, const HarvestsOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const auto id = options.id ? std::optional(HarvestId{*options.id}) : std::nullopt;
  switch (options.action) {
    case HarvestsOptions::Action::list:
      return list(global, *configuration, options);
    case HarvestsOptions::Action::show:
      return show(global, *configuration, id.value_or(HarvestId{}));
    case HarvestsOptions::Action::log:
      return log(global, *configuration, id.value_or(HarvestId{}));
    case HarvestsOptions::Action::pause:
      return end(global, *configuration, id.value_or(HarvestId{}), serve::Wish::pause);
    case HarvestsOptions::Action::cancel:
      return end(global, *configuration, id.value_or(HarvestId{}), serve::Wish::cancel);
    case HarvestsOptions::Action::resume:
    case HarvestsOptions::Action::retry:
      break;
  }
  return resume(global, *configuration, id);
}

}  // namespace harvester::cli

#include "harvester/report/coverage.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "context.hpp"
#include "date_range.hpp"

namespace harvester::cli {

int run(const Global& global, const CoverageOptions& options) {
  constexpr int kDaysBack = 30;
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const auto now = schedule::civil_now(std::nullopt);
  if (!now) return fail(now.error());
  const auto asked = date_range(options.dates, *now);
  if (!asked) return fail(asked.error());
  const auto range = asked->value_or(DateRange{plus_days(now->date, -kDaysBack), now->date});
  auto database = open_reading(*configuration);
  if (!database) return fail(database.error());
  const auto covers = report::coverage(*database, options.nodes, range.from, range.until);
  if (!covers) return fail(covers.error());
  if (global.json) {
    fmt::print("{}\n", report::coverage_json(*covers));
    return kDone;
  }
  if (covers->empty()) note(global, "nobody asked for any of these days yet");
  for (const auto& cover : *covers)
    fmt::print("{}\n", report::render(report::coverage_table(cover, range.from, range.until)));
  if (!covers->empty()) note(global, "a number: studies; -: the node has none; !: incomplete; nothing: never asked");
  return kDone;
}

}  // namespace harvester::cli

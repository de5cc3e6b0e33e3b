#include <fmt/format.h>

#include "harvester/core/text.hpp"
#include "harvester/harvest/harvest.hpp"

namespace harvester::harvest {
namespace {

std::string dates(const Request& request) {
  if (request.listed > 0) return fmt::format("by name ({})", request.listed);
  if (request.from == request.until) return iso_date(request.from);
  return iso_date(request.from) + ".." + iso_date(request.until);
}

/// "; skipped: nothing usable 3, all held 52"
std::string skipped(const HarvestSummary& summary) {
  std::vector<std::string> parts;
  for (const auto& [verdict, count] : summary.studies_by_verdict)
    if (verdict.starts_with("skip("))
      parts.push_back(fmt::format("{} {}", verdict.substr(5, verdict.size() - 6), count));
  return parts.empty() ? "" : fmt::format(" [studies {}, skipped: {}]", summary.studies, join(parts, ", "));
}

std::string troubles(const HarvestSummary& summary) {
  std::string text;
  if (summary.open > 0) text += fmt::format(", open {}", summary.open);
  if (summary.studies_failed > 0) text += fmt::format(", studies not answered {}", summary.studies_failed);
  if (summary.studies_undecided > 0) text += fmt::format(", studies not looked at {}", summary.studies_undecided);
  if (summary.not_found > 0) text += fmt::format(", not on the node {}", summary.not_found);
  if (summary.windows_not_verified > 0)
    text += fmt::format(", date windows not verified {}", summary.windows_not_verified);
  return text;
}

}  // namespace

std::string summary_line(const Outcome& outcome, const Request& request) {
  const auto& s = outcome.summary;
  return fmt::format("{} {} {}: found {}, held {}, fetched {}, missing {}, failed {}{}{} (harvester harvests show {})",
                     request.node, dates(request), join(request.modalities, ","), s.found(), s.held, s.fetched,
                     s.missing, s.failed, troubles(s), skipped(s), outcome.id.value);
}

int exit_code(const Outcome& outcome) {
  switch (outcome.state) {
    case HarvestState::complete:
      return 0;
    case HarvestState::incomplete:
      return 3;
    case HarvestState::cancelled:
      return 130;
    case HarvestState::running:
    case HarvestState::interrupted:
    case HarvestState::failed:
      break;
  }
  if (!outcome.error) return 1;
  const bool no_more_time = outcome.error->code == stop_code::kHours || outcome.error->code == stop_code::kDuration;
  if (outcome.error->kind == ErrorKind::cancelled) return no_more_time ? 10 : 130;
  return outcome.error->kind == ErrorKind::transient || outcome.error->kind == ErrorKind::refused ? 4 : 1;
}

}  // namespace harvester::harvest

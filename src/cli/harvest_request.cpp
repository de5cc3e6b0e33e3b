#include "harvest_request.hpp"

#include <fmt/format.h>

#include "date_range.hpp"
#include "harvester/core/text.hpp"
#include "harvester/serve/node_setup.hpp"
#include "name_list.hpp"

namespace harvester::cli {
namespace {

/// What is asked for by name; the same for each node.
struct Names {
  std::vector<std::string> accession_numbers;
  std::vector<StudyUid> studies;
  [[nodiscard]] std::size_t count() const { return accession_numbers.size() + studies.size(); }
};

Result<Names> names_in(const Global& global, const HarvestOptions& options) {
  Names names;
  if (!options.accessions.empty()) {
    auto read = names_of("--accessions", options.accessions);
    if (!read) return read.error();
    names.accession_numbers = *std::move(read);
  }
  if (!options.studies.empty()) {
    const auto read = names_of("--studies", options.studies);
    if (!read) return read.error();
    if (const auto odd = not_uids(*read); !odd.empty())
      note(global, fmt::format("--studies: {} of {} entries are no UIDs by the standard, the first is number {}",
                               odd.size(), read->size(), odd.front() + 1));
    for (const auto& uid : *read) names.studies.emplace_back(uid);
  }
  return names;
}

bool has_dates(const DateOptions& dates) {
  return dates.yesterday || !(dates.from + dates.until + dates.date + dates.last).empty();
}

/// The days and times of a request; those of one by name are today's, and mean nothing.
Status put_dates(harvest::Request& request, const HarvestOptions& options, const CivilNow& now) {
  if (request.listed > 0) {
    request.from = request.until = now.date;
    const bool contradicts = has_dates(options.dates) || !(options.dates.time_from + options.dates.time_until).empty();
    return contradicts ? Status(Error{ErrorKind::config, "what is asked for by name needs no days: give one of both"})
                       : ok();
  }
  const auto range = date_range(options.dates, now);
  if (!range) return range.error();
  if (!*range)
    return Error{ErrorKind::config, "which days? e.g. --yesterday, --last 7d, --from 2026-11-01 --until 2026-11-22"};
  const auto times = day_times(options.dates, **range);
  if (!times) return times.error();
  request.from = (*range)->from;
  request.until = (*range)->until;
  request.time_from = times->from;
  request.time_until = times->until;
  return ok();
}

void put_names(harvest::Request& request, const Names& names) {
  request.accession_numbers = names.accession_numbers;
  request.studies = names.studies;
  request.listed = static_cast<int>(names.count());
}

Status put_limits(harvest::Request& request, const HarvestOptions& options) {
  request.refetch = options.refetch;
  request.max_studies = options.max_studies;
  request.dry_run = options.dry_run;
  request.newest_first = options.newest_first;
  if (options.max_duration.empty()) return ok();
  const auto longest = duration("--max-duration", options.max_duration);
  if (!longest) return longest.error();
  request.max_duration = *longest;
  return ok();
}

harvest::SelectionOverrides overrides_of(const SelectionOptions& options) {
  harvest::SelectionOverrides overrides;
  overrides.include_description = options.include_description;
  overrides.exclude_description = options.exclude_description;
  overrides.include_station = options.include_station;
  overrides.exclude_station = options.exclude_station;
  if (!options.station_level.empty()) overrides.station_at_study_level = options.station_level == "study";
  overrides.empty_sr_is_rdsr = options.empty_sr_is_rdsr;
  overrides.toshiba = options.toshiba;
  return overrides;
}

/// What one node is asked for.
Result<harvest::Request> request_for(const config::Profile& profile, const HarvestOptions& options,
                                     const Names& names) {
  const auto now = schedule::civil_now(profile.query.timezone);
  if (!now) return now.error().with(fmt::format("profiles/{}.yaml: query.timezone", profile.name));
  const auto& asked = options.selection.sr_only ? std::vector<std::string>{"SR"} : options.modalities;
  auto modalities = serve::modalities_for(profile, asked);
  if (!modalities) return modalities.error();
  harvest::Request request;
  request.node = profile.name;
  request.modalities = *std::move(modalities);
  request.selection = overrides_of(options.selection);
  put_names(request, names);
  if (const auto put = put_dates(request, options, *now); !put) return put.error();
  if (const auto put = put_limits(request, options); !put) return put.error();
  return request;
}

}  // namespace

Result<serve::HarvestJob> job_of(const Global& global, const config::Configuration& configuration,
                                 const HarvestOptions& options) {
  const auto profiles = choose_profiles(configuration, options.nodes, options.all);
  if (!profiles) return profiles.error();
  const auto names = names_in(global, options);
  if (!names) return names.error();
  serve::HarvestJob job;
  job.day_by_day = options.way == HarvestOptions::Way::day_by_day;
  for (const auto* profile : *profiles) {
    auto request = request_for(*profile, options, *names);
    if (!request) return request.error();
    job.requests.push_back(*std::move(request));
  }
  return job;
}

}  // namespace harvester::cli

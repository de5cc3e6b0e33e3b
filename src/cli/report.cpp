#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "date_range.hpp"
#include "harvester/report/ct_table.hpp"
#include "study_filter.hpp"

namespace harvester::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostRows = 100000;

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

void print_json(const std::vector<database::dose::CtStudyRow>& studies) {
  auto list = ordered_json::array();
  for (const auto& study : studies)
    list.push_back({{"study_instance_uid", study.study_instance_uid},
                    {"study_date", or_null(study.study_date)},
                    {"study_time", or_null(study.study_time)},
                    {"equipment", or_null(study.equipment)},
                    {"study_description", or_null(study.study_description)},
                    {"protocol", or_null(study.protocol)},
                    {"target_region", or_null(study.target_region)},
                    {"accession_number", or_null(study.accession_number)},
                    {"events", study.events},
                    {"max_ctdivol_mgy", or_null(study.max_ctdivol_mgy)},
                    {"total_dlp_mgycm", or_null(study.total_dlp_mgycm)}});
  fmt::print("{}\n", ordered_json{{"schema", 1}, {"studies", std::move(list)}}.dump(2));
}

}  // namespace

Result<database::dose::StudyFilter> study_filter(const DateOptions& dates) {
  const auto now = schedule::civil_now(std::nullopt);
  if (!now) return now.error();
  const auto range = date_range(dates, *now);
  if (!range) return range.error();
  database::dose::StudyFilter filter;
  if (*range) {
    filter.date_from = iso_date((*range)->from);
    filter.date_until = iso_date((*range)->until);
  }
  return filter;
}

int run(const Global& global, const ReportOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const auto filter = study_filter(options.dates);
  if (!filter) return fail(filter.error());
  auto database = open_reading(*configuration);
  if (!database) return fail(database.error());
  const auto studies = report::ct_studies(*database, *filter, kMostRows);
  if (!studies) return fail(studies.error());
  if (global.json) {
    print_json(*studies);
  } else if (studies->empty()) {
    note(global, "no CT examinations in the database for these days");
  } else {
    fmt::print("{}", report::render(report::ct_table(*studies)));
    note(global,
         fmt::format("{} CT examinations{}", studies->size(), studies->size() == kMostRows ? " (and more)" : ""));
  }
  return kDone;
}

}  // namespace harvester::cli
